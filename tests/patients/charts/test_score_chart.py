"""Score and images on one axis of time: where they lie, and in whose voice."""

import datetime
from itertools import pairwise

import pytest
from django.utils import translation

from patients.charts.image_lane import CHIP_WIDTH, LABELLED, ImageMark
from patients.charts.score_chart import draw
from patients.charts.score_shapes import (
    BOTTOM,
    LEFT,
    MARGIN,
    MOST_DOTS,
    NARROW,
    TOP,
    WIDTH,
    ScoreSeen,
)

END = datetime.datetime(2026, 3, 2, 12, tzinfo=datetime.UTC)
HOUR = datetime.timedelta(hours=1)
START = END - 24 * HOUR


def score(value, *, hours, high=None, complete=True):
    return ScoreSeen(END - hours * HOUR, value, high if high is not None else value, complete)


def image(voice="machine", *, hours=1, text="a pattern", letter=""):
    return ImageMark(END - hours * HOUR, voice, text, letter)


def chart(scores=(), images=(), **more):
    return draw(scores, images, start=START, end=END, now=END, **more)


def test_there_is_nothing_to_draw_without_sets_and_images():
    assert chart() is None
    assert chart(images=[image(hours=30)]) is None, "an image outside the time"


def test_images_are_drawn_without_any_set():
    drawn = chart(images=[image()])
    assert len(drawn.chips) == 1
    assert drawn.points == ()


def test_a_higher_score_lies_higher_and_a_later_one_to_the_right():
    low, high = chart([score(1, hours=20), score(9, hours=2)]).points
    assert low.x < high.x
    assert low.y > high.y


def test_the_highest_of_several_sets_is_not_labelled_as_the_newest():
    drawn = chart([score(0, hours=3), score(2, high=9, hours=1)])
    assert [one.label for one in drawn.points] == ["", "2–9"]


def test_the_newest_complete_score_is_labelled_and_a_later_partial_one():
    whole = [score(1, hours=20), score(9, hours=2)]
    earlier, later = (score(8, hours=hours, high=12, complete=False) for hours in (3, 1))
    drawn = chart([whole[0], earlier, whole[1], later])
    assert [one.label for one in drawn.points] == ["", "9"]
    assert [one.label for one in drawn.ranges] == ["", "8–12"]
    drawn = chart([whole[0], earlier, whole[1]])
    assert [one.label for one in drawn.ranges] == [""], "what came after it says more"


@pytest.mark.parametrize("width", [WIDTH, NARROW])
def test_the_label_of_the_newest_set_stays_inside_the_drawing(width):
    newest = score(12, hours=0, high=20, complete=False)
    (drawn,) = chart([newest], width=width).ranges
    assert drawn.label == "12–20"
    assert drawn.label_x + len(drawn.label) * 4 <= width


def test_a_partial_set_of_somebody_very_ill_is_in_sight():
    (drawn,) = chart([score(15, hours=2, high=20, complete=False)]).ranges
    assert TOP <= drawn.y_high < drawn.y < BOTTOM


def test_a_score_of_twenty_fits():
    (point,) = chart([score(20, hours=2)]).points
    assert TOP <= point.y <= BOTTOM


def test_the_bands_lie_one_above_the_other_and_say_their_scores():
    bands = chart([score(1, hours=2)]).bands
    assert [band.label for band in bands] == ["high ≥ 7", "5–6", "0–4"]
    for above, below in pairwise(bands):
        assert above.y + above.height == pytest.approx(below.y, abs=0.2)
    assert bands[-1].y + bands[-1].height == pytest.approx(BOTTOM, abs=0.2)


@pytest.mark.parametrize(
    ("voice", "mark"),
    [("person", "✓"), ("machine", "AI"), ("abstain", "AI ?"), ("waiting", "…")],
)
def test_each_voice_has_a_mark_of_its_own(voice, mark):
    (chip,) = chart(images=[image(voice)]).chips
    assert (chip.voice, chip.mark) == (voice, mark)


@pytest.mark.parametrize(("language", "mark"), [("es", "IA ?"), ("pt", "IA ?")])
def test_the_mark_of_the_machine_is_that_of_the_language(language, mark):
    with translation.override(language):
        (chip,) = chart(images=[image("abstain")]).chips
    assert chip.mark == mark


@pytest.mark.parametrize("width", [WIDTH, NARROW])
@pytest.mark.parametrize("hours", [0, 1, 12, 23, 24])
def test_images_and_their_words_stay_inside_the_drawing(width, hours):
    (chip,) = chart(images=[image(hours=hours, text="a very long finding " * 9)], width=width).chips
    assert LEFT <= chip.x <= width - MARGIN
    assert chip.label.endswith("…")
    length = len(chip.label) * 6.4
    left = chip.label_x if chip.anchor == "start" else chip.label_x - length
    assert left >= 0
    assert left + length <= width


def test_the_newest_images_have_rows_of_their_own_and_older_ones_share_one():
    drawn = chart(images=[image(hours=hours) for hours in range(1, 15, 2)])
    rows = [chip.y for chip in drawn.chips]
    assert len(set(rows)) == LABELLED + 1
    assert [bool(chip.label) for chip in drawn.chips] == [True] * LABELLED + [False] * 4
    assert max(rows) < drawn.axis_y < drawn.height


@pytest.mark.parametrize("width", [WIDTH, NARROW])
def test_no_image_hides_whether_another_is_signed(width):
    voices = ("machine", "person", "abstain", "waiting") * 5
    images = [image(voice, hours=10 + number / 9) for number, voice in enumerate(voices)]
    chips = chart(images=images, width=width).chips
    assert len(chips) == len(images)
    for number, one in enumerate(chips):
        for other in chips[:number]:
            assert one.y != other.y or abs(one.x - other.x) > CHIP_WIDTH


def test_a_letter_stands_at_the_image_and_at_the_set():
    one = score(0, hours=2)
    drawn = chart([one], [image(letter="A")], letters={one.at: "A"})
    assert [letter.letter for letter in drawn.letters] == ["A", "A"]
    assert all(LEFT <= letter.x <= WIDTH - MARGIN for letter in drawn.letters)


def test_letters_of_images_close_together_stand_side_by_side():
    images = [image(hours=2 + number / 20, letter=letter) for number, letter in enumerate("DCBA")]
    letters = chart(images=images).letters
    assert [one.letter for one in letters] == list("ABCD"), "in the order of their images"
    for one, following in pairwise(letters):
        assert one.left + one.width <= following.left
    assert letters[-1].left + letters[-1].width <= WIDTH


def test_several_letters_of_a_set_have_room_in_their_frame():
    one = score(9, hours=2)
    (single,) = chart([one], letters={one.at: "A"}).letters
    (three,) = chart([one], letters={one.at: "ABC"}).letters
    assert three.width > single.width
    assert three.left + three.width < chart([one]).points[0].x


def test_a_letter_does_not_cover_the_newest_score():
    one = score(20, hours=0)
    drawn = chart([one], [image(hours=0, letter="A")])
    (above,) = drawn.letters
    assert above.top + above.height <= drawn.points[0].y - 8 - 8, "the figures above the point"


def test_no_line_is_drawn_across_a_gap():
    near, far = [score(1, hours=1), score(2, hours=0)], score(3, hours=23)
    drawn = chart([far, *near])
    assert [len(run) for run in drawn.runs] == [1, 2]
    assert len(drawn.lines) == 1
    assert len(chart([far, *near], joined_within=30 * HOUR).lines) == 1
    assert len(chart([far, *near], joined_within=30 * HOUR).points) == 3


def test_the_drawing_says_in_words_what_it_shows():
    drawn = chart([score(1, hours=20), score(3, hours=2, high=7, complete=False)], [image()])
    assert drawn.text.startswith("NEWS2 from 1 (")
    assert "to 3 to 7, incomplete (" in drawn.text
    assert drawn.text.endswith("2 sets, 1 image")


def test_of_very_many_points_only_the_newest_has_a_dot():
    many = [score(number % 5, hours=20 - number / 10) for number in range(MOST_DOTS + 1)]
    assert len(chart(many).dots) == 1
    assert chart(many).dots[0].label
    assert len(chart(many[1:]).dots) == MOST_DOTS
    assert [len(line.split()) for line in chart(many).lines] == [MOST_DOTS + 1]


def test_a_score_by_itself_among_very_many_has_its_dot():
    many = [score(number % 5, hours=2 - number / 60) for number in range(MOST_DOTS + 1)]
    assert len(chart([score(9, hours=23), *many]).dots) == 2
