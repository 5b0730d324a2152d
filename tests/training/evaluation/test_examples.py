"""The worst examples: the surest mistakes first, then the least sure."""

import base64
import io

import numpy as np
from PIL import Image

from tests.training.evaluation.answered import LABELS, make_dataset
from training.datasets.dataset import Box
from training.evaluation.answers import answers_of
from training.evaluation.examples import SIDE, examples, thumbnail, worst_places

EXCLUSIVE = np.array(
    [[0.9, 0.05, 0.05], [0.2, 0.75, 0.05], [0.05, 0.9, 0.05], [0.5, 0.45, 0.05], [0.1, 0.1, 0.8]]
)


def exclusive(**arrays):
    dataset = make_dataset(np.eye(3)[[0, 0, 0, 0, 2]], **arrays)
    return answers_of(dataset, EXCLUSIVE, LABELS, "softmax")


def test_the_surest_mistake_comes_first_and_what_was_right_never():
    assert worst_places(exclusive())["mistake"] == [(2, 1), (1, 1)]


def test_the_least_sure_is_the_one_with_the_closest_rival():
    assert worst_places(exclusive(), count=2)["unsure"] == [(3, 0), (1, 1)]


def test_several_labels_are_judged_each_by_itself_and_only_where_known():
    dataset = make_dataset([[1, 0], [0, np.nan], [1, 1]])
    probabilities = np.array([[0.05, 0.7], [0.95, 0.99], [0.7, 0.58]])
    places = worst_places(answers_of(dataset, probabilities, LABELS[:2], "sigmoid"))
    assert set(places["mistake"][:2]) == {(0, 0), (1, 0)}
    # The last one is missed by a hair; 0.70 of the first label is right and no mistake.
    assert places["mistake"][2:] == [(0, 1), (2, 1)]
    assert places["unsure"][0] == (2, 1)
    assert (1, 1) not in places["unsure"]


def shown(strength, **arrays):
    return examples(
        exclusive(**arrays),
        decode=lambda file: np.full((300, 200), 90, dtype=np.uint8),
        map_of=lambda picture, label, shape: strength,
    )


def opened(uri):
    assert uri.startswith("data:image/jpeg;base64,")
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(uri.partition(",")[2])))).astype(int)


def test_the_map_is_painted_over_its_picture_in_violet():
    strength = np.zeros((30, 20), dtype=np.float32)
    strength[:15] = 1.0
    example = shown(strength)[0]
    plain, painted = opened(example.picture), opened(example.with_map)
    assert plain.shape == painted.shape == (SIDE, 160, 3)
    assert abs(painted[-40:] - plain[-40:]).max() < 12
    red, green, blue = painted[20, 80]
    assert blue > red > green


def test_boxes_of_people_are_drawn():
    boxes = {f"{i}.png": (Box("alpha", 0.25, 0.25, 0.5, 0.5),) for i in range(5)}
    painted = opened(shown(np.zeros((3, 2), np.float32), boxes=boxes)[0].with_map)
    assert painted[SIDE // 4, 80].min() > 180
    assert painted[SIDE // 2, 80].max() < 120


def test_it_says_what_was_true_and_what_was_said():
    example = shown(np.zeros((3, 2), np.float32))[0]
    assert (example.kind, example.truth, example.map_of) == ("mistake", "Alpha", "Beta")
    assert example.said == "Alpha 0.05, Beta 0.90, Normal 0.05"


def test_a_16_bit_picture_is_not_shown_black():
    dim = (np.linspace(100, 900, 400).reshape(20, 20)).astype(np.uint16)
    assert np.asarray(thumbnail(dim)).max() > 200
