"""What a report must tell is told, or printed as not reported."""

import copy

import pytest

from tests.model_packages import make_card
from training.gates.claim_items import ITEMS
from training.gates.complete_card import NOT_REPORTED, check_complete_card

NEEDED = {"intended_use", "data_source", "population", "scope", "labels_origin", "split",
          "performance", "limits", "licence"}  # fmt: skip
FIGURE = {"value": 0.9, "low": 0.85, "high": 0.95}


def whole_card(**fields) -> dict:
    card = make_card(
        applies_to=[
            {"modality": "DX", "body_part": "CHEST", "view": ["PA", "AP"], "minimum_age_years": 18}
        ],
        answers={"population": "Adults of one town.", "labels_origin": "Two radiologists."},
        data={"source": "Invented hospital", "split": "by patient"},
        metrics={
            "test": {
                "pictures": 40,
                "patients": 30,
                "balanced_accuracy": FIGURE,
                "macro_auc": FIGURE,
            }
        },
        training={"recipe": "x", "versions": {"keras": "3"}},
    )
    return card | fields


def answers(verdict) -> dict:
    """By what was asked: the answer and who gave it."""
    return {row[1]: row[2:] for row in verdict.table[1:]}


def test_a_card_that_answers_what_is_needed_passes_and_counts_what_is_missing():
    verdict = check_complete_card(whole_card())
    assert verdict.passed, verdict.says
    silent = [row for row in verdict.table if row[2] == NOT_REPORTED]
    assert 0 < len(silent) < len(ITEMS)
    assert f"{len(silent)} are not reported" in verdict.says


def test_the_items_that_are_needed_are_these():
    assert {item.key for item in ITEMS if item.needed} == NEEDED


@pytest.mark.parametrize(
    ("key", "fields"),
    [
        ("intended_use", {"purpose": " "}),
        ("data_source", {"data": {"split": "by patient"}}),
        ("split", {"data": {"source": "Invented hospital"}}),
        ("population", {"answers": {"labels_origin": "x"}}),
        ("labels_origin", {"answers": {"population": "x"}}),
        ("scope", {"applies_to": [{"modality": "DX", "body_part": "CHEST", "view": "PA"}]}),
        ("scope", {"applies_to": [{"modality": "DX", "body_part": "CHEST",
                                   "maximum_age_years": 18}]}),
        ("performance", {"metrics": {}}),
        ("limits", {"limits": []}),
        ("licence", {"licence": ""}),
    ],
)  # fmt: skip
def test_a_card_without_a_needed_answer_does_not_pass_and_names_it(key, fields):
    verdict = check_complete_card(whole_card(**fields))
    assert not verdict.passed
    assert f"{key} (" in verdict.says


def test_words_of_the_recipe_may_stand_where_the_run_knows_nothing():
    scope = [{"modality": "MR", "body_part": "BRAIN"}]
    words = whole_card()["answers"] | {"scope": "Axial slices of adults; any machine."}
    assert check_complete_card(whole_card(applies_to=scope, answers=words)).passed


def test_an_answer_says_whose_it_is():
    verdict = check_complete_card(whole_card())
    shown = answers(verdict)
    assert shown["Whom the pictures show, and who was left out (needed)"][1] == "recipe"
    assert shown["Libraries and versions"] == ("keras 3", "run")
    assert shown["Who paid, and which interests there are"] == (NOT_REPORTED, "–")


def test_every_item_can_be_answered_by_a_card_that_has_nothing():
    bare = make_card()
    kept = copy.deepcopy(bare)
    verdict = check_complete_card(bare)
    assert not verdict.passed
    assert len(verdict.table) == len(ITEMS) + 1
    assert bare == kept


def test_the_table_covers_the_whole_checklist():
    numbers = {number for item in ITEMS for number in item.numbers.split()}
    assert {f"C{number}" for number in range(1, 43)} <= numbers
    assert {f"M{number}" for number in range(1, 7)} <= numbers
    assert len({item.key for item in ITEMS}) == len(ITEMS)
