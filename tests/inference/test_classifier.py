"""Pictures in, findings out, or the reason why not."""

from dataclasses import replace

import numpy as np
import pytest

from inference import classifier as classifiers
from inference.classifier import InvalidOutput, load_classifier
from inference.engines import Outputs
from inference.out_of_distribution import Familiarity
from inference.packages import BrokenPackage, digest_of
from inference.reading import call_for, evidence_strength
from tests.model_packages import BrightnessEngine, change_card, everywhere, make_package


@pytest.fixture
def engine(monkeypatch):
    engine = BrightnessEngine()
    monkeypatch.setitem(classifiers.ENGINES, "openvino", lambda folder, **settings: engine)
    return engine


@pytest.fixture
def classifier(engine, tmp_path):
    folder = make_package(tmp_path / "package")
    return load_classifier(folder, digest=digest_of(folder), threads=1)


def make_picture(brightness_of_top, rows=100, columns=80):
    """Return noise whose top half is the brighter, the larger the number (0..1)."""
    random = np.random.default_rng(3)
    pixels = random.integers(0, 156, (rows, columns))
    pixels[: rows // 2] += round(100 * brightness_of_top)
    pixels[rows // 2 :] += round(100 * (1 - brightness_of_top))
    return pixels.astype(np.uint8)


SICK, HEALTHY = make_picture(1.0), make_picture(0.0)


def by_code(prediction):
    return {finding.label.code: finding for finding in prediction.findings}


def test_a_study_gets_one_finding_per_label(classifier):
    (prediction,) = classifier.predict([[SICK]])
    assert prediction.abstained_because == ""
    findings = by_code(prediction)
    assert list(findings) == ["covid-19", "viral-pneumonia", "normal"]
    assert findings["covid-19"].call == "positive"
    assert findings["viral-pneumonia"].call == "negative"
    assert sum(finding.probability for finding in findings.values()) == pytest.approx(1, abs=1e-5)


def test_the_calibrated_probability_is_softer_than_the_raw_one(classifier):
    finding = by_code(classifier.predict([[SICK]])[0])["covid-19"]
    assert 0.5 < finding.probability < finding.raw_probability


@pytest.mark.parametrize("picture", [SICK, HEALTHY])
def test_a_reference_label_never_gets_a_call_or_a_threshold(classifier, picture):
    (prediction,) = classifier.predict([[picture]], thresholds={"normal": (0.1, 0.05)})
    assert by_code(prediction)["normal"].call is None
    assert by_code(prediction)["normal"].threshold is None


def test_a_study_is_as_bad_as_its_worst_picture(classifier):
    findings = by_code(classifier.predict([[HEALTHY, SICK, HEALTHY]])[0])
    alone = by_code(classifier.predict([[SICK]])[0])
    assert findings["covid-19"].key_instance == 1
    assert findings["covid-19"].probability == pytest.approx(alone["covid-19"].probability)
    assert findings["normal"].key_instance == 1
    assert findings["normal"].probability == pytest.approx(alone["normal"].probability)


def test_studies_in_one_call_do_not_mix(classifier):
    together = classifier.predict([[SICK], [HEALTHY, HEALTHY], [SICK, HEALTHY]] * 9)
    calls = [by_code(prediction)["covid-19"].call for prediction in together]
    assert calls == ["positive", "negative", "positive"] * 9


def test_thresholds_of_an_operating_point_replace_those_of_the_card(classifier):
    finding = by_code(classifier.predict([[SICK]], thresholds={"covid-19": (0.999, 0.5)})[0])
    assert finding["covid-19"].call == "uncertain"
    assert finding["covid-19"].threshold == 0.999


@pytest.mark.parametrize(
    ("probability", "call"),
    [(0.6, "positive"), (0.5999, "uncertain"), (0.4, "uncertain"), (0.3999, "negative")],
)
def test_the_call_at_each_boundary(probability, call):
    assert call_for(probability, 0.6, 0.4) == call


def test_the_map_covers_the_key_picture_and_leaves_the_border_clear(classifier):
    evidence = by_code(classifier.predict([[make_picture(1.0, 300, 200)]])[0])["covid-19"].evidence
    assert evidence.shape == (256, 171)
    assert evidence.dtype == np.float32
    assert 0 <= evidence.min() <= evidence.max() <= 1
    assert evidence[:25].max() == 0
    assert evidence[40:110, 40:130].min() > 0.5
    assert evidence[160:].max() == 0


def test_little_evidence_looks_like_little():
    weak = np.zeros((1, 2, 2, 3), np.float32)
    weak[0, 0, 0, 0] = 0.3
    strength = evidence_strength(weak, "softmax", 4.0)
    assert 0 < strength.max() < 0.1


@pytest.mark.parametrize("value", [0, 128, 255])
def test_a_blank_picture_is_not_classified(classifier, value):
    (prediction,) = classifier.predict([[np.full((90, 70), value, np.uint8)]])
    assert prediction.findings == ()
    assert prediction.abstained_because == "blank_image"


def test_a_dark_16_bit_picture_is_not_blank(classifier):
    dim = (SICK.astype(np.uint16) + 40) * 2
    assert classifier.predict([[dim]])[0].abstained_because == ""


def test_a_blank_16_bit_picture_is_blank(classifier):
    nearly = np.full((90, 70), 30000, np.uint16)
    nearly[::7] += 5
    assert classifier.predict([[nearly]])[0].abstained_because == "blank_image"


def test_a_colour_photograph_is_unlike_the_training_data(classifier):
    photograph = np.stack([SICK, SICK // 2, SICK // 3], axis=-1)
    assert classifier.predict([[photograph]])[0].abstained_because == "unlike_training_data"


def test_a_grey_picture_stored_in_colour_is_read(classifier):
    stored = np.repeat(SICK[..., None], 3, axis=-1)
    assert classifier.predict([[stored]])[0].abstained_because == ""


def test_one_blank_picture_spoils_only_its_own_study(classifier):
    blank = np.zeros((64, 64), np.uint8)
    answers = classifier.predict([[SICK], [SICK, blank], [HEALTHY]])
    assert [answer.abstained_because for answer in answers] == ["", "blank_image", ""]
    assert by_code(answers[2])["covid-19"].call == "negative"


@pytest.mark.parametrize("which", ["looks", "features"])
def test_a_stranger_by_looks_or_features_is_not_classified(engine, tmp_path, which):
    clouds = {"looks": everywhere(1216), "features": everywhere(2)}
    clouds[which] = replace(clouds[which], limit=np.array(1e-6))
    folder = make_package(tmp_path / "package", familiarity=Familiarity(**clouds))
    classifier = load_classifier(folder, digest=digest_of(folder), threads=1)
    (prediction,) = classifier.predict([[SICK]])
    assert prediction.findings == ()
    assert prediction.abstained_because == "unlike_training_data"


def with_logits(change):
    def spoil(outputs):
        return Outputs(change(outputs.logits.copy()), outputs.evidence, outputs.features)

    return spoil


@pytest.mark.parametrize(
    "spoil",
    [
        with_logits(lambda logits: logits * np.nan),
        with_logits(lambda logits: logits + np.inf),
        with_logits(lambda logits: logits[:, :2]),
        with_logits(lambda logits: logits[:-1]),
        lambda outputs: Outputs(outputs.logits, outputs.evidence * np.nan, outputs.features),
        lambda outputs: Outputs(outputs.logits, outputs.evidence[:, :2], outputs.features),
        lambda outputs: Outputs(outputs.logits, outputs.evidence, outputs.features + np.inf),
    ],
)
def test_an_answer_that_is_no_probability_is_an_error_not_a_finding(classifier, engine, spoil):
    engine.spoil = spoil
    with pytest.raises(InvalidOutput):
        classifier.predict([[SICK]])


@pytest.mark.parametrize(
    "spoil",
    [
        with_logits(lambda logits: logits + 0.02),
        with_logits(lambda logits: logits * np.nan),
        with_logits(lambda logits: logits[:, :2]),
        lambda outputs: Outputs(outputs.logits, outputs.evidence + 0.1, outputs.features),
    ],
)
def test_a_package_whose_canary_gives_another_answer_is_not_loaded(engine, tmp_path, spoil):
    folder = make_package(tmp_path / "package")
    engine.spoil = spoil
    with pytest.raises(BrokenPackage, match="canary"):
        load_classifier(folder, digest=digest_of(folder), threads=1)


def test_a_package_made_for_another_preprocessing_is_not_loaded(engine, tmp_path):
    folder = make_package(tmp_path / "package")
    spec = {
        "height": 32,
        "width": 32,
        "channels": 1,
        "preprocessing": {
            "name": "equalised_grey",
            "parameters": {"border": 0.2},
            "sha256": "",
        },
    }
    digest = change_card(folder, input=spec)
    with pytest.raises(BrokenPackage, match="preprocessing"):
        load_classifier(folder, digest=digest, threads=1)


def test_a_package_with_another_digest_is_not_even_opened(monkeypatch, tmp_path):
    folder = make_package(tmp_path / "package")

    def explode(*args, **settings):
        raise AssertionError("the graph was opened")

    monkeypatch.setitem(classifiers.ENGINES, "openvino", explode)
    with pytest.raises(BrokenPackage, match="registered"):
        load_classifier(folder, digest="0" * 64, threads=1)


def test_a_graph_that_cannot_be_opened_is_a_broken_package(tmp_path):
    folder = make_package(tmp_path / "package")
    with pytest.raises(BrokenPackage, match="cannot be loaded"):
        load_classifier(folder, digest=digest_of(folder), threads=1)
