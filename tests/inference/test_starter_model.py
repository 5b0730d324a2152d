"""The classifier that a fresh clone starts with."""

import csv
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from inference.classifier import load_classifier
from inference.packages import digest_of, files_in, read_card
from inference.preprocessing import behaviour_digest
from training.packaging.phantoms import nonsense_pictures

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "inference" / "starter_models" / "chest-xray-covid" / "1.0.0"
DATA = ROOT.parent / "shared" / "data"
needs_data = pytest.mark.skipif(not DATA.is_dir(), reason=f"needs the pictures in {DATA}")


@pytest.fixture(scope="module")
def classifier():
    return load_classifier(PACKAGE, digest=digest_of(PACKAGE), threads=1)


def sample(name, count, **wanted):
    """Return some pictures of one collection, evenly spread over its list."""
    with (DATA / name / "labels.csv").open(newline="") as handle:
        rows = [row for row in csv.DictReader(handle) if wanted.items() <= row.items()]
    pictures = []
    for row in rows[:: max(1, len(rows) // count)][:count]:
        with Image.open(DATA / name / row["file"]) as image:
            pictures.append(np.asarray(image.convert("L" if image.mode == "L" else "RGB")))
    return pictures


def abstentions(classifier, pictures):
    answers = classifier.predict([[pixels] for pixels in pictures])
    return np.mean([bool(answer.abstained_because) for answer in answers])


def test_it_is_small_enough_for_a_clone():
    size = sum((PACKAGE / name).stat().st_size for name in files_in(PACKAGE))
    assert size < 8_000_000


def test_its_card_says_what_it_is_and_what_it_is_not():
    card = read_card(PACKAGE)
    assert card.research_only
    assert "not a medical device" in card.purpose
    assert any("label goes with the source" in limit for limit in card.limits)
    assert (PACKAGE / card.notice).is_file()
    roles = {label.code: label.role for label in card.labels}
    assert roles == {
        "covid-19": "finding",
        "viral-pneumonia": "finding",
        "normal": "reference",
    }


@pytest.mark.parametrize("modality", ["CR", "DX"])
def test_it_reads_chest_x_rays_and_nothing_else(modality):
    card = read_card(PACKAGE)
    assert card.applies_to(modality=modality, body_part="CHEST")
    assert not card.applies_to(modality=modality, body_part="HAND")
    assert not card.applies_to(modality="CT", body_part="CHEST")


def test_the_preprocessing_is_still_the_one_it_was_trained_with():
    card = read_card(PACKAGE)
    assert card.input_digest == behaviour_digest(card.input)


def test_it_is_not_fooled_by_nonsense(classifier):
    assert abstentions(classifier, nonsense_pictures(20)) == 1.0


@needs_data
@pytest.mark.parametrize(
    ("collection", "least"),
    [("chest_ct_covid", 0.9), ("brain_mri_tumor", 0.9), ("colonoscopy", 1.0)],
)
def test_it_abstains_on_other_kinds_of_pictures(classifier, collection, least):
    assert abstentions(classifier, sample(collection, 60)) >= least


@needs_data
def test_it_reads_chest_x_rays_of_strangers(classifier):
    assert abstentions(classifier, sample("chest_xray_mass", 60)) <= 0.05


@needs_data
@pytest.mark.parametrize("turn", [lambda p: 255 - p, lambda p: p[::-1], np.rot90])
def test_it_abstains_on_inverted_and_turned_x_rays(classifier, turn):
    pictures = [np.ascontiguousarray(turn(pixels)) for pixels in sample("chest_xray_mass", 30)]
    assert abstentions(classifier, pictures) >= 0.95


@needs_data
@pytest.mark.parametrize(
    ("label", "code"), [("covid", "covid-19"), ("viral_pneumonia", "viral-pneumonia")]
)
def test_it_finds_most_of_what_it_learnt(classifier, label, code):
    pictures = sample("chest_xray_covid", 40, label=label, split="val")
    calls = []
    for answer in classifier.predict([[pixels] for pixels in pictures]):
        calls += [finding.call for finding in answer.findings if finding.label.code == code]
    assert calls.count("positive") > 0.6 * len(calls)
    assert calls.count("negative") < 0.2 * len(calls)
