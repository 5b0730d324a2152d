"""The score of a set that is still being entered: what is missing or refused stays open."""

from aicare.errors import Problem
from patients.checks import check_number
from patients.early_warning import Assessment, assess
from patients.forms.vital_signs import VitalSignsForm
from patients.models import Patient, VitalSigns
from patients.units import Entered
from patients.vital_signs_table import BY_FIELD
from patients.wording import NO_SCORE_WORDS, Badge, missing_words, score_text


def running_score(patient: Patient, form: VitalSignsForm, *, now) -> Badge | None:
    """Return the badge of what is entered so far, or None while nothing is."""
    form.is_valid()
    values = {}
    for name, entered in form.measurements().items():
        checked = check_number(BY_FIELD[name], entered) if isinstance(entered, Entered) else entered
        if not isinstance(checked, Problem):
            values[name] = checked
    if not values:
        return None
    measured_at = form.cleaned_data.get("measured_at") or now
    assessment = assess(
        values,
        saturation_scale=patient.saturation_scale,
        age_years=patient.age_in_years(measured_at.astimezone(patient.site.zone).date()),
        pregnant=patient.is_pregnant,
    )
    return _badge(assessment)


def _badge(assessment: Assessment) -> Badge:
    if assessment.risk == VitalSigns.Risk.NOT_APPLICABLE:
        reason = NO_SCORE_WORDS[assessment.not_applicable_because]
        return Badge(assessment.risk, "–", f"no score: {reason}")
    word = VitalSigns.Risk(assessment.risk).label
    if assessment.missing:
        is_open = f"{len(assessment.missing)} open"
        word = is_open if assessment.risk == VitalSigns.Risk.INCOMPLETE else f"{word}, {is_open}"
    return Badge(assessment.risk, score_text(assessment), word, missing_words(assessment.missing))
