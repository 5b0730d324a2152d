"""The settings of augmentation."""

import pytest

from training.changes import Augmentation, augmentation_of
from training.errors import TrainingError


def test_a_recipe_that_names_nothing_changes_nothing():
    assert augmentation_of({}, {}, channels=1).is_off
    assert not augmentation_of({"noise": 0.1}, {}, channels=1).is_off


def test_a_stage_says_only_what_differs():
    how = augmentation_of({"mirror": True, "noise": 0.1}, {"noise": 0.0}, channels=1)
    assert how == Augmentation(mirror=True)


@pytest.mark.parametrize(
    ("given", "channels", "reason"),
    [
        ({"zoom": 0.1}, 1, "no setting zoom"),
        ({"noise": -0.1}, 1, "noise cannot be -0.1"),
        ({"shift": 1.5}, 1, "shift cannot be 1.5"),
        ({"zoom_in": 1.0}, 1, "zoom_in must leave something"),
        ({"hue_degrees": 10.0}, 1, "hue_degrees needs colour pictures"),
        ({"colour_cast": 0.1}, 1, "colour_cast needs colour pictures"),
    ],
)
def test_what_cannot_be_followed_is_one_clear_line(given, channels, reason):
    with pytest.raises(TrainingError, match=reason):
        augmentation_of(given, {}, channels=channels)
    if "colour" in reason:
        assert augmentation_of(given, {}, channels=3)
