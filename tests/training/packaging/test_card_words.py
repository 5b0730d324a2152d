"""A card says whom the pictures show, and a recipe that lacks words is refused at the start."""

from types import SimpleNamespace

import numpy as np
import pytest

from tests.training.gates.cases import make_dataset
from training.errors import TrainingError
from training.packaging.card import MORE_WORDS, WORDS, check_words
from training.packaging.people import people_of


def test_people_are_told_as_far_as_they_are_known():
    dataset = make_dataset({"train": 2, "val": 1, "test": 1})
    count = len(dataset)
    ages, sexes, views = np.full(count, np.nan), np.full(count, ""), np.full(count, "", "<U2")
    trained = dataset.splits == "train"
    ages[trained] = [20, 40, 60, np.nan]
    sexes[trained] = ["F", "F", "F", "M"]
    views[trained] = ["PA", "PA", "AP", ""]
    known = make_dataset({"train": 2, "val": 1, "test": 1}, ages=ages, sexes=sexes, views=views)
    assert people_of(known)["train"] == (
        "4 patients; ages 20 to 60 years, half between 30 and 50 (known of 3 of 4 pictures); "
        "75% women or girls; views PA 2, AP 1 (known of 3 of 4 pictures)"
    )
    assert people_of(known)["val"] == "2 patients; ages unknown; sexes unknown; views unknown"


def make_recipe(**card):
    words = dict.fromkeys((*WORDS, *MORE_WORDS), "words")
    return SimpleNamespace(card=words | card)


def test_a_card_with_its_words_and_known_answers_is_taken():
    check_words(make_recipe())
    check_words(make_recipe(answers={"population": "Adults.", "labels_origin": "Radiologists."}))


@pytest.mark.parametrize("word", ["purpose", "notice_text", "data_split"])
def test_a_card_that_lacks_a_word_is_refused(word):
    recipe = make_recipe()
    del recipe.card[word]
    with pytest.raises(TrainingError, match=word):
        check_words(recipe)


def test_an_answer_that_nobody_asked_for_is_a_slip():
    with pytest.raises(TrainingError, match="populaton"):
        check_words(make_recipe(answers={"populaton": "Adults."}))
