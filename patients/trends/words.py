"""What a column of a chart says in words: for the table beside it, and point by point."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from aicare.locale_formats import moment_text, number_text
from patients.early_warning import CONSCIOUSNESS, SEVERITY
from patients.models import VitalSigns
from patients.trends.bands import SATURATION, points_of
from patients.trends.plans import Plan
from patients.trends.reading import LEVELS, OXYGEN
from patients.trends.shades import basis
from patients.trends.thinning import Column, Span
from patients.vital_signs_table import BY_FIELD
from patients.vital_signs_table import CONSCIOUSNESS as CONSCIOUSNESS_WORDS

FLOW, FIO2 = "oxygen_flow_l_per_min", "fio2_percent"


@dataclass(frozen=True)
class Said:
    """One value, or several as a range; ``note`` follows in small, points where certain."""

    value: str
    note: str = ""
    points: int | None = None


def measured_text(column: Column) -> str:
    """Return when: one time, or from the first to the last set of several."""
    if column.sets == 1:
        return moment_text(column.first_at)
    times = {
        "first": moment_text(column.first_at),
        "last": moment_text(column.last_at),
        "count": column.sets,
    }
    return (
        ngettext(
            "%(first)s to %(last)s, %(count)d set",
            "%(first)s to %(last)s, %(count)d sets",
            column.sets,
        )
        % times
    )


def said(plan: Plan, column: Column) -> Said | None:
    """Return what ``column`` says in the chart of ``plan``, or None if nothing."""
    if not any(name in column.spans for name in plan.names):
        return None
    if plan.key == "score":
        return _score(column)
    if plan.key == "consciousness":
        return _consciousness(column)
    main = column.spans.get(plan.main)
    value = span_text(main, plan.places) if main else "–"
    points = _worst(plan.main, main, column) if main else None
    if plan.key == "saturation":
        return Said(value, oxygen_text(column), points)
    if plan.key == "pressure":
        return Said(f"{value}/{_span_of(column, plan.second)}", "", points)
    if plan.key == "pulse" and plan.second in column.spans:
        second = column.spans[plan.second]
        note = _("second reading %(value)s") % {"value": span_text(second, plan.places)}
        worst = max(
            (one for one in (points, _worst(plan.second, second, column)) if one is not None),
            default=None,
        )
        return Said(value, note, worst)
    return Said(value, "", points)


def span_text(span: Span, places: int) -> str:
    low, high = number_text(span.low, places), number_text(span.high, places)
    return low if low == high else _("%(low)s to %(high)s") % {"low": low, "high": high}


def _span_of(column: Column, name: str) -> str:
    span = column.spans.get(name)
    return span_text(span, BY_FIELD[name].places) if span else "–"


def _worst(name: str, span: Span, column: Column) -> int | None:
    """Return the most points that a value of the span scores: they rise towards both ends."""
    if not column.applies:
        return None
    options = {}
    if name == SATURATION:
        applies, scale, on_oxygen = basis(column, name)
        options = {"scale": scale, "on_oxygen": on_oxygen}
    both = [points_of(name, value, **options) for value in (span.low, span.high)]
    return None if None in both else max(both)


def _score(column: Column) -> Said:
    score, partial = column.spans.get("score"), column.spans.get("partial")
    words = []
    if "risk" in column.spans:
        words.append(str(VitalSigns.Risk(SEVERITY[column.spans["risk"].high]).label))
    if partial:
        is_plain = not score and column.sets == 1
        words.append(_("incomplete") if is_plain else _incomplete(column, partial))
    value = span_text(score or partial, 0)
    return Said(value, ", ".join(words))


def _incomplete(column: Column, partial: Span) -> str:
    """Return what the partial sets among complete ones say; the worst that is certain as well."""
    return _("incomplete: %(range)s, at least %(least)s") % {
        "range": span_text(partial, 0),
        "least": number_text(column.spans["at_least"].high, 0),
    }


def _consciousness(column: Column) -> Said:
    words, span = dict(CONSCIOUSNESS_WORDS), column.spans["consciousness"]
    best, worst = LEVELS[span.low], LEVELS[span.high]
    points = CONSCIOUSNESS[worst] if column.applies else None
    if best == worst:
        return Said(str(words[best]), "", points)
    text = _("%(low)s to %(high)s") % {"low": words[best], "high": words[worst]}
    return Said(text, "", points)


def oxygen_text(column: Column) -> str:
    """Return what was breathed: "air", "O₂ 2 L/min", or both where a column holds both."""
    span = column.spans.get(OXYGEN)
    flow, fio2 = column.spans.get(FLOW), column.spans.get(FIO2)
    amount = ""
    if flow:
        amount = f" {span_text(flow, 1 if flow.high % 1 else 0)} L/min"
    elif fio2:
        amount = f" {span_text(fio2, 0)} %"
    if span is None:
        return ""
    if not span.high:
        return _("air")
    if not span.low:
        return _("air and O₂%(amount)s") % {"amount": amount}
    return _("O₂%(amount)s") % {"amount": amount}


def in_words(plan: Plan, columns: list[Column]) -> str:
    """Return a chart as one sentence for who does not see it."""
    if not columns:
        return _("%(sign)s: no value in this time") % {"sign": plan.label}
    newest = said(plan, columns[-1])
    what = {
        "sign": plan.label,
        "unit": f" {plan.unit}" if plan.unit else "",
        "first": moment_text(columns[0].first_at),
        "last": moment_text(columns[-1].last_at),
        "newest": " ".join(part for part in (newest.value, newest.note) if part),
    }
    spans = [one.spans[plan.main] for one in columns if plan.main in one.spans]
    if plan.key == "consciousness" or not spans:
        return _("%(sign)s from %(first)s to %(last)s; newest %(newest)s") % what
    what["low"] = number_text(min(one.low for one in spans), plan.places)
    what["high"] = number_text(max(one.high for one in spans), plan.places)
    return (
        _(
            "%(sign)s%(unit)s from %(first)s to %(last)s: lowest %(low)s, highest %(high)s,"
            " newest %(newest)s"
        )
        % what
    )
