"""How scores and signs read on a page: numbers with their word, never colour alone."""

from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from aicare.locale_formats import in_sentence, number_text
from patients.early_warning import breathes_oxygen
from patients.models import VitalSigns
from patients.vital_signs_table import BY_FIELD

PARAMETER_WORDS = {
    "respiratory_rate_per_min": gettext_lazy("respiration"),
    "oxygen_saturation_percent": "SpO₂",
    "on_supplemental_oxygen": gettext_lazy("air or oxygen"),
    "systolic_mmhg": gettext_lazy("blood pressure"),
    "heart_rate_per_min": gettext_lazy("pulse"),
    "consciousness": gettext_lazy("consciousness"),
    "temperature_celsius": gettext_lazy("temperature"),
}
NO_SCORE_WORDS = {
    "under_16_years": gettext_lazy("under 16 years"),
    "age_unknown": gettext_lazy("age not known"),
    "pregnant": gettext_lazy("pregnancy"),
}
# What tells air from oxygen.
BREATHING = ("on_supplemental_oxygen", "oxygen_flow_l_per_min", "fio2_percent")
# Most urgent first; what is not known stands above what is known to be low.
URGENCY = ("high", "medium", "low-medium", "incomplete", "none", "low", "not-applicable")


@dataclass(frozen=True)
class Badge:
    """A score to show: its number or range, its word, and the line below it."""

    risk: str
    number: str
    word: str
    note: str = ""


NO_SET = Badge("none", "–", gettext_lazy("no set yet"))


def badge_of_set(vital_signs: VitalSigns) -> Badge:
    """Return the score of one set by itself."""
    if vital_signs.risk == VitalSigns.Risk.NOT_APPLICABLE:
        return Badge(vital_signs.risk, "–", _no_score(vital_signs.not_applicable_because))
    return Badge(vital_signs.risk, score_text(vital_signs), vital_signs.get_risk_display())


def _no_score(because: str) -> str:
    return _("no score: %(reason)s") % {"reason": NO_SCORE_WORDS.get(because, _("does not apply"))}


def badge_of(warning, clock) -> Badge:
    """Return the badge of a patient's early warning; ``clock`` says a moment in words.

    A later incomplete set that raises the risk is what the badge shows; one that does not is
    told below the complete score.
    """
    if warning is None:
        return NO_SET
    if warning.risk == VitalSigns.Risk.NOT_APPLICABLE:
        return Badge(warning.risk, "–", _no_score(warning.not_applicable_because))
    word, later = VitalSigns.Risk(warning.risk).label, warning.later_incomplete
    complete = warning.latest_complete
    if complete is None:
        shown = warning if warning.risk == VitalSigns.Risk.INCOMPLETE else warning.decisive
        return Badge(warning.risk, score_text(shown), word)
    if warning.decisive.pk != complete.pk:
        said = {"score": complete.score, "time": clock(complete.measured_at)}
        note = _("incomplete set; last complete %(score)d at %(time)s") % said
        return Badge(warning.risk, score_text(warning.decisive), word, note)
    note = ""
    if later:
        said = {"time": clock(complete.measured_at), "score": score_text(later)}
        note = _("complete %(time)s; later set %(score)s") % said
    return Badge(warning.risk, str(warning.score), word, note)


def score_text(scored) -> str:
    """Return the score, or the range of what it can be."""
    if scored.score is not None:
        return str(scored.score)
    return f"{scored.score_min}–{scored.score_max}"


def urgency(risk: str) -> int:
    """Return the place of ``risk`` in a list that starts with the most urgent."""
    return URGENCY.index(risk)


def missing_words(missing) -> str:
    """Return what is missing from a set, in the ward's words."""
    return ", ".join(str(PARAMETER_WORDS.get(name, name)) for name in missing)


def trend_of(warning) -> tuple[str, str]:
    """Return the arrow from the complete score before to what the badge shows, and in words.

    Where a later incomplete set decides, the badge shows its range: it is up if even its least is
    above the complete score; the way from one complete set to the next would be another story.
    """
    if warning is None or warning.score is None:
        return "", ""
    if warning.decisive.pk != warning.latest_complete.pk:
        is_up = warning.decisive.score_min > warning.score
        return ("▲", _("up from %(score)d") % {"score": warning.score}) if is_up else ("", "")
    if warning.previous_score is None:
        return "", ""
    before, now = warning.previous_score, warning.score
    if now == before:
        return "▬", _("still %(score)d") % {"score": now}
    if now > before:
        return "▲", _("up from %(score)d") % {"score": before}
    return "▼", _("down from %(score)d") % {"score": before}


@dataclass(frozen=True)
class SignPart:
    """One sign of a set in a line: short name, value, what follows it, its points."""

    name: str
    value: str
    after: str = ""
    points: int = 0

    @property
    def text(self) -> str:
        return f"{self.name} {self.value}{self.space}{self.after}".strip()

    @property
    def space(self) -> str:
        """What stands before what follows: nothing before the slash of a diastolic pressure."""
        return "" if self.after.startswith("/") else " "


def signs_line(vital_signs: VitalSigns) -> list[SignPart]:
    """Return what was measured, in the order of the chart, in the shortest words of the ward."""
    return [part for part in _signs(vital_signs) if part.value]


def _signs(one: VitalSigns):
    yield _part(one, pgettext("abbreviation", "RR"), "respiratory_rate_per_min")
    saturation, air = _text(one, "oxygen_saturation_percent"), oxygen_words(one)
    if saturation:
        yield _part(one, "SpO₂", "oxygen_saturation_percent", after=air)
    else:
        yield SignPart("", air, points=one.points.get("on_supplemental_oxygen", 0))
    diastolic = _text(one, "diastolic_mmhg")
    name = pgettext("abbreviation", "BP")
    pressure = _part(one, name, "systolic_mmhg", after=f"/{diastolic}" if diastolic else "")
    yield pressure if pressure.value or not diastolic else SignPart(name, "–", pressure.after)
    yield _pulse(one)
    yield _part(one, pgettext("abbreviation", "T"), "temperature_celsius")
    awake = in_sentence(one.get_consciousness_display()) if one.consciousness else ""
    yield SignPart("", awake, points=one.points.get("consciousness", 0))


def _part(one: VitalSigns, name: str, field: str, *, after: str = "") -> SignPart:
    return SignPart(name, _text(one, field), after, one.points.get(field, 0))


def _pulse(one: VitalSigns) -> SignPart:
    """Return the pulse, with the second reading if there is one; the points are of either."""
    first, second = _text(one, "heart_rate_per_min"), _text(one, "heart_rate_second_per_min")
    also = _("and %(second)s") % {"second": second} if first and second else ""
    name, value = pgettext("abbreviation", "HR"), f"{first or second} {also}".strip()
    return SignPart(name, value, points=one.points.get("heart_rate_per_min", 0))


def oxygen_words(one: VitalSigns) -> str:
    """Return what the patient breathes, in words: "air", "on O₂", with flow or FiO₂ if known.

    A flow of 0 or an FiO₂ of 21 % says neither oxygen nor air: without a statement it stands alone.
    Air that was stated beside oxygen stays air, with the oxygen in sight.
    """
    flow, fio2 = _text(one, "oxygen_flow_l_per_min"), _text(one, "fio2_percent")
    amount = f"{flow} L/min" if flow else f"{fio2} %" if fio2 else ""
    on_oxygen = breathes_oxygen({name: getattr(one, name) for name in BREATHING})
    if on_oxygen is False:
        beside = (one.oxygen_flow_l_per_min or 0) > 0 or (one.fio2_percent or 0) > 21
        return f"{_('air')} (O₂ {amount})" if beside else _("air")
    if on_oxygen is None:
        return f"{'O₂' if flow else 'FiO₂'} {amount}" if amount else ""
    return _("on O₂ %(amount)s") % {"amount": amount} if amount else _("on O₂")


def _text(one: VitalSigns, field: str) -> str:
    value = getattr(one, field)
    return number_text(value, BY_FIELD[field].places)


def age_words(patient, today) -> str:
    """Return the age as it is said: months below two years, and at death that of the death."""
    if patient.deceased_at:
        today = min(today, timezone.localdate(patient.deceased_at))
    years = patient.age_in_years(today)
    if years is None:
        return _("age not known")
    if years >= 2:
        return _("%(years)d y") % {"years": years}
    born = patient.birth_date
    months = (today.year - born.year) * 12 + today.month - born.month - (today.day < born.day)
    if months >= 2:
        return _("%(months)d months") % {"months": months}
    days = (today - born).days
    return ngettext("%(days)d day", "%(days)d days", days) % {"days": days}


def place_words(stay) -> str:
    """Return where somebody lies as it is said: "3 East, bed 7"."""
    ward = stay.ward or str(stay.get_encounter_class_display())
    return f"{ward}, {_('bed %(bed)s') % {'bed': stay.bed}}" if stay.bed else ward
