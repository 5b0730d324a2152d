"""Admit, move, discharge, and take back what was a mistake."""

from collections.abc import Iterator

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from aicare.audit import record_access
from aicare.errors import Conflict, InvalidInput, Problem
from patients.checks import check_moment
from patients.models import Encounter
from patients.services.asking import Confirmed, ask
from patients.services.history import check_reason, refuse_if_stale, save_new_version
from patients.services.locking import lock_beds_of, lock_for_writing, refuse_if_moved
from patients.visible_text import has_any_hidden_sign

# The question whether two patients shall lie in one bed.
BED_TAKEN = "bed_taken"


@transaction.atomic
def start_encounter(
    *,
    patient,
    started_by,
    encounter_class="inpatient",
    ward="",
    bed="",
    started_at=None,
    confirmed: Confirmed = (),
) -> Encounter:
    """Open a stay or visit; a patient has one open encounter at most.

    A bed with somebody in it is asked about: ``confirmed`` holds the answer.
    """
    patient = lock_for_writing(patient)
    started_at = started_at or timezone.now()
    _check_within_life(patient, started_at, "started_at")
    if patient.encounters.final().filter(ended_at__gt=started_at).exists():
        raise InvalidInput(
            _("The patient had an earlier encounter at this time."),
            code="overlapping_encounter",
            attr="started_at",
        )
    encounter = Encounter(
        patient=patient,
        encounter_class=encounter_class,
        ward=_place(ward, "ward"),
        bed=_place(bed, "bed"),
        started_at=started_at,
        created_by=started_by,
    )
    _ask_about_bed(encounter, confirmed)
    _store_open(encounter, encounter.save)
    _record(started_by, "encounter.started", encounter)
    return encounter


@transaction.atomic
def move_encounter(
    *,
    encounter,
    moved_by,
    ward=None,
    bed=None,
    encounter_class=None,
    expected_version=None,
    confirmed: Confirmed = (),
    reason: str = "",
) -> Encounter:
    """Give the patient another ward, bed or kind of stay; what is None stays."""
    current = _still_open(encounter, expected_version)
    place = current.ward, current.bed
    current.ward = current.ward if ward is None else _place(ward, "ward")
    current.bed = current.bed if bed is None else _place(bed, "bed")
    current.encounter_class = encounter_class or current.encounter_class
    if (current.ward, current.bed) != place:
        _ask_about_bed(current, confirmed)
    save_new_version(current, changed_by=moved_by, reason=reason)
    _record(moved_by, "encounter.moved", current)
    return current


@transaction.atomic
def end_encounter(
    *, encounter, ended_by, ended_at=None, expected_version=None, reason: str = ""
) -> Encounter:
    """Close a stay or visit."""
    current = _still_open(encounter, expected_version)
    ended_at = ended_at or timezone.now()
    _check_within_life(current.patient, ended_at, "ended_at", after_death=True)
    if ended_at < current.started_at:
        raise InvalidInput(
            _("An encounter ends after it starts."), code="ends_before_start", attr="ended_at"
        )
    if current.vital_signs.final().filter(measured_at__gt=ended_at).exists():
        raise Conflict(
            _("Vital signs of this encounter were measured later. Choose a later time."),
            code="measured_after_end",
            attr="ended_at",
        )
    current.ended_at = ended_at
    save_new_version(current, changed_by=ended_by, reason=reason)
    _record(ended_by, "encounter.ended", current)
    return current


@transaction.atomic
def reopen_encounter(
    *, encounter, reopened_by, reason: str, expected_version=None, confirmed: Confirmed = ()
) -> Encounter:
    """Take back a discharge that was a mistake: the stay goes on as if it had not ended."""
    check_reason(reason)
    current = _standing(encounter, expected_version)
    if current.ended_at is None:
        raise Conflict(_("This encounter has not ended."), code="encounter_open")
    if current.patient.deceased_at:
        raise Conflict(_("The patient has died."), code="after_death")
    later = current.patient.encounters.final().filter(started_at__gte=current.started_at)
    if later.exclude(pk=current.pk).exists():
        raise Conflict(
            _("A later encounter is on record. Only the last one can be reopened."),
            code="later_encounter",
        )
    current.ended_at = None
    _ask_about_bed(current, confirmed)
    _store_open(current, lambda: save_new_version(current, changed_by=reopened_by, reason=reason))
    _record(reopened_by, "encounter.reopened", current)
    return current


@transaction.atomic
def withdraw_encounter(*, encounter, withdrawn_by, reason: str, expected_version=None) -> Encounter:
    """Mark a stay as entered in error: the patient was never admitted.

    Nothing may have been recorded during it: what was, belongs to a stay that did take place.
    """
    check_reason(reason)
    current = _standing(encounter, expected_version)
    if current.vital_signs.final().exists() or current.notes.final().exists():
        raise Conflict(
            _("Vital signs or notes were recorded during this stay. Discharge the patient instead, "
              "or correct those first."),
            code="encounter_in_use",
        )  # fmt: skip
    current.status = Encounter.Status.ENTERED_IN_ERROR
    current.ended_at = current.ended_at or max(timezone.now(), current.started_at)
    save_new_version(current, changed_by=withdrawn_by, reason=reason)
    _record(withdrawn_by, "encounter.withdrawn", current)
    return current


def _still_open(encounter: Encounter, expected_version: int | None) -> Encounter:
    current = _standing(encounter, expected_version)
    if current.ended_at is not None:
        raise Conflict(_("This encounter has ended."), code="encounter_ended")
    return current


def _standing(encounter: Encounter, expected_version: int | None) -> Encounter:
    """Return the stay as stored, with its patient locked, unless it was taken back or changed."""
    lock_for_writing(encounter.patient)
    current = Encounter.objects.select_related("patient__site").get(pk=encounter.pk)
    refuse_if_moved(current, as_read=encounter)
    refuse_if_stale(current, expected_version)
    if current.status == Encounter.Status.ENTERED_IN_ERROR:
        raise Conflict(_("This was marked as entered in error."), code="entered_in_error")
    return current


def _place(name: str, attr: str) -> str:
    """Return the name of a ward or a bed, or refuse one that only looks like another.

    A sign that cannot be seen would keep the patient off the board of the ward that is meant.
    """
    name = " ".join(name.split())
    if has_any_hidden_sign(name):
        raise InvalidInput(
            _("This holds signs that cannot be seen. Type it again."),
            code="invalid_text",
            attr=attr,
        )
    return name


def _store_open(encounter: Encounter, save) -> None:
    """Store an open stay; the database has the last word that it is the patient's only one."""
    others = encounter.patient.encounters.open().exclude(pk=encounter.pk)
    try:
        with transaction.atomic():
            save()
    except IntegrityError:
        if not others.exists():
            raise
        raise Conflict(
            _("The patient has an open encounter. End it or move the patient."),
            code="encounter_open",
        ) from None


def _ask_about_bed(encounter: Encounter, confirmed: Confirmed) -> None:
    """Raise the question unless it was answered; of two for one bed, the second one is asked."""
    if encounter.ward and encounter.bed:
        lock_beds_of(encounter.patient.site_id)
        ask(_questions_about_bed(encounter), confirmed)


def _questions_about_bed(encounter: Encounter) -> Iterator[Problem]:
    others = Encounter.objects.open().filter(
        patient__site=encounter.patient.site_id, ward=encounter.ward, bed__iexact=encounter.bed
    )
    if others.exclude(patient=encounter.patient_id).exists():
        text = _("Somebody else is in bed %(bed)s of %(ward)s.") % {
            "bed": encounter.bed,
            "ward": encounter.ward,
        }
        yield Problem(BED_TAKEN, text, "bed")


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
