"""Opening a record of another site on pages: find, say why, act, be marked, close; and the list."""

import datetime
import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from aicare.models import AuditEvent
from aicare.sealing import broken_seals, seal
from aicare.sessions import SEEN
from patients.break_glass.review import grants_for_review, reviewed
from patients.models import BreakGlassGrant, VitalSigns
from patients.services.merging import merge_patients, undo_merge
from tests.factories import make_encounter, make_patient, make_site, make_token, make_user
from tests.inference.scenes import make_report, make_study

pytestmark = pytest.mark.django_db
FIND = "/break-glass/find/"
OPEN = "/break-glass/open/"
LIST = "/break-glass/"
REASON = "Unconscious in the corridor"


@pytest.fixture
def administrator(ward):
    client = Client()
    client.force_login(make_user("administrator", is_staff=True))
    return client


def search(client, patient):
    return client.post(FIND, {"medical_record_number": patient.medical_record_number})


def found_token(page) -> str:
    return re.search(r'name="found" value="([^"]+)"', page.content.decode())[1]


def open_record(client, patient, reason=REASON):
    token = found_token(search(client, patient))
    return client.post(OPEN, {"found": token, "reason": reason})


def record_of(patient) -> str:
    return reverse("patients:summary", args=[patient.pk])


def test_a_stranger_finds_says_why_and_reads(stranger, ward):
    assert stranger.get(record_of(ward.patient)).status_code == 404
    page = search(stranger, ward.patient).content.decode()
    assert "Is it this person?" in page
    assert ward.patient.name in page
    answer = open_record(stranger, ward.patient)
    assert answer.headers["Location"] == record_of(ward.patient)
    page = stranger.get(record_of(ward.patient))
    assert page.status_code == 200
    assert "Opened in an emergency." in page.content.decode()
    assert page.headers["X-Break-Glass"].startswith("expires=20")


def test_the_search_shows_no_more_than_who_it_is(stranger, ward):
    ward.patient.phone, ward.patient.address = "555 0142", "Invented Street 1"
    ward.patient.save()
    ward.patient.allergies.create(display="Penicillin")
    page = search(stranger, ward.patient).content.decode()
    assert not any(word in page for word in ("555 0142", "Invented Street", "Penicillin"))


def test_within_the_hour_one_acts_as_the_role_allows(stranger, ward):
    open_record(stranger, ward.patient)
    address = reverse("patients:record_vital_signs", args=[ward.patient.pk])
    stranger.post(address, {"heart_rate_per_min": "112", "save": "yes"})
    assert VitalSigns.objects.get().recorded_by == ward.stranger
    radiologist = make_user("radiologist", site=ward.stranger.sites.get())
    stranger.force_login(radiologist)
    open_record(stranger, ward.patient)
    assert stranger.get(record_of(ward.patient)).status_code == 200
    assert stranger.get(address).status_code == 403


def test_a_short_reason_is_asked_again_and_opens_nothing(stranger, ward):
    answer = open_record(stranger, ward.patient, reason="urgent")
    assert answer.status_code == 422
    assert "at least 10 characters" in answer.content.decode()
    assert "urgent" in answer.content.decode()
    assert not BreakGlassGrant.objects.exists()


def test_only_whom_one_has_found_oneself_is_opened(stranger, ward):
    token = found_token(search(stranger, ward.patient))
    for found in ("", "nonsense", str(ward.patient.pk), token[:-2] + "xx"):
        assert stranger.post(OPEN, {"found": found, "reason": REASON}).status_code == 400
    stranger.force_login(make_user("clinician", site=make_site()))
    assert stranger.post(OPEN, {"found": token, "reason": REASON}).status_code == 400
    assert not BreakGlassGrant.objects.exists()


def test_an_own_patient_is_opened_directly(nurse, ward):
    page = search(nurse, ward.patient).content.decode()
    assert "in the care of your own site" in page
    assert 'name="found"' not in page


def test_close_now_ends_it_at_once_for_pages_and_live_updates(stranger, ward):
    study = make_study(ward.patient)
    make_report(study)
    open_record(stranger, ward.patient)
    live = reverse("inference:study_live", args=[study.pk])
    assert stranger.get(live, headers={"HX-Request": "true"}).status_code == 200
    stranger.post(reverse("patients:break_glass_close", args=[BreakGlassGrant.objects.get().pk]))
    assert stranger.get(live, headers={"HX-Request": "true"}).status_code == 404
    answer = stranger.get(record_of(ward.patient))
    assert answer.status_code == 404
    assert "X-Break-Glass" not in answer.headers


def test_a_record_that_is_merged_meanwhile_stays_open_as_the_one_that_stands(stranger, ward):
    stands = make_patient(ward.site)
    open_record(stranger, ward.patient)
    merge_patients(
        survivor=stands, duplicate=ward.patient, merged_by=ward.nurse, reason="registered twice"
    )
    page = stranger.get(record_of(ward.patient), follow=True)
    assert page.redirect_chain == [(record_of(stands), 302)]
    assert "Opened in an emergency." in page.content.decode()
    assert page.headers["X-Break-Glass"].startswith("expires=20")
    assert stranger.get(f"{record_of(stands)}summary.pdf").status_code == 403
    (grant,) = BreakGlassGrant.objects.all()
    read = AuditEvent.objects.get(action="patient.read", patient_id=stands.pk)
    assert read.detail.startswith(f"break-glass {grant.pk}")
    (opening,) = reviewed(grants_for_review())
    assert opening.reads == 1
    undo_merge(merge=stands.merges.get(), undone_by=ward.nurse, reason="two people")
    assert stranger.get(record_of(stands)).status_code == 404
    assert stranger.get(record_of(ward.patient)).status_code == 200


def test_it_ends_by_itself(stranger, ward):
    open_record(stranger, ward.patient)
    before = timezone.now() - datetime.timedelta(minutes=61)
    BreakGlassGrant.objects.update(
        granted_at=before, expires_at=before + datetime.timedelta(minutes=60)
    )
    assert stranger.get(record_of(ward.patient)).status_code == 404


def test_only_the_session_that_opened_it_sees_it(stranger, ward):
    open_record(stranger, ward.patient)
    elsewhere = Client()
    elsewhere.force_login(ward.stranger)
    assert elsewhere.get(record_of(ward.patient)).status_code == 404
    open_record(elsewhere, ward.patient)
    assert elsewhere.get(record_of(ward.patient)).status_code == 200
    assert BreakGlassGrant.objects.count() == 1


def test_signing_out_closes_it(stranger, ward):
    open_record(stranger, ward.patient)
    stranger.post("/accounts/logout/")
    assert not BreakGlassGrant.objects.running().exists()
    assert AuditEvent.objects.get(action="break-glass.closed").user == ward.stranger


def test_so_does_being_signed_out(stranger, ward):
    open_record(stranger, ward.patient)
    session = stranger.session
    session[SEEN] = timezone.now().timestamp() - 16 * 60
    session.save()
    assert stranger.get(record_of(ward.patient)).status_code == 302
    assert not BreakGlassGrant.objects.running().exists()


def test_a_program_of_the_same_person_sees_nothing_of_it(stranger, ward):
    open_record(stranger, ward.patient)
    token = make_token(ward.stranger)
    url = f"/api/v1/patients/{ward.patient.pk}/"
    assert stranger.get(url).status_code == 200
    # Even with the cookie of the session beside it.
    assert stranger.get(url, headers={"Authorization": f"Bearer {token}"}).status_code == 404


def test_somebody_else_in_the_same_browser_sees_nothing_of_it(stranger, ward):
    open_record(stranger, ward.patient)
    kept = stranger.session["break-glass"]
    stranger.force_login(make_user("clinician", site=make_site()))
    session = stranger.session
    session["break-glass"] = kept
    session.save()
    assert stranger.get(record_of(ward.patient)).status_code == 404


def test_no_list_shows_what_was_opened(stranger, ward):
    make_encounter(ward.patient)
    make_report(make_study(ward.patient))
    open_record(stranger, ward.patient)
    name = ward.patient.given_names
    for address in (
        "/ward/", "/patients/", f"/patients/?q={name}", "/worklist/",
        "/api/v1/ward/", "/api/v1/patients/", f"/api/v1/patients/?q={name}", "/api/v1/worklist/",
    ):  # fmt: skip
        answer = stranger.get(address)
        assert answer.status_code == 200
        body = answer.content.decode()
        assert str(ward.patient.pk) not in body, address
        assert ward.patient.medical_record_number not in body, address


def test_every_row_of_the_trail_says_by_which_grant_and_is_sealed(stranger, ward):
    open_record(stranger, ward.patient)
    stranger.get(record_of(ward.patient))
    stranger.get(f"/api/v1/patients/{ward.patient.pk}/vital-signs/")
    stranger.post(reverse("patients:admit", args=[ward.patient.pk]), {"encounter_class": "none"})
    grant = BreakGlassGrant.objects.get()
    rows = AuditEvent.objects.filter(patient_id=ward.patient.pk, user=ward.stranger)
    assert rows.count() >= 4
    assert all(row.detail.startswith(f"break-glass {grant.pk}") for row in rows)
    AuditEvent.objects.update(at=timezone.now() - datetime.timedelta(hours=1))
    assert seal() > 0
    assert list(broken_seals()) == []
    AuditEvent.objects.filter(pk=rows.first().pk).update(detail="")
    assert len(list(broken_seals())) == 1


def test_reads_of_own_patients_in_the_same_session_are_not_marked(stranger, ward):
    own = make_patient(ward.stranger.sites.get())
    open_record(stranger, ward.patient)
    answer = stranger.get(record_of(own))
    assert "X-Break-Glass" not in answer.headers
    assert "Opened in an emergency." not in answer.content.decode()
    assert AuditEvent.objects.get(patient_id=own.pk).detail == ""


def test_the_history_of_the_record_tells_its_own_people(stranger, ward):
    open_record(stranger, ward.patient)
    own = Client()
    own.force_login(ward.nurse)
    page = own.get(reverse("patients:history", args=[ward.patient.pk])).content.decode()
    assert "Opened in an emergency" in page
    assert ward.stranger.get_full_name() in page
    assert REASON in page


# --- what the administrator sees -----------------------------------------------------------------
def test_the_administrator_sees_who_where_why_and_how_much_but_no_name(
    stranger, ward, administrator
):
    open_record(stranger, ward.patient)
    stranger.get(record_of(ward.patient))
    stranger.get(f"/api/v1/patients/{ward.patient.pk}/vital-signs/")
    stranger.post(
        reverse("patients:record_vital_signs", args=[ward.patient.pk]),
        {"heart_rate_per_min": "112", "save": "yes"},
    )
    page = administrator.get(LIST)
    text = page.content.decode()
    for shown in (
        ward.stranger.get_full_name(), "clinician", ward.stranger.sites.get().name, ward.site.name,
        str(ward.patient.pk), REASON, "2 reads, 1 change",
    ):  # fmt: skip
        assert shown in text, shown
    assert ward.patient.family_name not in text
    assert ward.patient.medical_record_number not in text


def test_what_nobody_has_looked_at_is_counted_in_the_top_bar(stranger, ward, administrator):
    open_record(stranger, ward.patient)

    def waiting():
        places = administrator.get("/about/").context["places"]
        return next(one["waiting"] for one in places if one["path"] == LIST)

    assert waiting() == 1
    grant = BreakGlassGrant.objects.get()
    answer = administrator.post(f"{LIST}{grant.pk}/", {"verdict": "Justified."})
    assert answer.status_code == 302
    assert waiting() == 0
    assert "Justified." in administrator.get(LIST).content.decode()


def test_a_verdict_is_needed_and_given_once(stranger, ward, administrator):
    open_record(stranger, ward.patient)
    address = f"{LIST}{BreakGlassGrant.objects.get().pk}/"
    assert administrator.post(address, {"verdict": ""}).status_code == 400
    administrator.post(address, {"verdict": "Justified."})
    assert administrator.post(address, {"verdict": "Not at all."}).status_code == 409


def test_the_list_is_paged_newest_first_with_a_fixed_number_of_queries(
    ward, administrator, django_assert_num_queries, monkeypatch
):
    monkeypatch.setattr("patients.views.break_glass.PAGE_SIZE", 2)
    now = timezone.now()
    for minutes in (300, 200, 100):
        BreakGlassGrant.objects.create(
            user=ward.stranger, patient=ward.patient, reason=f"Reason of {minutes}",
            granted_at=now - datetime.timedelta(minutes=minutes),
            expires_at=now - datetime.timedelta(minutes=minutes - 60),
        )  # fmt: skip
    administrator.get(LIST)
    with django_assert_num_queries(13):
        first = administrator.get(LIST)
    text = first.content.decode()
    assert text.index("Reason of 100") < text.index("Reason of 200")
    assert "Reason of 300" not in text
    following = re.search(r"\?before=[\w-]+", text)[0]
    assert "Reason of 300" in administrator.get(f"{LIST}{following}").content.decode()


def test_one_opened_record_shows_nobody_else_of_its_site(stranger, ward):
    known = ward.patient
    make_patient(
        ward.site, family_name=known.family_name, given_names=known.given_names,
        birth_date=known.birth_date, medical_record_number="ALIKE-1",
    )  # fmt: skip
    own = Client()
    own.force_login(ward.nurse)
    address = reverse("patients:edit", args=[known.pk])
    assert "ALIKE-1" in own.get(address).content.decode()
    open_record(stranger, known)
    page = stranger.get(address)
    assert page.status_code == 200
    assert "ALIKE-1" not in page.content.decode()
