"""Packages whose labels stand each for itself: one logit alone, or several that may all hold."""

import numpy as np
import pytest

from inference import classifier as classifiers
from inference.classifier import InvalidOutput, load_classifier
from inference.engines import Outputs
from inference.model_card import CardPage
from inference.packages import digest_of
from inference.reading import evidence_strength, probabilities
from inference.statements import statements
from tests.inference.scenes import make_report, make_study, make_version
from tests.inference.test_classifier import HEALTHY, SICK
from tests.model_packages import SPEC, make_card, make_label, make_package
from training.packaging.packages import write_canary, write_card


class SigmoidEngine:
    """The brighter the top half, the higher every logit; each label's is a little lower."""

    def __init__(self, labels, spoil=lambda logits: logits):
        self.labels, self.spoil = labels, spoil

    def run(self, batch):
        top = batch[:, :16].mean(axis=(1, 2, 3))
        logits = 20 * (top[:, None] - 0.5) - np.arange(self.labels)
        evidence = np.zeros((len(batch), 4, 4, self.labels), np.float32)
        evidence[:, :2] = 2.0
        features = np.stack([top, 1 - top], axis=1)
        return Outputs(self.spoil(logits).astype(np.float32), evidence, features)


def fields_for(codes):
    outputs = {"activation": "sigmoid", "logits": len(codes), "evidence": [4, 4, len(codes)]}
    return {
        "labels": [make_label(code) for code in codes],
        "outputs": outputs | {"features": 2, "evidence_scale": 4.0},
    }


def load(tmp_path, monkeypatch, *codes, spoil=lambda logits: logits):
    """Return a loaded classifier with these labels, and its engine."""
    fields, engine = fields_for(codes), SigmoidEngine(len(codes))
    folder = make_package(tmp_path / "package", **fields)
    write_canary(folder, SPEC, engine)
    write_card(folder, make_card(**fields))
    monkeypatch.setitem(classifiers.ENGINES, "openvino", lambda folder, **settings: engine)
    loaded = load_classifier(folder, digest=digest_of(folder), threads=1)
    engine.spoil = spoil
    return loaded


def test_one_logit_is_one_finding_with_its_own_probability(tmp_path, monkeypatch):
    classifier = load(tmp_path, monkeypatch, "mass")
    sick, healthy = classifier.predict([[SICK], [HEALTHY]])
    assert [finding.label.code for finding in sick.findings] == ["mass"]
    assert (sick.findings[0].call, healthy.findings[0].call) == ("positive", "negative")
    assert 0.5 < sick.findings[0].probability < sick.findings[0].raw_probability < 1.0
    assert 0.0 < healthy.findings[0].raw_probability < healthy.findings[0].probability < 0.5


def test_one_logit_has_a_region_where_it_does_not_know(tmp_path, monkeypatch):
    classifier = load(tmp_path, monkeypatch, "mass", spoil=lambda logits: 0 * logits)
    (prediction,) = classifier.predict([[SICK]])
    assert prediction.findings[0].probability == pytest.approx(0.5)
    assert prediction.findings[0].call == "uncertain"


def test_one_label_keeps_its_evidence(tmp_path, monkeypatch):
    """Taking off the labels' mean, as with softmax, would leave nothing of a single one."""
    classifier = load(tmp_path, monkeypatch, "mass")
    evidence = classifier.predict([[SICK]])[0].findings[0].evidence
    assert evidence.max() == pytest.approx(0.5)
    assert evidence[: len(evidence) // 4].any()
    assert not evidence[-len(evidence) // 4 :].any()


def test_evidence_against_a_label_is_drawn_as_none():
    evidence = np.array([[[[-3.0], [2.0]]]], np.float32)
    assert evidence_strength(evidence, "sigmoid", 4.0).ravel().tolist() == [0.0, 0.5]


def test_several_labels_may_hold_at_once(tmp_path, monkeypatch):
    classifier = load(tmp_path, monkeypatch, "mass", "nodule", "effusion")
    (prediction,) = classifier.predict([[SICK]])
    assert [finding.call for finding in prediction.findings] == ["positive"] * 3
    assert sum(finding.probability for finding in prediction.findings) > 1.5


def test_a_reference_among_them_gets_no_call(tmp_path, monkeypatch):
    classifier = load(tmp_path, monkeypatch, "mass", "normal")
    (prediction,) = classifier.predict([[SICK]])
    assert [finding.call for finding in prediction.findings] == ["positive", None]


@pytest.mark.parametrize("number", [np.nan, np.inf, -np.inf])
def test_a_logit_that_is_no_number_is_no_finding(tmp_path, monkeypatch, number):
    classifier = load(tmp_path, monkeypatch, "mass", spoil=lambda logits: logits + number)
    with pytest.raises(InvalidOutput, match="logits is not finite"):
        classifier.predict([[SICK]])


def test_very_large_logits_are_still_probabilities():
    found = probabilities(np.array([[-1e30], [1e30]], np.float32), "sigmoid")
    assert np.isfinite(found).all()
    assert found[0] < 1e-20 < 0.99 < found[1] <= 1.0


@pytest.fixture
def version(db):
    return make_version(card=make_card(**fields_for(["mass"])))


def test_below_its_threshold_it_clears_nothing_else(ward, version):
    report = make_report(make_study(ward.patient), (0.1,), version=version)
    assert [one.text for one in statements(report)] == [
        "Machine result, not signed: no pattern of mass above its threshold; "
        "other disease was not assessed."
    ]


def test_its_page_names_no_comparison_class(client, ward, version):
    client.force_login(ward.nurse)
    page = client.get(f"/classifiers/{version.classifier}/{version.version}/").content.decode()
    assert "Mass" in page
    assert "comparison class" not in page


def test_pictures_without_any_label_are_counted_in_words():
    counts = {"train": {"mass": {"north": 3}, "none": {"north": 9}, "mass+nodule?": {"south": 1}}}
    card = make_card(**fields_for(["mass", "nodule"]), data={"counts": counts})
    assert [row[:2] for row in CardPage(card).data_rows] == [
        ("Mass", "north"),
        ("Mass and Nodule (not known)", "south"),
        ("none of these", "north"),
    ]
