"""The classifiers that a fresh clone starts with."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from inference.classifier import load_classifier
from inference.packages import digest_of, files_in, read_card
from inference.preprocessing import behaviour_digest
from training.packaging.phantoms import nonsense_pictures

ROOT = Path(__file__).resolve().parents[2]
STARTERS = ROOT / "inference" / "starter_models"
PACKAGES = sorted(path.parent for path in STARTERS.glob("*/*/card.json"))
NEWEST = {package.parent.name: package for package in PACKAGES}
DATA = ROOT.parent / "shared" / "data"
needs_data = pytest.mark.skipif(not DATA.is_dir(), reason=f"needs the pictures in {DATA}")
every_package = pytest.mark.parametrize(
    "package", PACKAGES, ids=lambda path: f"{path.parent.name}-{path.name}"
)
every_classifier = pytest.mark.parametrize("name", NEWEST)

OWN_DATA = {
    "brain-mri-tumor": "brain_mri_tumor",
    "chest-ct-covid": "chest_ct_covid",
    "chest-xray-covid": "chest_xray_covid",
    "chest-xray-mass": "chest_xray_mass",
    "colonoscopy-polyp": "colonoscopy",
}
OTHERS = {
    "brain-mri-tumor": ("chest_ct_covid", "chest_xray_covid", "colonoscopy"),
    "chest-ct-covid": ("brain_mri_tumor", "chest_xray_covid", "colonoscopy"),
    "chest-xray-covid": ("chest_ct_covid", "brain_mri_tumor", "colonoscopy"),
    "chest-xray-mass": ("chest_ct_covid", "brain_mri_tumor", "colonoscopy"),
    "colonoscopy-polyp": ("chest_ct_covid", "brain_mri_tumor", "chest_xray_covid"),
}
MADE_FOR = {
    "brain-mri-tumor": {("MR", "BRAIN"), ("MR", "HEAD")},
    "chest-ct-covid": {("CT", "CHEST")},
    "chest-xray-covid": {("CR", "CHEST"), ("DX", "CHEST")},
    "chest-xray-mass": {("CR", "CHEST"), ("DX", "CHEST")},
    "colonoscopy-polyp": {("ES", "COLON")},
}


@pytest.fixture(scope="module")
def loaded():
    """Load each classifier once."""
    kept = {}

    def load(name):
        if name not in kept:
            package = NEWEST[name]
            kept[name] = load_classifier(package, digest=digest_of(package), threads=1)
        return kept[name]

    return load


def sample(name, count, **wanted):
    """Return some pictures of one collection, evenly spread over its list."""
    with (DATA / name / "labels.csv").open(newline="") as handle:
        rows = [row for row in csv.DictReader(handle) if wanted.items() <= row.items()]
    pictures = []
    for row in rows[:: max(1, len(rows) // count)][:count]:
        with Image.open(DATA / name / row["file"]) as image:
            pictures.append(np.asarray(image.convert("L" if image.mode == "L" else "RGB")))
    return [pixels for pixels in pictures if min(pixels.shape[:2]) >= 32]


def abstentions(classifier, pictures):
    answers = classifier.predict([[pixels] for pixels in pictures])
    return np.mean([bool(answer.abstained_because) for answer in answers])


def test_there_is_a_classifier_for_each_of_the_five_tasks():
    assert set(NEWEST) == set(OWN_DATA)


@every_package
def test_it_is_small_enough_for_a_clone(package):
    assert sum((package / name).stat().st_size for name in files_in(package)) < 8_000_000


@every_package
def test_its_card_says_what_it_is_and_what_it_is_not(package):
    card = read_card(package)
    assert card.research_only
    assert "not a medical device" in card.purpose
    assert "no picture of any person" in " ".join((package / card.notice).read_text().split())
    assert {label.role for label in card.labels} == {"finding", "reference"}
    for label in card.labels:
        assert not label.is_reference or "assessed" in label.positive_text


@every_package
def test_its_preprocessing_is_still_the_one_it_was_trained_with(package):
    card = read_card(package)
    assert card.input_digest == behaviour_digest(card.input)


@every_package
def test_what_it_was_published_against_is_on_its_card(package):
    card = json.loads((package / "card.json").read_bytes())
    failed = [gate["title"] for gate in card.get("gates", ()) if not gate["passed"]]
    assert not failed or card["override"]["reason"]


@every_package
def test_it_carries_no_picture_of_anybody(package):
    for page in package.glob("report/*.html"):
        assert "data:image/jpeg" not in page.read_text()


@every_classifier
def test_it_reads_what_it_was_made_for_and_nothing_else(name):
    card = read_card(NEWEST[name])
    assert {(scope.modality, scope.body_part) for scope in card.scopes} == MADE_FOR[name]
    modality, body_part = sorted(MADE_FOR[name])[0]
    assert card.applies_to(modality=modality, body_part=body_part, age_years=50)
    assert not card.applies_to(modality=modality, body_part="EXTREMITY", age_years=50)
    assert not card.applies_to(modality="US", body_part=body_part, age_years=50)


def test_the_films_of_infants_and_side_views_are_not_what_it_was_made_for():
    card = read_card(NEWEST["chest-xray-mass"])
    film = {"modality": "DX", "body_part": "CHEST"}
    assert card.applies_to(**film, view="PA", age_years=50)
    assert not card.applies_to(**film, view="LL", age_years=50)
    assert not card.applies_to(**film, view="PA", age_years=5)
    assert not card.applies_to(**film, view="PA", age_years=None)


def test_a_model_that_misses_its_bar_stays_in_the_shadow():
    card = json.loads((NEWEST["chest-xray-mass"] / "card.json").read_bytes())
    low = card["metrics"]["test"]["per_class"]["mass"]["auc"]["low"]
    assert (low < 0.70) == (card.get("state") == "shadow")


@every_classifier
def test_it_is_not_fooled_by_nonsense(loaded, name):
    assert abstentions(loaded(name), nonsense_pictures(20)) >= 0.9


@needs_data
@pytest.mark.parametrize(
    ("name", "collection"), [(name, other) for name in NEWEST for other in OTHERS[name]]
)
def test_it_abstains_on_other_kinds_of_pictures(loaded, name, collection):
    assert abstentions(loaded(name), sample(collection, 40)) >= 0.8


@needs_data
@every_classifier
def test_it_reads_its_own_kind_of_pictures(loaded, name):
    assert abstentions(loaded(name), sample(OWN_DATA[name], 40, split="test")) <= 0.1


@needs_data
def test_it_reads_chest_x_rays_of_strangers(loaded):
    assert abstentions(loaded("chest-xray-covid"), sample("chest_xray_mass", 60)) <= 0.05


@needs_data
@pytest.mark.parametrize("name", ["chest-xray-covid", "chest-xray-mass"])
@pytest.mark.parametrize("turn", [lambda p: 255 - p, lambda p: p[::-1], np.rot90])
def test_it_abstains_on_inverted_and_turned_x_rays(loaded, name, turn):
    pictures = [np.ascontiguousarray(turn(pixels)) for pixels in sample("chest_xray_mass", 30)]
    assert abstentions(loaded(name), pictures) >= 0.95


@needs_data
@every_classifier
def test_its_findings_are_called_more_often_where_they_are(loaded, name):
    classifier = loaded(name)
    recipe = {
        label.code: label.code for label in classifier.card.labels if not label.is_reference
    } | {"covid-19": "covid", "viral-pneumonia": "viral_pneumonia", "pituitary-tumour": "pituitary"}
    if name == "chest-xray-mass":
        recipe["mass"] = "positive"
    pictures = {
        word: sample(OWN_DATA[name], 30, label=word, split="val") for word in words_of(name)
    }
    for label in classifier.card.labels:
        if label.is_reference:
            continue
        means = {
            word: mean_probability(classifier, label.code, shown)
            for word, shown in pictures.items()
        }
        own = means.pop(recipe[label.code])
        assert own > max(means.values())


def words_of(name):
    with (DATA / OWN_DATA[name] / "labels.csv").open(newline="") as handle:
        return sorted({row["label"] for row in csv.DictReader(handle)})


def mean_probability(classifier, code, pictures):
    answers = classifier.look_at(pictures)
    index = [label.code for label in classifier.card.labels].index(code)
    return np.mean([answer.calibrated[index] for answer in answers])
