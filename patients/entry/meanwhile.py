"""A correction of a set that somebody else has corrected first: neither of the two is undone."""

import datetime
from collections.abc import Iterator

from django.utils import timezone
from django.utils.translation import gettext as _

from aicare.templatetags.clock import time_in_words
from patients.entry.rows import initial_of
from patients.entry.running_score import readable_values
from patients.forms.vital_signs import CorrectionForm, VitalSignsForm, unit_field
from patients.models import VitalSigns
from patients.set_wording import PRESSURES, value_in_words
from patients.sign_names import SIGN_NAMES
from patients.vital_signs_table import BY_FIELD, MEASUREMENT_FIELDS

# What belongs to this correction alone, and to no set.
NOT_OF_THE_SET = {"once", "reason", "absent_rest"}


def brought_up_to_date(
    form: CorrectionForm, opened: VitalSigns, standing: VitalSigns
) -> CorrectionForm:
    """Return ``form`` with all that was left as it was in ``opened`` as it is in ``standing``."""
    before, now = (CorrectionForm(initial=initial_of(one)) for one in (opened, standing))
    data = form.data.copy()
    for names in _read_together(form):
        if all(_text(form, name) == _text(before, name) for name in names):
            for name in names:
                data[name] = _text(now, name)
    return CorrectionForm(data, initial=initial_of(standing))


def _read_together(form: CorrectionForm) -> Iterator[tuple[str, ...]]:
    """Yield the fields that mean something together only: values with their unit."""
    grouped = {name for name in form.fields if name.startswith("unit_")} | set(PRESSURES)
    yield (*PRESSURES, unit_field(PRESSURES[0]))
    for name in form.fields.keys() - grouped - NOT_OF_THE_SET:
        unit = unit_field(name)
        yield (name, unit) if unit in form.fields else (name,)


def _text(form: CorrectionForm, name: str) -> str:
    """Return what stands in a field as a browser sends it; a sign's own unit need not be said."""
    value = form[name].value()
    if isinstance(value, datetime.datetime):
        return f"{value:%Y-%m-%dT%H:%M}"
    sign = BY_FIELD.get(name.removeprefix("unit_"))
    return "" if value is None or (sign and value == sign.unit) else str(value)


def typed_otherwise(form: VitalSignsForm, standing: VitalSigns) -> dict[str, str]:
    """Return by field what stands there now, where something else was typed."""
    form.is_valid()
    typed = readable_values(form)
    stands = {
        name: (SIGN_NAMES[name], value_in_words(standing, name))
        for name in MEASUREMENT_FIELDS
        if typed.get(name) != standing.measurements.get(name)
    }
    if form.cleaned_data.get("measured_at") != standing.measured_at:
        moment = time_in_words(standing.measured_at, now=timezone.now())
        stands["measured_at"] = (form["measured_at"].label, moment)
    if form.cleaned_data.get("note") != standing.note:
        stands["note"] = (form["note"].label, standing.note)
    return {
        name: _("Saved meanwhile: %(sign)s %(value)s.") % {"sign": label, "value": text or "–"}
        for name, (label, text) in stands.items()
    }
