"""Score and images on one time axis: the drawings, the same as a table, and what disagrees."""

import datetime
from dataclasses import dataclass, replace

from django.utils.translation import gettext_lazy as _

from patients.charts.image_lane import CHIP_TEXTS
from patients.charts.score_chart import draw
from patients.charts.score_shapes import NARROW, WIDTH, ScoreChart
from patients.models import VitalSigns
from patients.summary import PatientSummary
from patients.summary.concordance import ConcordanceNote
from patients.summary.scores import scores_between
from patients.views.study_cards import StudyCard

USUAL = "3d"
MOST_ROWS = 40
PERIODS = {
    "24h": (_("24 h"), datetime.timedelta(days=1)),
    "3d": (_("3 days"), datetime.timedelta(days=3)),
    "7d": (_("7 days"), datetime.timedelta(days=7)),
    "all": (_("all"), None),
}

LEGEND = {
    "person": _("image, signed by a person"),
    "machine": _("image, AI result that nobody has signed"),
    "abstain": _("image, AI gave no result"),
    "waiting": _("image, not analysed or not read yet"),
}


@dataclass(frozen=True)
class Row:
    """One moment of the table: a set or an image."""

    at: datetime.datetime
    vital_signs: VitalSigns | None = None
    card: StudyCard | None = None
    letter: str = ""


@dataclass(frozen=True)
class TimeAxis:
    """What the page shows of one period."""

    period: str
    wide: ScoreChart | None
    narrow: ScoreChart | None
    rows: tuple[Row, ...]
    voices: frozenset[str]
    is_thinned: bool
    leaves_out: bool
    """the table has not room for every set and image of the period"""

    @property
    def legend(self) -> list[tuple[str, str, str]]:
        """Whose marks are on the drawing, how they look, and what they mean."""
        return [
            (voice, str(CHIP_TEXTS[voice]), str(words))
            for voice, words in LEGEND.items()
            if voice in self.voices
        ]

    @property
    def periods(self) -> list[tuple[str, str, bool]]:
        return [(key, label, key == self.period) for key, (label, _) in PERIODS.items()]


def time_axis(summary: PatientSummary, cards: list[StudyCard], period: str) -> TimeAxis:
    """Return the drawing of the chosen period; an unknown one is the usual one."""
    period = period if period in PERIODS else USUAL
    now = summary.generated_at
    start = _start(summary, cards, period)
    scores = scores_between(summary.patient, start, now)
    image_letters = {note.study_id: note.letter for note in summary.concordance}
    marks = [replace(card.on_chart, letter=image_letters.get(card.study.pk, "")) for card in cards]
    wide, narrow = (
        draw(
            scores.seen, marks, start=start, end=now, now=now,
            letters=_letters_by_moment(summary.concordance), width=width,
            joined_within=scores.joined_within,
        )
        for width in (WIDTH, NARROW)
    )  # fmt: skip
    inside = _rows(summary, cards, image_letters, start)
    rows = tuple(inside[:MOST_ROWS])
    listed = sum(1 for row in rows if row.vital_signs)
    return TimeAxis(
        period=period,
        wide=wide,
        narrow=narrow,
        rows=rows,
        voices=frozenset(chip.voice for chip in wide.chips) if wide else frozenset(),
        is_thinned=scores.is_thinned,
        leaves_out=len(inside) > len(rows) or sum(one.sets for one in scores.seen) > listed,
    )


def _start(summary: PatientSummary, cards: list[StudyCard], period: str) -> datetime.datetime:
    length = PERIODS[period][1]
    if length:
        return summary.generated_at - length
    oldest = summary.patient.vital_signs.final().order_by("measured_at", "id").first()
    moments = [card.study.started_at for card in cards]
    moments += [oldest.measured_at] if oldest else []
    return min(moments, default=summary.generated_at - PERIODS[USUAL][1])


def _letters_by_moment(notes: tuple[ConcordanceNote, ...]) -> dict[datetime.datetime, str]:
    """Return the letters at each set: one set may disagree with several images."""
    letters: dict[datetime.datetime, str] = {}
    for note in notes:
        letters[note.measured_at] = letters.get(note.measured_at, "") + note.letter
    return letters


def _rows(summary: PatientSummary, cards, image_letters, start):
    """Return sets and images of the period together, newest first."""
    set_letters = _letters_by_moment(summary.concordance)
    rows = [
        Row(one.measured_at, vital_signs=one, letter=set_letters.get(one.measured_at, ""))
        for one in summary.trend
    ]
    rows += [
        Row(card.study.started_at, card=card, letter=image_letters.get(card.study.pk, ""))
        for card in cards
    ]
    inside = [row for row in rows if start <= row.at <= summary.generated_at]
    return sorted(inside, key=lambda row: row.at, reverse=True)
