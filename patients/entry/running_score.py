"""What a set that is still being entered says so far: its score, both units, when it was measured.

What is missing or refused stays open. Nothing is computed in the browser: the page shows what the
server would store.
"""

import datetime
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from aicare.errors import Problem
from aicare.locale_formats import number_text, time_text
from aicare.templatetags.clock import time_in_words
from patients.checks import check_number
from patients.early_warning import Assessment, assess
from patients.forms.vital_signs import SHARES_UNIT_WITH, VitalSignsForm
from patients.models import Patient, VitalSigns
from patients.units import Entered, in_other_unit, unit_shown
from patients.vital_signs_table import BY_FIELD, VITAL_SIGNS
from patients.wording import NO_SCORE_WORDS, Badge, missing_words, score_text

# Later than this, "now" is no word for the moment.
STILL_NOW = datetime.timedelta(minutes=1)


@dataclass(frozen=True)
class Running:
    """What stands beside the fields while they are filled in; ``badge`` is None for an empty set.

    ``both`` holds for each row with a choice of units the value in the other unit.
    """

    badge: Badge | None
    when: str
    both: dict[str, str] = field(default_factory=dict)


def running(
    patient: Patient, form: VitalSignsForm, *, saturation_scale: int, now: datetime.datetime
) -> Running:
    """Return what the values entered so far amount to; nothing is kept."""
    form.is_valid()
    badge = running_badge(patient, form, saturation_scale=saturation_scale, now=now)
    return Running(badge, when_text(form, now), in_both_units(form))


def running_badge(patient: Patient, form: VitalSignsForm, *, saturation_scale, now) -> Badge | None:
    values = readable_values(form)
    if not values:
        return None
    measured_at = form.measured_moment(now=now)
    assessment = assess(
        values,
        saturation_scale=saturation_scale,
        age_years=patient.age_in_years(measured_at.astimezone(patient.site.zone).date()),
        pregnant=patient.is_pregnant,
    )
    return _badge(assessment)


def when_text(form: VitalSignsForm, now: datetime.datetime) -> str:
    """Return when the set was measured, as far as the form says."""
    moment = form.measured_moment(now=now)
    if abs(now - moment) < STILL_NOW:
        return _("Measured now, %(time)s") % {"time": time_text(moment)}
    return _("Measured %(time)s") % {"time": time_in_words(moment, now=now)}


def in_both_units(form: VitalSignsForm) -> dict[str, str]:
    """Return for each sign that has other units what its value is in the other one.

    Both pressures share their unit, and so their line.
    """
    if not form.is_bound:
        return {}
    form.is_valid()
    entered = form.measurements()
    return {
        sign.field: _in_other_unit(sign, entered)
        for sign in VITAL_SIGNS
        if sign.also_entered_as and sign.field not in SHARES_UNIT_WITH
    }


def _in_other_unit(sign, entered) -> str:
    names = (sign.field, *(name for name, with_ in SHARES_UNIT_WITH.items() if with_ == sign.field))
    given = [(BY_FIELD[name], entered[name]) for name in names if name in entered]
    pairs = [(one, value, check_number(one, value)) for one, value in given]
    if not pairs or any(isinstance(stored, Problem) for _one, _value, stored in pairs):
        return ""
    own_unit = pairs[0][1].unit in (None, sign.unit)
    unit = sign.also_entered_as[0] if own_unit else sign.unit
    values = [
        number_text(in_other_unit(stored, unit)) if own_unit else number_text(stored, one.places)
        for one, _value, stored in pairs
    ]
    return f"= {' / '.join(values)} {unit_shown(sign, unit)}"


def readable_values(form: VitalSignsForm) -> dict:
    """Return what is entered and possible, as it would be stored."""
    values = {}
    for name, entered in form.measurements().items():
        checked = check_number(BY_FIELD[name], entered) if isinstance(entered, Entered) else entered
        if not isinstance(checked, Problem):
            values[name] = checked
    return values


def _badge(assessment: Assessment) -> Badge:
    if assessment.risk == VitalSigns.Risk.NOT_APPLICABLE:
        reason = NO_SCORE_WORDS[assessment.not_applicable_because]
        return Badge(assessment.risk, "–", _("no score: %(reason)s") % {"reason": reason})
    word = VitalSigns.Risk(assessment.risk).label
    if assessment.missing:
        is_open = ngettext("%(number)d open", "%(number)d open", len(assessment.missing)) % {
            "number": len(assessment.missing)
        }
        word = is_open if assessment.risk == VitalSigns.Risk.INCOMPLETE else f"{word}, {is_open}"
    return Badge(assessment.risk, score_text(assessment), word, missing_words(assessment.missing))
