"""What stands below the bands of the paper chart: score, response, initials, notes.

The response to a risk: Royal College of Physicians, NEWS2 2017, chart 2.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from aicare.templatetags.clock import length_in_words
from patients.early_warning import HIGH, LOW, LOW_MEDIUM, MEDIUM
from patients.models import VitalSigns
from patients.monitoring import interval
from patients.set_wording import absent_in_words
from patients.trends.sheet_parts import Cell, Row, plain_row

RESPONSES = {
    LOW: gettext_lazy("ward"),
    LOW_MEDIUM: gettext_lazy("urgent, ward"),
    MEDIUM: gettext_lazy("urgent"),
    HIGH: gettext_lazy("emerg."),
}


def score_rows(sets, policy) -> Iterator[Row]:
    yield Row(_("total"), tuple(Cell(_total(one)) for one in sets), kind="total")
    yield Row(_("risk"), tuple(Cell(_risk(one)) for one in sets), kind="risk")
    yield Row(_("response"), tuple(Cell(_response(one)) for one in sets), kind="risk")
    yield Row(_("next set within"), tuple(Cell(_next_within(one, policy)) for one in sets))


def _total(one: VitalSigns) -> str:
    if one.score is not None:
        return str(one.score)
    return "–" if one.score_min is None else f"{one.score_min}–{one.score_max}"


def _risk(one: VitalSigns) -> str:
    if one.risk == VitalSigns.Risk.NOT_APPLICABLE:
        return _("no score")
    return str(one.get_risk_display())


def _response(one: VitalSigns) -> str:
    """Return who must come; of an incomplete set, at the least."""
    if one.score is None and one.risk_min == LOW:
        return ""
    return str(RESPONSES.get(one.risk_min, ""))


def _next_within(one: VitalSigns, policy) -> str:
    if one.risk == VitalSigns.Risk.NOT_APPLICABLE:
        return ""
    length = interval(policy, one.risk_min, known_zero=one.score == 0)
    return length_in_words(length.total_seconds())


def other_rows(sets) -> Iterator[Row]:
    yield plain_row(_("pain /10"), sets, "pain_score")
    for field, text in (("glucose_mmol_per_l", _("glucose mmol/L")), ("weight_kg", _("weight kg"))):
        if any(getattr(one, field) is not None for one in sets):
            yield plain_row(text, sets, field)
    yield Row(_("initials"), tuple(Cell(initials(one)) for one in sets), kind="initials")


def initials(one: VitalSigns) -> str:
    """Return two or three letters of who recorded a set; the names stand below the chart."""
    if one.source == VitalSigns.Source.DEVICE:
        return _("device")
    words = str(one.recorded_by).replace("-", " ").split()
    return "".join(word[0] for word in words if word[0].isalnum())[:3].upper()


@dataclass(frozen=True)
class Remark:
    """What a cell has no room for: why something was not measured, and notes."""

    one: VitalSigns
    text: str


def remarks(sets) -> list[Remark]:
    """Return what is to be said below the chart, in the order of its columns."""
    found = []
    for one in sets:
        if one.absent_reasons:
            what = {"signs": absent_in_words(one)}
            found.append(Remark(one, _("Not measured: %(signs)s") % what))
        if one.note:
            found.append(Remark(one, one.note))
    return found


def people(sets) -> list[tuple[str, str]]:
    """Return whose initials stand in the sheet, in the order in which they appear."""
    return list(dict.fromkeys((initials(one), str(one.recorded_by)) for one in sets))
