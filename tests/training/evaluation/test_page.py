"""The report: one file that needs nothing else, hides nothing, and shows nobody in a package."""

import json
import re
from html.parser import HTMLParser

import numpy as np
import pytest

from tests.training.evaluation.answered import LABELS, make_exclusive, make_several
from tests.training.evaluation.reported import card_of, make_page
from training.evaluation.answers import answers_of
from training.evaluation.page import write_page
from training.evaluation.reports import LARGEST_IN_PACKAGE, METRICS, REPORT, write_edition

ANSWERS = make_exclusive(
    150, sources=["north", "south", "east"] * 50, ages=[3, 20, 90] * 50, sexes=["F", "M", ""] * 50
)


def written(tmp_path, page):
    write_page(tmp_path / "report.html", page)
    return (tmp_path / "report.html").read_text()


@pytest.fixture
def html(tmp_path):
    return written(tmp_path, make_page(ANSWERS))


class Collector(HTMLParser):
    """Notes every tag, attribute and id."""

    def __init__(self):
        super().__init__()
        self.tags, self.attributes = [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]


def collected(html):
    parser = Collector()
    parser.feed(html)
    return parser


def test_the_page_needs_nothing_but_itself(html):
    parser = collected(html)
    assert not {"script", "link", "iframe", "object", "embed", "base", "form"} & set(parser.tags)
    assert not re.search(r"https?:|//[a-z]|url\(|@import", html)
    for tag, name, value in parser.attributes:
        assert not name.startswith("on"), (tag, name)
        # Styles are all in one place: a policy may allow that one and nothing else.
        assert name != "style", (tag, value)
        if name in ("src", "href", "srcset", "xlink:href"):
            assert value.startswith(("data:image/jpeg;base64,", "#")), (tag, name, value)


def test_every_entry_of_the_contents_leads_somewhere(html):
    parser = collected(html)
    ids = [value for _, name, value in parser.attributes if name == "id"]
    links = [value[1:] for tag, name, value in parser.attributes if (tag, name) == ("a", "href")]
    assert links
    assert set(links) <= set(ids)
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize(
    "section",
    ["about", "headlines", "data", "training", "ranking", "confusion", "report", "scores",
     "thresholds", "calibration", "breakdowns", "worst", "gates", "made"],
)  # fmt: skip
@pytest.mark.parametrize(
    "answers",
    [ANSWERS, *(make_several(labels=labels, sources=["north", "south"] * 60) for labels in (2, 1))],
)
def test_every_section_is_there(tmp_path, answers, section):
    assert f'<section id="{section}"' in written(tmp_path, make_page(answers))


def test_the_headline_is_the_figure_of_the_card(html):
    figure = card_of(ANSWERS)["metrics"]["test"]["balanced_accuracy"]
    assert f"{figure['value']:.3f}" in html
    assert f"{figure['low']:.3f}–{figure['high']:.3f}" in html


def test_a_failed_gate_is_told_before_any_figure(html):
    assert "1 of 2 publishing gates failed:" in html[: html.index("<nav")]
    assert "The border does not tell the label" in html[: html.index("<nav")]
    assert "It does, with an AUC of 0.93." in html


def test_why_it_was_published_all_the_same_is_told_too(tmp_path):
    override = {"reason": "For the museum", "by": "A. Curator", "gates": ["shortcuts"], "at": ""}
    page = make_page(ANSWERS, card=card_of(ANSWERS, override=override))
    head = written(tmp_path, page).partition("<nav")[0]
    assert "For the museum" in head
    assert "A. Curator" in head


def test_a_model_that_only_watches_says_so(tmp_path):
    card = card_of(ANSWERS, state="shadow", state_reason="The AUC misses 0.70.")
    head = written(tmp_path, make_page(ANSWERS, card=card)).partition("<nav")[0]
    assert "The AUC misses 0.70." in head


def test_it_says_for_which_views_and_ages_it_was_made(tmp_path):
    scope = {"modality": "DX", "body_part": "CHEST", "view": ["PA", "AP"], "minimum_age_years": 18}
    page = make_page(ANSWERS, card=card_of(ANSWERS, applies_to=[scope]))
    assert "DX chest PA or AP from 18 years" in written(tmp_path, page)


def test_words_from_the_data_cannot_become_markup(tmp_path):
    evil = "<script>alert('x')</script>\"><img src=x onerror=y>"
    answers = make_exclusive(30, sources=[evil] * 15 + ["south"] * 15)
    card = card_of(answers, title=evil, limits=[evil])
    card["labels"][0]["display"] = evil
    card["training"]["recipe"] = evil
    html = written(tmp_path, make_page(answers, card=card, subject=evil))
    assert "<script" not in html
    assert "<img src=x" not in html
    assert not any(name.startswith("on") for _, name, _ in collected(html).attributes)


def test_the_edition_in_a_package_shows_no_picture_and_is_small(tmp_path):
    page = make_page(ANSWERS)
    write_edition(tmp_path / "with", REPORT, METRICS, page)
    write_edition(tmp_path / "without", REPORT, METRICS, page.without_pictures)
    assert "<img" in (tmp_path / "with" / REPORT).read_text()
    html = (tmp_path / "without" / REPORT).read_text()
    assert "<img" not in html
    assert "data:" not in html
    assert "north/1.png" not in html
    assert (
        sum(path.stat().st_size for path in (tmp_path / "without").iterdir()) < LARGEST_IN_PACKAGE
    )


def test_the_numbers_of_the_page_lie_beside_it(tmp_path):
    page = make_page(ANSWERS)
    write_edition(tmp_path, REPORT, METRICS, page)
    content = json.loads((tmp_path / METRICS).read_text())
    assert content["figures"] == page.figures
    assert content["curves"] == page.curves
    assert content["history"] == page.history


def test_one_class_alone_makes_a_page_that_says_what_it_cannot_say(tmp_path):
    alone = ANSWERS.truth[:, 0]
    answers = answers_of(
        ANSWERS.dataset.where(alone), ANSWERS.probabilities[alone], LABELS, "softmax"
    )
    html = written(tmp_path, make_page(answers))
    assert "Alpha: every picture has it" in html[: html.index("<nav")]
    assert "nan" not in re.sub(r"<style>.*?</style>", "", html, flags=re.DOTALL).lower()
    assert '<section id="ranking"' not in html
    assert '<section id="calibration"' not in html
    assert "Alpha: sensitivity" in html
    assert "Beta: specificity" in html


def test_a_pointing_game_is_shown_beside_chance(tmp_path):
    page = make_page(ANSWERS)
    score = {"value": 0.625, "low": 0.4, "high": 0.8}
    page.figures["pointing"] = {
        "alpha": {"pictures": 24, "hits": 15, "score": score, "chance": 0.11, "elsewhere": 0.25,
                  "tolerance": 0.03}
    }  # fmt: skip
    html = written(tmp_path, page)
    assert "62 % (40–\u206080 %)" in html
    assert "11 %" in html
    assert "25 %" in html


def test_a_page_that_cannot_be_written_leaves_nothing_behind(tmp_path):
    page = make_page(ANSWERS, figures={})
    with pytest.raises(KeyError):
        write_page(tmp_path / "report.html", page)
    assert list(tmp_path.iterdir()) == []


def test_curves_have_no_coordinates_outside_their_figure(html):
    for path in re.findall(r'<path class="line[^"]*" d="([^"]+)"', html):
        numbers = np.array([float(one) for one in re.findall(r"-?\d+\.?\d*", path)])
        assert numbers.min() >= 0
        assert numbers.max() <= 360
