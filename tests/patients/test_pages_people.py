"""Finding, registering and changing patients."""

import datetime

import pytest

from aicare.models import AuditEvent
from patients.models import OwnWard, Patient, Revision
from patients.views import people
from patients.views.recent import MOST_RECENT
from tests.factories import make_encounter, make_patient, make_site
from tests.patients.page_forms import at, text

NEW = {"family_name": "Novísima", "medical_record_number": "N-1", "sex": "female"}


# --- finding -------------------------------------------------------------------------------------
def test_the_list_holds_the_patients_of_the_site_only(nurse, ward):
    stranger = make_patient(family_name="Fremd")
    page = text(nurse.get(at("list")))
    assert ward.patient.medical_record_number in page
    assert stranger.family_name not in page


@pytest.mark.parametrize("words", ["garcia", "GARCÍA luz", "MRN-7", "1970-03-04"])
def test_a_patient_is_found_by_any_words(nurse, ward, words):
    found = make_patient(
        ward.site, family_name="García", given_names="Luz", medical_record_number="MRN-7",
        birth_date=datetime.date(1970, 3, 4),
    )  # fmt: skip
    page = text(nurse.get(at("list"), {"q": words}))
    assert at("summary", found.pk) in page
    assert ward.patient.medical_record_number not in page


def test_a_search_without_a_hit_says_so(nurse):
    page = text(nurse.get(at("list"), {"q": "<Nobody>"}))
    assert "No patient of your site matches “&lt;Nobody&gt;”." in page


@pytest.mark.parametrize("odd", ["\0", "a" * 5000, "%", "_", "' OR 1=1 --", "\ud83d\ude00"])
def test_odd_searches_are_answered(nurse, odd):
    odd = odd.encode("utf-16", "surrogatepass").decode("utf-16")
    assert nurse.get(at("list"), {"q": odd}).status_code == 200
    assert nurse.get(at("ward"), {"ward": odd}).status_code == 200
    assert nurse.get(at("list"), {"after": odd}).status_code == 200


def test_an_empty_site_says_so(nurse, ward):
    ward.patient.delete()
    assert "There is no patient at your site yet." in text(nurse.get(at("list")))


def test_more_leads_through_every_patient_once(nurse, ward, monkeypatch):
    monkeypatch.setattr(people, "PAGE_SIZE", 2)
    for name in ("Alba", "Alba", "Zorn", "Mitte"):
        make_patient(ward.site, family_name=name, given_names="")
    seen, address = [], at("list")
    while address:
        answer = nurse.get(address)
        seen += [hit.patient.pk for hit, _, _ in answer.context["people"]]
        following = answer.context["following"]
        address = f"{at('list')}?{following}" if following else ""
    assert len(seen) == len(set(seen)) == 5


def test_a_search_is_on_record_with_the_patients_it_showed(nurse, ward):
    nurse.get(at("list"), {"q": ward.patient.family_name})
    event = AuditEvent.objects.get(action="patient.searched")
    assert event.patient_ids == [str(ward.patient.pk)]


def test_the_list_needs_the_same_queries_for_one_and_for_many(
    nurse, ward, django_assert_num_queries, django_assert_max_num_queries
):
    with django_assert_max_num_queries(20) as before:
        nurse.get(at("list"))
    for _ in range(10):
        make_encounter(make_patient(ward.site))
    with django_assert_num_queries(len(before)):
        nurse.get(at("list"))


def test_a_search_that_fills_a_page_says_how_to_narrow_it(nurse, ward, monkeypatch):
    monkeypatch.setattr(people, "PAGE_SIZE", 2)
    for number in range(4):
        make_patient(ward.site, family_name="Iturbe", given_names=f"{number}")
    advice = "More than 2 patients match: add another word"
    first = nurse.get(at("list"), {"q": "iturbe"})
    assert advice in text(first)
    assert advice not in text(nurse.get(f"{at('list')}?{first.context['following']}"))
    assert advice not in text(nurse.get(at("list")))


def test_a_date_that_can_be_read_in_two_ways_says_how_it_was_read(nurse, ward):
    page = text(nurse.get(at("list"), {"q": "03/02/1962"}))
    assert "03/02/1962 was read as 3 Feb 1962: the day first." in page
    assert at("summary", ward.patient.pk) in page


def test_who_works_at_two_sites_is_told_whose_number_it_is(nurse, ward):
    assert ward.site.name not in text(nurse.get(at("list")))
    second = make_site()
    ward.nurse.sites.add(second)
    make_patient(second)
    page = text(nurse.get(at("list")))
    assert ward.site.name in page
    assert second.name in page


def test_whom_the_reader_opened_last_comes_first(nurse, ward):
    others = [make_patient(ward.site, family_name=f"Opened{number}") for number in range(12)]
    for patient in (*others, others[0], ward.patient):
        nurse.get(at("summary", patient.pk))
    recent = nurse.get(at("list")).context["recent"]
    assert recent[:3] == [ward.patient, others[0], others[11]]
    assert len(recent) == len(set(recent)) == MOST_RECENT
    assert nurse.get(at("list"), {"q": "opened"}).context["recent"] == []


def test_records_that_one_may_not_open_any_more_are_not_among_the_latest(nurse, ward):
    nurse.get(at("summary", ward.patient.pk))
    assert nurse.get(at("list")).context["recent"] == [ward.patient]
    ward.nurse.sites.set([make_site()])
    assert nurse.get(at("list")).context["recent"] == []


def test_who_is_on_the_own_wards_is_listed_with_the_score(nurse, ward):
    make_encounter(ward.patient, ward="3 East", bed="7")
    make_encounter(make_patient(ward.site), ward="4 West")
    assert nurse.get(at("list")).context["wards"] is None
    OwnWard.objects.create(user=ward.nurse, site=ward.site, ward="3 East")
    wards = nurse.get(at("list")).context["wards"]
    assert [(stay.patient, badge.risk) for stay, badge in wards.rows] == [(ward.patient, "none")]
    assert wards.left_out == 0


def test_the_lists_take_the_same_queries_for_few_people_and_many(
    nurse, ward, django_assert_num_queries, django_assert_max_num_queries
):
    OwnWard.objects.create(user=ward.nurse, site=ward.site, ward="3 East")
    make_encounter(ward.patient)
    nurse.get(at("summary", ward.patient.pk))
    nurse.get(at("list"))
    with django_assert_max_num_queries(24) as before:
        nurse.get(at("list"))
    needed = len(before)
    for _ in range(10):
        patient = make_patient(ward.site)
        make_encounter(patient)
        nurse.get(at("summary", patient.pk))
    with django_assert_num_queries(needed):
        nurse.get(at("list"))


# --- registering and changing --------------------------------------------------------------------
def test_a_nurse_registers_a_patient(nurse, ward):
    answer = nurse.post(at("new"), NEW)
    made = Patient.objects.get(medical_record_number="N-1")
    assert answer.url == at("summary", made.pk)
    assert made.site == ward.site


def test_a_birth_date_that_is_two_days_in_two_countries_is_not_guessed(nurse):
    answer = nurse.post(at("new"), NEW | {"birth_date": "03/04/1980"})
    assert answer.status_code == 400
    assert not Patient.objects.filter(medical_record_number="N-1").exists()


def test_a_double_click_registers_one_patient(nurse):
    first = nurse.post(at("new"), NEW | {"once": "same page"})
    second = nurse.post(at("new"), NEW | {"once": "same page"})
    assert (second.status_code, second.url) == (302, first.url)


def test_a_taken_record_number_is_told_at_its_field(nurse, ward):
    taken = NEW | {"medical_record_number": ward.patient.medical_record_number}
    answer = nurse.post(at("new"), taken)
    assert answer.status_code == 409
    assert answer.context["form"].errors["medical_record_number"]
    assert 'value="Novísima"' in text(answer)


def test_nobody_registers_a_patient_at_a_foreign_site(nurse, ward):
    nurse.post(at("new"), NEW | {"site": make_site().pk})
    assert not Patient.objects.exclude(site=ward.site).exists()


def change(client, patient, **fields):
    page = client.get(at("edit", patient.pk))
    known = {name: page.context["form"][name].value() for name in page.context["form"].fields}
    sent = {name: value for name, value in (known | fields).items() if value is not None}
    return client.post(at("edit", patient.pk), sent)


def test_a_change_never_overwrites_somebody_elses(nurse, ward):
    page = nurse.get(at("edit", ward.patient.pk)).context["form"]
    assert change(nurse, ward.patient, phone="555 0100").status_code == 302
    stale = {name: page[name].value() for name in page.fields if page[name].value() is not None}
    answer = nurse.post(at("edit", ward.patient.pk), stale | {"phone": "555 0199"})
    assert answer.status_code == 412
    ward.patient.refresh_from_db()
    assert ward.patient.phone == "555 0100"


def test_both_versions_are_shown_and_the_reason_is_kept(nurse, ward):
    form = nurse.get(at("edit", ward.patient.pk)).context["form"]
    stale = {name: form[name].value() for name in form.fields if form[name].value() is not None}
    assert change(nurse, ward.patient, phone="555 0100", reason="moved").status_code == 302
    assert Revision.objects.of(ward.patient).get().reason == "moved"
    answer = nurse.post(at("edit", ward.patient.pk), stale | {"phone": "555 0199"})
    assert answer.status_code == 412
    for known in ("555 0100", "555 0199", "moved"):
        assert known in text(answer)


def test_pregnancy_is_recorded_with_who_said_so(nurse, ward):
    asked = change(nurse, ward.patient, pregnancy_status="yes")
    assert asked.status_code == 409
    assert 'name="confirm" value="pregnancy_unlikely"' in text(asked)
    answered = change(nurse, ward.patient, pregnancy_status="yes", confirm="pregnancy_unlikely")
    assert answered.status_code == 302
    ward.patient.refresh_from_db()
    assert (ward.patient.pregnancy_status, ward.patient.pregnancy_status_by) == ("yes", ward.nurse)


def test_a_death_in_the_hour_that_came_twice_is_asked_about(nurse, ward):
    asked = change(nurse, ward.patient, deceased_at="2025-10-26T02:30")
    assert asked.status_code == 400
    assert 'name="deceased_at_which" value="1"' in text(asked)
    died = {"deceased_at": "2025-10-26T02:30", "deceased_at_which": "1"}
    assert change(nurse, ward.patient, **died).status_code == 302
    ward.patient.refresh_from_db()
    assert ward.patient.deceased_at.isoformat() == "2025-10-26T01:30:00+00:00"


def test_only_a_clinician_is_shown_the_saturation_target(client, ward):
    for user, is_shown in ((ward.nurse, False), (ward.clinician, True)):
        client.force_login(user)
        form = client.get(at("edit", ward.patient.pk)).context["form"]
        assert ("saturation_scale" in form.fields) is is_shown


def test_a_clinician_authorises_scale_2_and_the_page_says_who(clinician, ward):
    change(clinician, ward.patient, saturation_scale="2")
    ward.patient.refresh_from_db()
    assert (ward.patient.saturation_scale, ward.patient.saturation_scale_authorised_by) == (
        2, ward.clinician,
    )  # fmt: skip
    assert "SpO₂ target 88–92 %" in text(clinician.get(at("summary", ward.patient.pk)))
    assert f"decided by {ward.clinician}" in text(clinician.get(at("edit", ward.patient.pk)))


# --- who may do what -----------------------------------------------------------------------------
PAGES = ("summary", "edit", "vital_signs", "record_vital_signs", "admit", "move", "discharge")


@pytest.mark.parametrize("name", PAGES)
def test_a_patient_of_another_site_is_not_found_anywhere(stranger, ward, name):
    assert stranger.get(at(name, ward.patient.pk)).status_code == 404


@pytest.mark.parametrize(
    ("role", "name", "status"),
    [
        ("radiologist", "summary", 200),
        ("radiologist", "edit", 403),
        ("radiologist", "admit", 403),
        ("radiologist", "record_vital_signs", 403),
        ("nurse", "edit", 200),
        ("clinician", "record_vital_signs", 200),
    ],
)
def test_pages_by_role(client, ward, role, name, status):
    client.force_login(getattr(ward, role))
    assert client.get(at(name, ward.patient.pk)).status_code == status
