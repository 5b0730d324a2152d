"""Two people change one row: the second sees both versions, nothing typed is lost, none is lost."""

import pytest
from django.urls import reverse

from patients.models import Medication, Revision
from patients.services import change_fact, record_medication
from tests.patients.page_forms import sent_from, words


@pytest.fixture
def drug(ward):
    return record_medication(
        patient=ward.patient, recorded_by=ward.clinician, display="Metformin", dosage="1-0-1",
        note="with meals",
    )  # fmt: skip


def address(drug):
    return reverse("patients:change_fact", args=[drug.patient_id, "medications", drug.pk])


@pytest.fixture
def conflict(clinician, ward, drug):
    """Return the answer to somebody who saves on top of what somebody else changed meanwhile."""
    opened = sent_from(clinician.get(address(drug)))
    change_fact(
        fact=drug, changed_by=ward.nurse, dosage="2-0-2", note="before meals", reason="HbA1c 9"
    )
    mine = opened | {"dosage": "1-1-1", "started_on": "2020-01-02", "reason": "asked by the GP"}
    return clinician.post(address(drug), mine)


def test_the_second_sees_what_it_was_what_it_is_and_what_they_want(conflict, ward, drug):
    assert conflict.status_code == 412
    page = words(conflict)
    assert "Nothing of yours is saved yet, and nothing is lost." in page
    assert f"{ward.nurse}, today" in page
    assert "HbA1c 9" in page
    lines = {line.name: line for line in conflict.context["conflict"].lines}
    dosage = lines["dosage"]
    assert (dosage.opened, dosage.now, dosage.mine) == ("1-0-1", "2-0-2", "1-1-1")
    assert (lines["note"].now, lines["note"].mine) == ("before meals", "with meals")
    drug.refresh_from_db()
    assert (drug.dosage, drug.version) == ("2-0-2", 2)


def test_what_only_one_of_them_changed_is_chosen_and_what_both_changed_is_not(conflict):
    chosen = {line.name: line.chosen for line in conflict.context["conflict"].lines}
    assert chosen == {"dosage": "", "note": "now", "started_on": "mine"}


def test_the_choices_are_saved_on_top_of_the_other_version(clinician, conflict, drug):
    answer = clinician.post(address(drug), sent_from(conflict) | {"dosage": "1-1-1"})
    assert answer.status_code == 302
    drug.refresh_from_db()
    assert (drug.dosage, drug.note, str(drug.started_on)) == ("1-1-1", "before meals", "2020-01-02")
    assert drug.version == 3
    last = Revision.objects.of(drug).last()
    assert (last.values["dosage"], last.reason) == ("2-0-2", "asked by the GP")


def test_without_a_choice_nothing_is_saved_and_what_was_typed_is_still_there(
    clinician, conflict, drug
):
    again = clinician.post(address(drug), sent_from(conflict))
    assert again.status_code == 412
    assert "Choose one for every line." in words(again)
    lines = {line.name: line for line in again.context["conflict"].lines}
    assert (lines["dosage"].opened, lines["dosage"].mine) == ("1-0-1", "1-1-1")
    assert lines["started_on"].mine_typed == "2020-01-02"
    assert clinician.post(address(drug), sent_from(again) | {"dosage": "2-0-2"}).status_code == 302
    drug.refresh_from_db()
    assert (drug.dosage, str(drug.started_on)) == ("2-0-2", "2020-01-02")


def test_a_third_change_meanwhile_is_shown_again(clinician, conflict, ward, drug):
    drug.refresh_from_db()
    change_fact(fact=drug, changed_by=ward.nurse, dosage="3-0-3")
    again = clinician.post(address(drug), sent_from(conflict) | {"dosage": "1-1-1"})
    assert again.status_code == 412
    (line,) = [one for one in again.context["conflict"].lines if one.name == "dosage"]
    assert (line.opened, line.now, line.mine, line.chosen) == ("2-0-2", "3-0-3", "1-1-1", "")


def test_a_change_that_is_stored_already_counts_as_saved(clinician, drug):
    form = sent_from(clinician.get(address(drug))) | {"dosage": "2-0-2"}
    assert clinician.post(address(drug), form | {"once": "first"}).status_code == 302
    assert clinician.post(address(drug), form | {"once": "second"}).status_code == 302
    assert Medication.objects.get().version == 2


def test_a_form_without_its_version_saves_nothing(clinician, drug):
    form = sent_from(clinician.get(address(drug))) | {"dosage": "2-0-2"}
    del form["expected_version"]
    assert clinician.post(address(drug), form).status_code == 400
    assert Medication.objects.get().version == 1


def test_hostile_words_are_shown_as_words(clinician, conflict, ward, drug):
    hostile = sent_from(conflict) | {"dosage": '"><script>alert(1)</script>'}
    drug.refresh_from_db()
    change_fact(fact=drug, changed_by=ward.nurse, dosage="<b>")
    html = clinician.post(address(drug), hostile).content.decode()
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert" in html
