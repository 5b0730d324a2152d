"""An invented ward that shows every state of the pages: well, ill, incomplete, unread, nobody."""

import datetime
from types import SimpleNamespace

from django.utils import timezone

from inference.models import DiagnosticReport, Review
from patients.services import (
    change_fact,
    correct_note,
    correct_vital_signs,
    move_encounter,
    record_allergy,
    record_condition,
    record_medication,
    record_vital_signs,
    withdraw_note,
    write_note,
)
from patients.services.merging import merge_patients
from tests.complete_sets import ILL, WELL
from tests.factories import make_encounter, make_patient, make_site, make_user
from tests.inference.scenes import make_job, make_report, make_study, make_version

PASSWORD = "correct horse battery"


def make_invented_ward() -> SimpleNamespace:
    """Return people and patients; every name says that it is invented."""
    site = make_site(name="Invented General Hospital")
    roles = ("nurse", "clinician", "radiologist", "integrator", "model manager", "administrator")
    people = {
        role.replace(" ", "_"): make_user(
            role, site=site, username=f"the-{role.replace(' ', '-')}", first_name="Nneka",
            last_name=f"Invented-{role.title()}", is_staff=role == "administrator",
        )
        for role in roles
    }  # fmt: skip
    ward = SimpleNamespace(site=site, version=make_version(), **people)
    ward.ill = _marisol(ward)
    ward.well = _admitted(ward, "Solheim", "Ingrid", bed="9")
    _set(ward, ward.well, minutes=180, **WELL)
    _write_everything_else(ward, ward.well)
    ward.partial = _admitted(ward, "Sunder-Reyes", "Aiko", bed="11")
    _set(ward, ward.partial, minutes=140, **WELL)
    _set(ward, ward.partial, minutes=20, heart_rate_per_min=104, temperature_celsius="38.2")
    ward.new = _admitted(
        ward, "Wolfeschlegelsteinhausenbergerdorff-García", "Maximiliana Hubertina", bed="12B",
        medical_record_number="INVENTED-LONG-300999-77",
    )  # fmt: skip
    ward.child = _admitted(
        ward, "Pequeña", "Luz", bed="1", place="Paediatrics",
        birth_date=timezone.localdate() - datetime.timedelta(days=500),
    )  # fmt: skip
    _set(ward, ward.child, minutes=40, heart_rate_per_min=120, temperature_celsius="38.2")
    ward.outpatient = make_patient(site, family_name="Outpatient", given_names="Olga")
    ward.merge = merge_patients(
        survivor=ward.outpatient, duplicate=make_patient(site, family_name="Outpatient"),
        merged_by=ward.nurse, reason="Registered twice, both invented.",
    )  # fmt: skip
    return ward


def _admitted(ward, family_name, given_names, *, bed, place="3 East", **fields):
    patient = make_patient(ward.site, family_name=family_name, given_names=given_names, **fields)
    make_encounter(patient, bed=bed, ward=place)
    return patient


def _set(ward, patient, *, minutes, **measurements):
    return record_vital_signs(
        patient=patient, recorded_by=ward.nurse, measurements=measurements,
        measured_at=timezone.now() - datetime.timedelta(minutes=minutes),
    )  # fmt: skip


def _write_everything_else(ward, patient):
    """Give somebody facts of every status, notes that were corrected or withdrawn, and moves."""
    by, long_name = ward.clinician, "Longstandinginventedcondition" * 3
    gout = record_condition(patient=patient, recorded_by=by, display="Gout")
    change_fact(fact=gout, changed_by=by, status="entered-in-error", reason="other patient")
    record_condition(patient=patient, recorded_by=by, display=long_name, note=long_name)
    record_allergy(
        patient=patient, recorded_by=by, display="Nuts", reaction="swelling", criticality="high"
    )
    drug = record_medication(
        patient=patient, recorded_by=by, display="metformin", dosage="1-0-1",
        system="http://www.whocc.no/atc", code="A10BA02",
    )  # fmt: skip
    change_fact(fact=drug, changed_by=by, dosage="2-0-2", reason="HbA1c 9 %")
    note = write_note(patient=patient, written_by=ward.nurse, text="Slept bad.", kind="nursing")
    correct_note(note=note, corrected_by=ward.nurse, reason="word", text="Slept badly.\nAte well.")
    note = write_note(patient=patient, written_by=by, text=f"{long_name} " * 30)
    withdraw_note(note=note, withdrawn_by=by, reason="other patient")
    stay = patient.encounters.get()
    for bed in ("window", stay.bed):
        move_encounter(encounter=stay, moved_by=ward.nurse, bed=bed)


def _marisol(ward):
    """Return somebody very ill with everything that a summary can show."""
    patient = _admitted(
        ward, "Iturbe", "Marisol", bed="7", medical_record_number="300417",
        emergency_contact_name="Iñaki Iturbe", emergency_contact_relationship="son",
        emergency_contact_phone="555 0142",
    )  # fmt: skip
    patient.conditions.create(display="COPD")
    patient.allergies.create(display="Penicillin", reaction="rash")
    patient.medications.create(display="Metformin 500 mg", dosage="1-0-1")
    for minutes, pulse in ((2800, 70), (1700, 84), (900, 88)):
        _set(ward, patient, minutes=minutes, **WELL | {"heart_rate_per_min": pulse})
    slip = _set(ward, patient, minutes=300, **WELL | {"heart_rate_per_min": 59})
    correct_vital_signs(
        vital_signs=slip, corrected_by=ward.nurse, reason="digits swapped",
        measurements={"heart_rate_per_min": 95},
    )  # fmt: skip
    _set(ward, patient, minutes=72, **ILL)
    now = timezone.now()
    unsigned = make_study(patient, priority="urgent", description="frontal")
    make_report(unsigned, (0.04, 0.91), version=ward.version)
    unlike = make_study(patient, started_at=now - datetime.timedelta(hours=1))
    make_report(unlike, (), version=ward.version)
    signed = make_study(patient, started_at=now - datetime.timedelta(days=2))
    report = make_report(signed, (0.02, 0.03), version=ward.version)
    DiagnosticReport.objects.filter(pk=report.pk).update(
        status="final", signed_at=now, signed_by=ward.radiologist
    )
    calls = {"covid-19": "negative", "viral-pneumonia": "negative"}
    Review.objects.create(
        report=report, reviewer=ward.radiologist, decision="agree", findings=calls
    )
    make_job(make_study(patient), ward.version)
    failed = make_study(patient, started_at=now - datetime.timedelta(hours=5))
    make_job(failed, ward.version, status="failed", failure_code="poison_input")
    make_study(patient, body_part="COLON", modality="ES")
    return patient
