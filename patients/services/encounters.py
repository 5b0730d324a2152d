"""Admit, move and discharge."""

from django.db import IntegrityError, transaction
from django.utils import timezone

from aicare.audit import record_access
from aicare.errors import Conflict, InvalidInput, StaleVersion
from patients.checks import check_moment
from patients.models import Encounter
from patients.services.history import STALE, save_new_version
from patients.services.locking import lock_for_writing


@transaction.atomic
def start_encounter(
    *, patient, started_by, encounter_class="inpatient", ward="", bed="", started_at=None
) -> Encounter:
    """Open a stay or visit; a patient has one open encounter at most."""
    patient = lock_for_writing(patient)
    started_at = started_at or timezone.now()
    _check_within_life(patient, started_at, "started_at")
    if patient.encounters.filter(ended_at__gt=started_at).exists():
        raise InvalidInput(
            "The patient had an earlier encounter at this time.",
            code="overlapping_encounter",
            attr="started_at",
        )
    encounter = Encounter(
        patient=patient,
        encounter_class=encounter_class,
        ward=ward.strip(),
        bed=bed.strip(),
        started_at=started_at,
        created_by=started_by,
    )
    try:
        with transaction.atomic():
            encounter.save()
    except IntegrityError:
        if not patient.encounters.open().exists():
            raise
        raise Conflict(
            "The patient has an open encounter. End it or move the patient.", code="encounter_open"
        ) from None
    _record(started_by, "encounter.started", encounter)
    return encounter


@transaction.atomic
def move_encounter(
    *, encounter, moved_by, ward=None, bed=None, encounter_class=None, expected_version=None
) -> Encounter:
    """Give the patient another ward, bed or kind of stay; what is None stays."""
    current = _still_open(encounter, expected_version)
    current.ward = current.ward if ward is None else ward.strip()
    current.bed = current.bed if bed is None else bed.strip()
    current.encounter_class = encounter_class or current.encounter_class
    save_new_version(current, changed_by=moved_by)
    _record(moved_by, "encounter.moved", current)
    return current


@transaction.atomic
def end_encounter(*, encounter, ended_by, ended_at=None, expected_version=None) -> Encounter:
    """Close a stay or visit."""
    current = _still_open(encounter, expected_version)
    ended_at = ended_at or timezone.now()
    _check_within_life(current.patient, ended_at, "ended_at", after_death=True)
    if ended_at < current.started_at:
        raise InvalidInput(
            "An encounter ends after it starts.", code="ends_before_start", attr="ended_at"
        )
    if current.vital_signs.final().filter(measured_at__gt=ended_at).exists():
        raise Conflict(
            "Vital signs of this encounter were measured later. Choose a later time.",
            code="measured_after_end",
            attr="ended_at",
        )
    current.ended_at = ended_at
    save_new_version(current, changed_by=ended_by)
    _record(ended_by, "encounter.ended", current)
    return current


def _still_open(encounter: Encounter, expected_version: int | None) -> Encounter:
    lock_for_writing(encounter.patient)
    current = Encounter.objects.select_related("patient__site").get(pk=encounter.pk)
    if expected_version is not None and current.version != expected_version:
        raise StaleVersion(STALE)
    if current.ended_at is not None:
        raise Conflict("This encounter has ended.", code="encounter_ended")
    return current


def _check_within_life(patient, moment, attr, *, after_death=False) -> None:
    check_moment(
        moment,
        now=timezone.now(),
        born=patient.birth_date,
        died=None if after_death else patient.deceased_at,
        zone=patient.site.zone,
        attr=attr,
    )


def _record(user, action: str, encounter: Encounter) -> None:
    record_access(user=user, action=action, patient_id=encounter.patient_id, object_id=encounter.pk)
