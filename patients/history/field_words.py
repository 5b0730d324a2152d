"""Columns and their values in words, for people who compare two states of a row."""

import datetime
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from aicare import locale_formats
from patients.sign_names import SIGN_NAMES
from patients.vital_signs_table import BY_FIELD

FACT_WORDS = {
    "display": gettext_lazy("Name"),
    "code": gettext_lazy("Code"),
    "system": gettext_lazy("Code system"),
    "status": gettext_lazy("Status"),
    "started_on": gettext_lazy("Since"),
    "ended_on": gettext_lazy("Until"),
    "note": gettext_lazy("Note"),
}
# Which columns of a table are told, in which order, and what they are called.
WORDS = {
    "patients.patient": {
        "family_name": gettext_lazy("Family name"),
        "given_names": gettext_lazy("Given names"),
        "medical_record_number": gettext_lazy("Record number"),
        "birth_date": gettext_lazy("Birth date"),
        "sex": gettext_lazy("Sex"),
        "pregnancy_status": gettext_lazy("Pregnancy"),
        "saturation_scale": gettext_lazy("Oxygen saturation target"),
        "deceased_at": gettext_lazy("Died at"),
        "phone": gettext_lazy("Phone"),
        "address": gettext_lazy("Address"),
        "emergency_contact_name": gettext_lazy("Emergency contact"),
        "emergency_contact_relationship": gettext_lazy("Relationship"),
        "emergency_contact_phone": gettext_lazy("Phone of the contact"),
        "site": gettext_lazy("Site"),
        "merged_into": gettext_lazy("Merged into"),
    },
    "patients.condition": FACT_WORDS,
    "patients.allergy": FACT_WORDS
    | {"reaction": gettext_lazy("Reaction"), "criticality": gettext_lazy("Criticality")},
    "patients.medication": FACT_WORDS | {"dosage": gettext_lazy("Dosage")},
    "patients.encounter": {
        "encounter_class": gettext_lazy("Kind"),
        "ward": gettext_lazy("Ward"),
        "bed": gettext_lazy("Bed"),
        "started_at": gettext_lazy("Since"),
        "ended_at": gettext_lazy("Left at"),
        "status": gettext_lazy("Status"),
    },
    "patients.note": {
        "kind": gettext_lazy("Kind"),
        "text": gettext_lazy("Text"),
        "written_at": gettext_lazy("Written at"),
        "written_by": gettext_lazy("Written by"),
        "encounter": gettext_lazy("Stay"),
        "status": gettext_lazy("Status"),
    },
    "patients.vitalsigns": {
        "measured_at": gettext_lazy("Measured at"),
        **SIGN_NAMES,
        "note": gettext_lazy("Note"),
        "status": gettext_lazy("Status"),
    },
}
SATURATION_SCALES = {
    1: gettext_lazy("Scale 1: usual target, 96 % or more"),
    2: gettext_lazy("Scale 2: authorised target 88 to 92 %"),
}
# Values that read otherwise than their choice, or that have none.
VALUES = {
    ("status", "resolved"): gettext_lazy("ended"),
    **{("saturation_scale", scale): words for scale, words in SATURATION_SCALES.items()},
}


def words_of(model: type[models.Model]) -> dict[str, Any]:
    """Return the columns of a table that are told, with their words, in order."""
    return WORDS[model._meta.label_lower]


def value_words(field: models.Field, value: Any, names: dict | None = None) -> str:
    """Return a value as people read it; empty stays empty.

    ``names`` holds what related rows are called, by id (see ``names_of_related``).
    """
    if value is None or value == "":
        return ""
    if field.is_relation:
        return (names or {}).get(value, "")
    if (field.name, value) in VALUES:
        return str(VALUES[field.name, value])
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if field.name in BY_FIELD:
        return f"{_plain_words(value)} {BY_FIELD[field.name].unit_display}"
    if field.name == "on_supplemental_oxygen":
        return _("oxygen") if value else _("air")
    return _plain_words(value)


def _plain_words(value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, datetime.datetime):
        return locale_formats.exact_text(value)
    if isinstance(value, datetime.date):
        return locale_formats.day_text(value)
    if isinstance(value, int | float | Decimal):
        return locale_formats.number_text(value)
    return str(value)


def names_of_related(model: type[models.Model], states: Iterable[dict]) -> dict:
    """Return what the rows are called to which ``states`` point: one query for each other table."""
    found: dict = {}
    states = list(states)
    for name in words_of(model):
        field = model._meta.get_field(name)
        ids = {state[name] for state in states if field.is_relation and state.get(name)}
        if ids:
            rows = field.related_model._base_manager.in_bulk(ids)
            found |= {pk: str(row) for pk, row in rows.items()}
    return found
