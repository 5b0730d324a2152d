"""Register a person and change what is known about who they are."""

import datetime
from collections.abc import Callable

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from aicare.audit import record_access
from aicare.errors import Conflict, InvalidInput, NotAllowed
from patients.checks import check_moment
from patients.models import Patient
from patients.pregnancy import questions_about_pregnancy
from patients.services.asking import Confirmed, ask
from patients.services.history import refuse_if_stale, save_new_version
from patients.services.locking import lock_for_writing
from patients.services.words import write_words
from patients.visible_text import has_any_hidden_sign, has_hidden_signs

AUTHORISE_SCALE_2 = "patients.authorise_saturation_scale_2"
EARLIEST_BIRTH = datetime.date(1850, 1, 1)
TEXTS = {
    "medical_record_number",
    "family_name",
    "given_names",
    "phone",
    "address",
    "emergency_contact_name",
    "emergency_contact_relationship",
    "emergency_contact_phone",
}
HIDES = {
    "medical_record_number": has_any_hidden_sign,
    "family_name": has_hidden_signs,
    "given_names": has_hidden_signs,
}
FIELDS = TEXTS | {"birth_date", "sex", "pregnancy_status", "deceased_at", "saturation_scale"}
# What tells whether a pregnancy is likely; the question comes when one of them changes.
BESIDE_PREGNANCY = ("pregnancy_status", "sex", "birth_date")


@transaction.atomic
def register_patient(*, site, registered_by, confirmed: Confirmed = (), **fields) -> Patient:
    """Add a person to a site.

    A pregnancy that is unlikely is asked about: ``confirmed`` holds the answer.
    """
    patient = Patient(site=site, created_by=registered_by)
    _apply(patient, registered_by, fields)
    if patient.pregnancy_status == Patient.PregnancyStatus.YES:
        _ask_about_pregnancy(patient, confirmed)
    _store(patient, patient.save)
    write_words(patient)
    record_access(user=registered_by, action="patient.registered", patient_id=patient.pk)
    return patient


@transaction.atomic
def change_patient(
    *,
    patient,
    changed_by,
    expected_version: int,
    reason: str = "",
    confirmed: Confirmed = (),
    **fields,
) -> Patient:
    """Change some fields of a person, unless somebody else did so since ``expected_version``.

    A pregnancy that is, or becomes, unlikely is asked about: ``confirmed`` holds the answer.
    """
    current = lock_for_writing(patient)
    refuse_if_stale(current, expected_version)
    before = _beside_pregnancy(current)
    _apply(current, changed_by, fields)
    check_identity(current)
    if _beside_pregnancy(current) != before and current.is_pregnant:
        _ask_about_pregnancy(current, confirmed)
    _store(current, lambda: save_new_version(current, changed_by=changed_by, reason=reason))
    write_words(current)
    record_access(
        user=changed_by,
        action="patient.changed",
        patient_id=current.pk,
        detail=", ".join(sorted(fields)),
    )
    return current


def _apply(patient: Patient, by, fields: dict) -> None:
    unknown = set(fields) - FIELDS
    if unknown:
        raise TypeError(f"not fields of a patient: {sorted(unknown)}")
    scale = fields.pop("saturation_scale", patient.saturation_scale)
    pregnancy = fields.pop("pregnancy_status", patient.pregnancy_status)
    for name, value in fields.items():
        setattr(patient, name, value.strip() if name in TEXTS else value)
    _set_saturation_scale(patient, scale, by)
    _set_pregnancy_status(patient, pregnancy, by)
    _check_visible(patient, fields)
    _check_life(patient)


def _beside_pregnancy(patient: Patient) -> tuple:
    return tuple(getattr(patient, name) for name in BESIDE_PREGNANCY)


def _ask_about_pregnancy(patient: Patient, confirmed: Confirmed) -> None:
    age = patient.age_in_years(timezone.now().astimezone(patient.site.zone).date())
    questions = questions_about_pregnancy(sex=patient.sex, age_years=age, attr="pregnancy_status")
    ask(questions, confirmed)


def check_identity(patient: Patient) -> None:
    """Refuse an identity that cannot be, by itself or beside what is on record."""
    _check_life(patient)
    _check_against_sets(patient)
    _check_against_stays(patient)


def _set_saturation_scale(patient: Patient, scale: int, by) -> None:
    """Authorise the 88 to 92 % target, or go back to scale 1; both are a clinician's decision."""
    if scale == patient.saturation_scale:
        return
    if not by.has_perm(AUTHORISE_SCALE_2):
        raise NotAllowed(_("A clinician decides about the oxygen saturation target."))
    patient.saturation_scale = scale
    patient.saturation_scale_authorised_by = by
    patient.saturation_scale_authorised_at = timezone.now()


def _set_pregnancy_status(patient: Patient, status: str, by) -> None:
    if status == patient.pregnancy_status:
        return
    patient.pregnancy_status = status
    patient.pregnancy_status_since = timezone.now()
    patient.pregnancy_status_by = by


def _check_life(patient: Patient) -> None:
    for name in ("medical_record_number", "family_name"):
        if not getattr(patient, name):
            raise InvalidInput(_("This is required."), code="required", attr=name)
    now, zone, born = timezone.now(), patient.site.zone, patient.birth_date
    if born and not EARLIEST_BIRTH <= born <= now.astimezone(zone).date():
        raise InvalidInput(
            _("The birth date is in the future or too long ago."),
            code="out_of_range",
            attr="birth_date",
        )
    if patient.deceased_at:
        check_moment(
            patient.deceased_at, now=now, born=born, died=None, zone=zone, attr="deceased_at"
        )


def _check_visible(patient: Patient, given) -> None:
    """Refuse a name or a record number that would look like another one."""
    for name, hides in HIDES.items():
        if name in given and hides(getattr(patient, name)):
            raise InvalidInput(
                _("This holds signs that cannot be seen. Type it again."),
                code="invalid_text",
                attr=name,
            )


def _check_against_sets(patient: Patient) -> None:
    """Refuse a birth or a death between which the sets on record do not lie."""
    sets = patient.vital_signs.final()
    if patient.deceased_at and sets.filter(measured_at__gt=patient.deceased_at).exists():
        raise Conflict(
            _("Vital signs were measured after this time. Correct them or the time of death."),
            code="measured_after_death",
            attr="deceased_at",
        )
    if _is_before_birth(patient, sets, "measured_at"):
        raise Conflict(
            _("Vital signs were measured before this date. Correct them or the birth date."),
            code="measured_before_birth",
            attr="birth_date",
        )


def _check_against_stays(patient: Patient) -> None:
    """Refuse a birth or a death outside of which a stay began."""
    stays = patient.encounters.final()
    if patient.deceased_at and stays.filter(started_at__gt=patient.deceased_at).exists():
        raise Conflict(
            _("A stay began after this time. Take that stay back or correct the time of death."),
            code="stay_after_death",
            attr="deceased_at",
        )
    if _is_before_birth(patient, stays, "started_at"):
        raise Conflict(
            _("A stay began before this date. Take that stay back or correct the birth date."),
            code="stay_before_birth",
            attr="birth_date",
        )


def _is_before_birth(patient: Patient, rows: QuerySet, moment: str) -> bool:
    """Tell whether the first of ``rows`` lies before the day of birth."""
    if not patient.birth_date:
        return False
    first = rows.order_by(moment).values_list(moment, flat=True).first()
    return bool(first) and first.astimezone(patient.site.zone).date() < patient.birth_date


def _store(patient: Patient, save: Callable[[], object]) -> None:
    """Store the row; the database says whether the record number is free."""
    try:
        with transaction.atomic():
            save()
    except IntegrityError:
        others = Patient.objects.filter(
            site=patient.site, medical_record_number=patient.medical_record_number
        ).exclude(pk=patient.pk)
        if not others.exists():
            raise
        raise Conflict(
            _("Another patient of this site has this record number."),
            code="record_number_taken",
            attr="medical_record_number",
        ) from None
