"""Being warned of a duplicate, merging side by side, undoing it, and old addresses."""

import datetime

import pytest

from aicare.models import AuditEvent
from patients.models import Patient, PatientMerge
from patients.services import change_patient
from patients.services.merging import merge_patients
from tests.bad_inputs.pictures import good_png
from tests.factories import make_encounter, make_patient, make_site, make_study
from tests.patients.page_forms import at, words


@pytest.fixture
def other(ward):
    return make_patient(
        ward.site, family_name="Inventado", given_names=ward.patient.given_names,
        medical_record_number="300417-B", phone="555 0142",
    )  # fmt: skip


def sent(form, **fields):
    known = {name: form[name].value() for name in form.fields}
    return {name: value for name, value in (known | fields).items() if value not in {None, False}}


def merge(client, survivor, duplicate, **fields):
    address = at("merge", survivor.pk, **{"with": duplicate.pk})
    form = client.get(address).context["form"]
    return client.post(address, sent(form, **{"reason": "registered twice", "sure": "on"} | fields))


@pytest.fixture
def merged(ward, other):
    return merge_patients(
        survivor=ward.patient, duplicate=other, merged_by=ward.nurse, reason="registered twice"
    )


# --- registering ---------------------------------------------------------------------------------
def again(ward, **fields):
    """Return what is typed to register the ward's patient once more."""
    known = ward.patient
    return {
        "family_name": known.family_name, "given_names": known.given_names, "sex": "female",
        "birth_date": known.birth_date.isoformat(), "medical_record_number": "N-1",
    } | fields  # fmt: skip


def test_who_looks_registered_already_is_shown_first_and_nothing_is_retyped(nurse, ward):
    make_encounter(ward.patient)
    answer = nurse.post(at("new"), again(ward, phone="555 0142", once="one"))
    assert answer.status_code == 409
    page = words(answer)
    assert "Is it one of these?" in page
    assert ward.patient.medical_record_number in page
    assert "Very likely the same person: same name, same birth date" in page
    assert "3 East, bed 7" in page
    assert at("summary", ward.patient.pk) in answer.content.decode()
    assert answer.context["form"]["phone"].value() == "555 0142"
    assert not Patient.objects.filter(medical_record_number="N-1").exists()
    shown = AuditEvent.objects.get(action="patient.searched")
    assert shown.patient_ids == [str(ward.patient.pk)]


def test_one_press_registers_all_the_same_and_a_double_click_once(nurse, ward):
    typed = again(ward, once="one")
    nurse.post(at("new"), typed)
    first = nurse.post(at("new"), typed | {"all_the_same": "yes"})
    second = nurse.post(at("new"), typed | {"all_the_same": "yes"})
    made = Patient.objects.get(medical_record_number="N-1")
    assert first.url == second.url == at("summary", made.pk)


def test_a_double_click_is_not_warned_of_what_its_first_click_registered(nurse, ward):
    typed = again(ward, family_name="Novísima", once="one")
    typed |= {"given_names": "", "birth_date": "1990-01-01"}
    first, second = nurse.post(at("new"), typed), nurse.post(at("new"), typed)
    assert (first.status_code, second.url) == (302, first.url)


def test_a_taken_number_is_told_before_likeness(nurse, ward):
    typed = again(ward, medical_record_number=ward.patient.medical_record_number)
    answer = nurse.post(at("new"), typed)
    assert answer.status_code == 409
    assert "Another patient of this site has this record number." in words(answer)


def test_nobody_of_another_site_is_shown(nurse, ward):
    foreign = make_patient(make_site(), family_name="Fremd", given_names="Ada")
    typed = again(ward, family_name=foreign.family_name, given_names=foreign.given_names)
    ward.patient.delete()
    assert nurse.post(at("new"), typed).status_code == 302


# --- finding the other record --------------------------------------------------------------------
def test_the_details_show_who_looks_alike_and_lead_to_merging(nurse, ward, other):
    page = nurse.get(at("edit", ward.patient.pk)).content.decode()
    assert f"{at('merge', ward.patient.pk)}?with={other.pk}" in page


def test_the_other_record_is_found_by_a_search_too(nurse, ward):
    stranger = make_patient(ward.site, family_name="Solheim", birth_date=None)
    page = nurse.get(at("merge", ward.patient.pk, q="solh")).content.decode()
    assert f"?with={stranger.pk}" in page
    assert "No other patient of your site matches" in words(
        nurse.get(at("merge", ward.patient.pk, q="nobody"))
    )


@pytest.mark.parametrize("named", ["x", "", "\0", "00000000-0000-0000-0000-000000000000"])
def test_a_record_that_is_not_there_leads_to_the_choice(nurse, ward, named):
    answer = nurse.get(at("merge", ward.patient.pk), {"with": named})
    assert answer.status_code == 200
    assert "Find the other record of this person." in words(answer)


# --- merging -------------------------------------------------------------------------------------
def test_both_records_are_shown_with_what_differs_and_what_moves(nurse, ward, other):
    other.allergies.create(display="Nuts")
    answer = nurse.get(at("merge", ward.patient.pk, **{"with": other.pk}))
    page = words(answer)
    assert "Inventada" in page
    assert "Inventado" in page
    assert "The lists of allergies differ and are put together: Nuts." in page
    labels = [str(choice.label) for choice in answer.context["form"].choices]
    assert labels == ["Family name", "Phone"]
    assert "a search for 300417-B leads to it" in page
    event = AuditEvent.objects.get(action="patient.read")
    assert (event.patient_id, event.patient_ids) == (ward.patient.pk, [str(other.pk)])


def test_what_was_chosen_stays_and_the_old_address_leads_on(nurse, ward, other):
    answer = merge(nurse, ward.patient, other, take_phone="duplicate")
    assert answer.url == at("summary", ward.patient.pk)
    ward.patient.refresh_from_db()
    assert (ward.patient.phone, ward.patient.family_name) == ("555 0142", "Inventada")
    for name in ("summary", "vital_signs", "edit"):
        assert nurse.get(at(name, other.pk)).url == at(name, ward.patient.pk)
    page = words(nurse.get(at("summary", other.pk), follow=True))
    assert "Record 300417-B was merged into this one." in page


def test_a_double_click_merges_once(nurse, ward, other):
    form = nurse.get(at("merge", ward.patient.pk, **{"with": other.pk})).context["form"]
    typed = sent(form, reason="registered twice", sure="on")
    address = at("merge", ward.patient.pk, **{"with": other.pk})
    first, second = nurse.post(address, typed), nurse.post(address, typed)
    assert first.status_code == 302
    assert second.status_code == 302
    assert PatientMerge.objects.count() == 1


@pytest.mark.parametrize("missing", ["reason", "sure"])
def test_a_merge_needs_a_reason_and_that_somebody_compared(nurse, ward, other, missing):
    answer = merge(nurse, ward.patient, other, **{missing: None})
    assert answer.status_code == 400
    assert missing in answer.context["form"].errors
    assert not PatientMerge.objects.exists()


def test_two_open_stays_are_told_and_no_button_is_offered(nurse, ward, other):
    make_encounter(ward.patient)
    make_encounter(other)
    page = words(nurse.get(at("merge", ward.patient.pk, **{"with": other.pk})))
    assert "Both records have an open stay." in page
    assert "I compared both records" not in page
    assert merge(nurse, ward.patient, other).status_code == 409


def test_a_record_that_changed_while_somebody_compared_is_not_merged(nurse, ward, other):
    address = at("merge", ward.patient.pk, **{"with": other.pk})
    form = nurse.get(address).context["form"]
    change_patient(patient=other, changed_by=ward.clinician, expected_version=1, phone="1")
    answer = nurse.post(address, sent(form, reason="registered twice", sure="on"))
    assert answer.status_code == 412
    assert "Load the page as it is now" in words(answer)
    assert not PatientMerge.objects.exists()


def test_the_same_picture_in_both_records_is_told(nurse, ward, other):
    picture = good_png(seed=7)
    make_study(ward.patient, picture)
    make_study(other, picture)
    page = words(nurse.get(at("merge", ward.patient.pk, **{"with": other.pk})))
    assert "The same picture is in both records" in page


def test_sides_can_be_swapped(nurse, ward, other):
    page = nurse.get(at("merge", ward.patient.pk, **{"with": other.pk})).content.decode()
    assert f"{at('merge', other.pk)}?with={ward.patient.pk}" in page


def test_a_preview_takes_the_same_queries_for_few_rows_and_many(
    nurse, ward, other, django_assert_num_queries, django_assert_max_num_queries
):
    address = at("merge", ward.patient.pk, **{"with": other.pk})
    nurse.get(address)
    with django_assert_max_num_queries(50) as before:
        nurse.get(address)
    for number in range(8):
        other.conditions.create(display=f"Invented {number}")
    with django_assert_num_queries(len(before)):
        nurse.get(address)


# --- undoing -------------------------------------------------------------------------------------
def test_a_merge_is_undone_with_a_reason(nurse, ward, other, merged):
    page = nurse.get(at("merge", ward.patient.pk)).content.decode()
    address = at("undo_merge", ward.patient.pk, merged.pk)
    assert address in page
    assert nurse.post(address, {"reason": ""}).status_code == 400
    answer = nurse.post(address, {"reason": "two people", "once": "one"})
    assert answer.url == at("summary", other.pk)
    assert nurse.post(address, {"reason": "two people", "once": "one"}).url == answer.url
    assert "Undone by" in words(nurse.get(at("merge", ward.patient.pk)))
    assert "It was undone by" in words(nurse.get(address))


def test_a_merge_of_another_record_is_not_found(nurse, ward, merged):
    stranger = make_patient(ward.site)
    assert nurse.get(at("undo_merge", stranger.pk, merged.pk)).status_code == 404


def test_a_search_for_the_old_number_tells_whose_it_was(nurse, ward, merged):
    page = words(nurse.get(at("list", q="300417-B")))
    assert f"was Inventado, {ward.patient.given_names}, 300417-B" in page


# --- who may -------------------------------------------------------------------------------------
def test_a_radiologist_neither_merges_nor_undoes(client, ward, other, merged):
    client.force_login(ward.radiologist)
    for address in (
        at("merge", ward.patient.pk),
        at("merge", ward.patient.pk, **{"with": other.pk}),
        at("undo_merge", ward.patient.pk, merged.pk),
    ):
        assert client.get(address).status_code == 403
        assert client.post(address).status_code == 403


def test_records_of_other_sites_are_not_offered(nurse, ward):
    foreign = make_patient(make_site(), birth_date=datetime.date(1962, 2, 3))
    answer = nurse.get(at("merge", ward.patient.pk, **{"with": foreign.pk}))
    assert foreign.medical_record_number not in words(answer)
    assert nurse.get(at("merge", foreign.pk)).status_code == 404
