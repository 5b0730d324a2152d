"""The pages of problems, allergies and medication: add, change, end, mark as wrong, see it all."""

import pytest
from django.utils import timezone, translation

from patients.models import Allergy, Condition, Medication, Revision
from patients.services import change_fact, record_allergy, record_condition, record_medication
from tests.factories import make_patient
from tests.patients.page_forms import at, sent_from, text, words

KINDS = ["conditions", "allergies", "medications"]


def add(client, ward, kind, **fields):
    sent = {"status": "active"} | fields
    return client.post(at("new_fact", ward.patient.pk, kind), sent)


def end(client, fact, kind="conditions", **fields):
    sent = {"expected_version": fact.version} | fields
    return client.post(at("end_fact", fact.patient_id, kind, fact.pk), sent)


# --- adding --------------------------------------------------------------------------------------
@pytest.mark.parametrize("kind", KINDS)
def test_a_clinician_adds_what_is_known(clinician, ward, kind):
    assert add(clinician, ward, kind, display="Invented thing").status_code == 302
    assert "Invented thing" in text(clinician.get(at("summary", ward.patient.pk)))


def test_everything_that_is_typed_is_kept(clinician, ward):
    add(
        clinician, ward, "allergies", display="Nuts", reaction="swelling", criticality="high",
        started_on="2001-02-03", ended_on="2011-02-03", status="resolved", note="outgrown",
    )  # fmt: skip
    nuts = Allergy.objects.get()
    assert (nuts.reaction, nuts.criticality, nuts.status) == ("swelling", "high", "resolved")
    assert (str(nuts.started_on), str(nuts.ended_on), nuts.note) == (
        "2001-02-03", "2011-02-03", "outgrown",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "typed", "code", "display"),
    [
        ("conditions", "hypertension", "I10", "Essential (primary) hypertension"),
        ("conditions", " COPD ", "J44.9", "Chronic obstructive pulmonary disease, unspecified"),
        ("medications", "Metformin", "A10BA02", "metformin"),
        ("allergies", "penicillin", "J01C", "Penicillins"),
        ("allergies", "no known allergies", "716186003", "No known allergy"),
        ("allergies", "latex", "", "Latex"),
        ("conditions", "Snores", "", "Snores"),
    ],
)
def test_a_known_name_brings_its_code(clinician, ward, kind, typed, code, display):
    add(clinician, ward, kind, display=typed)
    fact = {"conditions": Condition, "medications": Medication, "allergies": Allergy}[
        kind
    ].objects.get()
    assert (fact.code, fact.display) == (code, display)
    assert bool(fact.system) == bool(code)


def test_a_name_in_the_readers_language_is_stored_in_english(clinician, ward):
    ward.clinician.language = "de"
    ward.clinician.save()
    page = text(clinician.get(at("new_fact", ward.patient.pk, "conditions")))
    assert 'value="Bluthochdruck" label="I10 Essential (primary) hypertension"' in page
    add(clinician, ward, "conditions", display="Bluthochdruck")
    assert Condition.objects.get().display == "Essential (primary) hypertension"


def test_a_word_of_another_language_is_free_text(clinician, ward):
    with translation.override("en"):
        add(clinician, ward, "conditions", display="Bluthochdruck")
    assert (Condition.objects.get().display, Condition.objects.get().code) == ("Bluthochdruck", "")


def test_the_code_is_shown_beside_the_name(clinician, ward):
    add(clinician, ward, "conditions", display="Hypertension")
    assert "Essential (primary) hypertension I10" in words(
        clinician.get(at("record", ward.patient.pk))
    )


@pytest.mark.parametrize(
    ("fields", "at_field"),
    [
        ({"started_on": "1900-01-01"}, "started_on"),
        ({"started_on": "2100-01-01"}, "started_on"),
        ({"started_on": "2020-02-02", "ended_on": "2020-02-01"}, "ended_on"),
        ({"display": ""}, "display"),
        ({"display": "x" * 201}, "display"),
        ({"status": "entered-in-error"}, "status"),
        ({"display": "a\0b"}, "display"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_told_at_its_field_and_nothing_is_stored(
    clinician, ward, fields, at_field
):
    answer = add(clinician, ward, "conditions", **{"display": "Snores"} | fields)
    assert answer.status_code == 400
    assert at_field in answer.context["form"].errors
    assert not Condition.objects.exists()


def test_a_double_click_adds_one(clinician, ward):
    for _ in range(2):
        add(clinician, ward, "medications", display="Metformin", once="same page")
    assert Medication.objects.count() == 1


# --- no known allergy ----------------------------------------------------------------------------
def test_an_allergy_asks_before_it_ends_that_none_is_known(clinician, ward):
    add(clinician, ward, "allergies", display="No known allergy")
    asked = add(clinician, ward, "allergies", display="Nuts")
    assert asked.status_code == 409
    assert "It ends when this allergy is saved." in words(asked)
    assert 'value="Nuts"' in text(asked)
    add(clinician, ward, "allergies", display="Nuts", confirm="ends_no_known_allergy")
    assert [one.display for one in Allergy.objects.active()] == ["Nuts"]
    none_known = Allergy.objects.get(code="716186003")
    assert (none_known.status, none_known.ended_on) == ("resolved", timezone.localdate())
    assert Revision.objects.of(none_known).get().reason == "Allergy recorded: Nuts"


def test_none_known_is_refused_beside_an_allergy(clinician, ward):
    add(clinician, ward, "allergies", display="Nuts")
    answer = add(clinician, ward, "allergies", display="none known")
    assert answer.status_code == 409
    assert "End it before you record that none is known." in words(answer)


@pytest.mark.parametrize("order", [("NKDA", "NKA"), ("NKA", "No known drug allergy")])
def test_an_answer_about_drugs_alone_stands_beside_the_one_about_all(clinician, ward, order):
    for display in order:
        assert add(clinician, ward, "allergies", display=display).status_code == 302
    assert Allergy.objects.active().count() == 2


# --- changing ------------------------------------------------------------------------------------
def change(client, fact, kind, **fields):
    address = at("change_fact", fact.patient_id, kind, fact.pk)
    return client.post(address, sent_from(client.get(address)) | fields)


def test_a_change_is_a_new_version_with_its_reason(clinician, ward):
    drug = record_medication(
        patient=ward.patient, recorded_by=ward.clinician, display="metformin", dosage="1-0-1",
        code="A10BA02", system="http://www.whocc.no/atc",
    )  # fmt: skip
    assert change(clinician, drug, "medications", dosage="1-1-1", reason="HbA1c").status_code == 302
    drug.refresh_from_db()
    assert (drug.dosage, drug.version, drug.code) == ("1-1-1", 2, "A10BA02")
    former = Revision.objects.of(drug).get()
    assert (former.values["dosage"], former.reason, former.changed_by) == (
        "1-0-1", "HbA1c", ward.clinician,
    )  # fmt: skip


def test_another_name_takes_the_old_code_away(clinician, ward):
    fact = record_condition(
        patient=ward.patient, recorded_by=ward.clinician, display="Asthma", code="J45",
        system="http://hl7.org/fhir/sid/icd-10",
    )  # fmt: skip
    change(clinician, fact, "conditions", display="Cough of unknown cause")
    fact.refresh_from_db()
    assert (fact.system, fact.code) == ("", "")
    change(clinician, fact, "conditions", display="Migraine")
    fact.refresh_from_db()
    assert fact.code == "G43"


# --- ending --------------------------------------------------------------------------------------
def test_an_ended_fact_leaves_the_summary_and_stays_on_record(clinician, ward):
    fact = Condition.objects.create(patient=ward.patient, display="Pneumonia, invented")
    assert end(clinician, fact, status="resolved").status_code == 302
    assert "Pneumonia, invented" not in text(clinician.get(at("summary", ward.patient.pk)))
    fact.refresh_from_db()
    assert fact.status == "resolved"
    assert "Pneumonia, invented ended" in words(clinician.get(at("record", ward.patient.pk)))


def test_an_entry_in_error_needs_a_reason_and_stays_visible(clinician, ward):
    fact = record_condition(patient=ward.patient, recorded_by=ward.clinician, display="Gout")
    without = end(clinician, fact, status="entered-in-error")
    assert (without.status_code, "reason" in without.context["form"].errors) == (400, True)
    end(clinician, fact, status="entered-in-error", reason="other patient")
    page = clinician.get(at("record", ward.patient.pk))
    assert "entered in error" in words(page)
    assert f"withdrawn by {ward.clinician}, today" in words(page)
    assert ": other patient" in words(page)
    assert '<li class="fact-entry void">' in text(page)
    assert clinician.get(at("end_fact", ward.patient.pk, "conditions", fact.pk)).status_code == 404


def test_ending_an_allergy_preselects_nothing(clinician, ward):
    fact = Allergy.objects.create(patient=ward.patient, display="Nuts")
    page = text(clinician.get(at("end_fact", ward.patient.pk, "allergies", fact.pk)))
    assert " checked" not in page


def test_who_ends_what_somebody_else_withdrew_is_told_so(clinician, ward):
    fact = record_condition(patient=ward.patient, recorded_by=ward.clinician, display="Gout")
    change_fact(fact=fact, changed_by=ward.clinician, status="entered-in-error", reason="x")
    answer = end(clinician, fact, status="resolved")
    assert answer.status_code == 412
    assert "entered in error" in words(answer)


# --- who may do what -----------------------------------------------------------------------------
def test_a_fact_of_another_patient_is_not_found(clinician, ward):
    fact = Allergy.objects.create(patient=make_patient(ward.site), display="Nuts")
    for name in ("end_fact", "change_fact"):
        address = at(name, ward.patient.pk, "allergies", fact.pk)
        assert clinician.get(address).status_code == 404


def test_a_nurse_may_not_add_an_allergy_and_is_not_shown_how(nurse, ward):
    address = at("new_fact", ward.patient.pk, "allergies")
    for name in ("summary", "record"):
        assert address not in text(nurse.get(at(name, ward.patient.pk)))
    assert nurse.get(address).status_code == 403
    fact = Allergy.objects.create(patient=ward.patient, display="Nuts")
    for name in ("change_fact", "end_fact"):
        assert nurse.get(at(name, ward.patient.pk, "allergies", fact.pk)).status_code == 403


def test_the_record_of_another_site_is_not_found(stranger, ward):
    assert stranger.get(at("record", ward.patient.pk)).status_code == 404


def test_hostile_words_are_words(clinician, ward):
    hostile = "<script>alert(1)</script>"
    record_allergy(
        patient=ward.patient, recorded_by=ward.clinician, display=hostile, reaction=hostile,
        note=hostile,
    )  # fmt: skip
    page = text(clinician.get(at("record", ward.patient.pk)))
    assert hostile not in page
    assert page.count("&lt;script&gt;alert(1)") >= 3


def test_the_page_needs_the_same_queries_for_one_and_for_many(
    clinician, ward, django_assert_num_queries, django_assert_max_num_queries
):
    def fill():
        for record in (record_condition, record_medication, record_allergy):
            fact = record(patient=ward.patient, recorded_by=ward.nurse, display="Thing")
            change_fact(fact=fact, changed_by=ward.nurse, status="resolved", reason="x")

    fill()
    address = at("record", ward.patient.pk)
    clinician.get(address)
    with django_assert_max_num_queries(25) as before:
        clinician.get(address)
    for _ in range(5):
        fill()
    with django_assert_num_queries(len(before)):
        clinician.get(address)
