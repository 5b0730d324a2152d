"""A package is what was published, or it is not used."""

import pytest

from inference.packages import BrokenPackage, digest_of, read_card, verify_package
from tests.model_packages import change_card, make_label, make_package


@pytest.fixture
def package(tmp_path):
    return make_package(tmp_path / "package")


def test_an_untouched_package_is_verified(package):
    card = verify_package(package, digest_of(package))
    assert card.name == "invented"
    assert [label.is_reference for label in card.labels] == [False, False, True]


def test_another_digest_is_refused(package):
    with pytest.raises(BrokenPackage, match="not the one that was registered"):
        verify_package(package, "0" * 64)


@pytest.mark.parametrize("name", ["model.bin", "canary.npz", "features.npz", "report/roc.png"])
def test_a_changed_file_is_refused(package, name):
    digest = digest_of(package)
    (package / name).write_bytes(b"something else")
    with pytest.raises(BrokenPackage, match=f"{name} was changed"):
        verify_package(package, digest)


def test_a_missing_file_is_refused(package):
    (package / "model.xml").unlink()
    with pytest.raises(BrokenPackage, match=r"model.xml is missing"):
        verify_package(package, digest_of(package))


def test_a_file_that_the_card_does_not_know_is_refused(package):
    (package / "extra.py").write_text("print()")
    with pytest.raises(BrokenPackage, match=r"extra.py is not on the card"):
        verify_package(package, digest_of(package))


def test_a_link_is_refused_even_to_the_same_bytes(package, tmp_path):
    (package / "model.bin").rename(tmp_path / "elsewhere.bin")
    (package / "model.bin").symlink_to(tmp_path / "elsewhere.bin")
    with pytest.raises(BrokenPackage, match="link"):
        verify_package(package, digest_of(package))


def test_a_folder_without_a_card_is_refused(tmp_path):
    with pytest.raises(BrokenPackage, match=r"card\.json"):
        read_card(tmp_path)


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"schema": 2}, "schema"),
        ({"labels": []}, "no labels"),
        ({"labels": [make_label("a"), make_label("b")]}, "logits"),
        ({"labels": [make_label("a"), make_label("a"), make_label("b")]}, "share a code"),
        ({"aggregation": "mean"}, "aggregation"),
        ({"precision": "int4"}, "precision"),
        ({"applies_to": []}, "applies to nothing"),
        ({"calibration": {"method": "temperature", "temperature": 0}}, "temperature"),
        ({"files": {"../../etc/passwd": "0" * 64}}, "outside"),
        ({"files": {}}, "does not list"),
        ({"limits": None}, "malformed"),
    ],
)
def test_a_card_that_cannot_be_right_is_refused(package, fields, reason):
    change_card(package, **fields)
    with pytest.raises(BrokenPackage, match=reason):
        read_card(package)


@pytest.mark.parametrize(
    "label",
    [
        make_label("a", threshold=None),
        make_label("a", threshold=0.3, negative_below=0.4),
        make_label("a", threshold=1.2),
        make_label("a", role="diagnosis"),
        make_label("normal", threshold=0.5, negative_below=0.5),
    ],
)
def test_a_label_with_impossible_thresholds_is_refused(package, label):
    change_card(package, labels=[label, make_label("b"), make_label("c")])
    with pytest.raises(BrokenPackage, match="Label"):
        read_card(package)


@pytest.mark.parametrize(
    ("scope", "study", "expected"),
    [
        ({}, {}, True),
        ({}, {"modality": "CT"}, False),
        ({}, {"body_part": "HEAD"}, False),
        ({"view": "PA"}, {}, True),  # not known: read, and the report says so
        ({"view": "PA"}, {"view": ""}, True),
        ({"view": "PA"}, {"view": "PA"}, True),
        ({"view": "PA"}, {"view": "LATERAL"}, False),
        ({"view": ["PA", "AP supine"]}, {"view": "AP SUPINE"}, True),
        ({"view": ["PA", "AP supine"]}, {"view": "AP"}, False),
        ({"view": []}, {"view": "LATERAL"}, True),
        ({"minimum_age_years": 18}, {}, False),
        ({"minimum_age_years": 18}, {"age_years": 17.9}, False),
        ({"minimum_age_years": 18}, {"age_years": 18}, True),
        ({"maximum_age_years": 18}, {"age_years": 18.1}, False),
        ({}, {"age_years": 3, "view": "LATERAL"}, True),
    ],
)
def test_which_studies_a_classifier_was_made_for(package, scope, study, expected):
    change_card(package, applies_to=[{"modality": "DX", "body_part": "CHEST"} | scope])
    card = read_card(package)
    assert card.applies_to(**{"modality": "DX", "body_part": "CHEST"} | study) is expected
