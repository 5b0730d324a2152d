"""Record conditions, allergies and medications; they are ended or marked wrong, never deleted."""

from django.db import transaction

from aicare.audit import record_access
from aicare.errors import Conflict, InvalidInput, StaleVersion
from patients.models import Allergy, Condition, Medication
from patients.services.history import STALE, save_new_version
from patients.services.locking import lock_for_writing


def record_condition(*, patient, recorded_by, **fields) -> Condition:
    """Add a problem or diagnosis (display, and where known system and code; status; dates)."""
    return _record_fact(Condition, patient, recorded_by, fields)


def record_allergy(*, patient, recorded_by, **fields) -> Allergy:
    """Add what the patient must not be given (as a condition, and the reaction)."""
    return _record_fact(Allergy, patient, recorded_by, fields)


def record_medication(*, patient, recorded_by, **fields) -> Medication:
    """Add a drug as ordered (as a condition, and the dosage)."""
    return _record_fact(Medication, patient, recorded_by, fields)


@transaction.atomic
def change_fact(*, fact, changed_by, expected_version: int | None = None, **fields):
    """Resolve or withdraw a fact: ``status`` and ``ended_on`` are all that may change.

    What was entered in error stays so; what was resolved may become active again.
    """
    if set(fields) - {"status", "ended_on"}:
        raise TypeError("only status and ended_on of a fact may change")
    lock_for_writing(fact.patient)
    current = type(fact).objects.select_related("patient").get(pk=fact.pk)
    if expected_version is not None and current.version != expected_version:
        raise StaleVersion(STALE)
    if current.status == current.Status.ENTERED_IN_ERROR:
        raise Conflict("This was marked as entered in error.", code="entered_in_error")
    for name, value in fields.items():
        setattr(current, name, value)
    _check(current)
    save_new_version(current, changed_by=changed_by)
    _record(changed_by, f"{current._meta.model_name}.changed", current)
    return current


@transaction.atomic
def _record_fact(model, patient, recorded_by, fields):
    patient = lock_for_writing(patient)
    fact = model(patient=patient, created_by=recorded_by, **fields)
    fact.display = fact.display.strip()
    _check(fact)
    fact.save()
    _record(recorded_by, f"{model._meta.model_name}.recorded", fact)
    return fact


def _check(fact) -> None:
    if not fact.display:
        raise InvalidInput("Say what it is.", code="required", attr="display")
    if bool(fact.code) != bool(fact.system):
        raise InvalidInput(
            "A code needs its system, and a system its code.", code="incomplete_code", attr="code"
        )
    if fact.started_on and fact.ended_on and fact.ended_on < fact.started_on:
        raise InvalidInput(
            "The end is before the start.", code="ends_before_start", attr="ended_on"
        )


def _record(user, action: str, fact) -> None:
    record_access(user=user, action=action, patient_id=fact.patient_id, object_id=fact.pk)
