"""The pages of notes: write, correct, withdraw; nothing written is lost or changed in place."""

import datetime

import pytest
from django.utils import timezone

from aicare.models import AuditEvent
from patients.models import Note, Revision
from patients.services import correct_note, withdraw_note, write_note
from patients.views import notes
from tests.factories import make_encounter, make_patient, make_user
from tests.patients.page_forms import at, form_of, text, words


def write(ward, said="Slept well.", **fields):
    return write_note(patient=ward.patient, written_by=ward.nurse, text=said, **fields)


# --- writing -------------------------------------------------------------------------------------
def test_a_nurse_writes_a_nursing_note_and_reads_it(nurse, ward):
    stay = make_encounter(ward.patient)
    address = at("new_note", ward.patient.pk)
    answer = nurse.post(address, form_of(nurse, address) | {"text": "Slept well.\nAte half."})
    assert answer.url == at("notes", ward.patient.pk)
    note = Note.objects.get()
    assert (note.kind, note.written_by, note.encounter) == ("nursing", ward.nurse, stay)
    page = text(nurse.get(answer.url))
    assert '<p class="note-text">Slept well.\nAte half.</p>' in page
    assert "Nursing note" in page
    assert AuditEvent.objects.filter(action="note.written", object_id=note.pk).exists()


def test_a_clinicians_usual_note_is_another_one(clinician, ward):
    assert form_of(clinician, at("new_note", ward.patient.pk))["kind"] == ["progress"]


def test_a_note_may_be_about_an_earlier_time(nurse, ward):
    earlier = timezone.now().astimezone(ward.site.zone) - datetime.timedelta(hours=3)
    sent = {"kind": "nursing", "text": "Fell.", "written_at": earlier.strftime("%Y-%m-%dT%H:%M")}
    assert nurse.post(at("new_note", ward.patient.pk), sent).status_code == 302
    written = Note.objects.get().written_at
    assert abs(written - earlier) < datetime.timedelta(minutes=1)


@pytest.mark.parametrize(
    ("fields", "at_field"),
    [
        ({"text": "  "}, "text"),
        ({"text": "x" * 20_001}, "text"),
        ({"text": "a\0b"}, "text"),
        ({"kind": "poem"}, "kind"),
        ({"written_at": "2100-01-01T00:00"}, "written_at"),
        ({"written_at": "1950-01-01T00:00"}, "written_at"),
    ],
)
def test_what_cannot_be_is_told_and_nothing_typed_is_lost(nurse, ward, fields, at_field):
    sent = {"kind": "nursing", "text": "Fell out of bed."} | fields
    answer = nurse.post(at("new_note", ward.patient.pk), sent)
    assert answer.status_code == 400
    assert at_field in answer.context["form"].errors
    assert not Note.objects.exists()
    assert at_field == "text" or "Fell out of bed." in text(answer)


def test_a_double_click_writes_one_note(nurse, ward):
    sent = {"kind": "nursing", "text": "Fell.", "once": "same page"}
    for _ in range(2):
        assert nurse.post(at("new_note", ward.patient.pk), sent).status_code == 302
    assert Note.objects.count() == 1


def test_hostile_words_are_words(nurse, ward):
    write(ward, "<script>alert(1)</script>\u202e")
    page = text(nurse.get(at("notes", ward.patient.pk)))
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


# --- correcting ----------------------------------------------------------------------------------
def test_a_correction_is_a_new_row_with_its_reason(nurse, ward):
    note = write(ward, "Slept bad.")
    address = at("correct_note", ward.patient.pk, note.pk)
    sent = form_of(nurse, address) | {"text": "Slept badly.", "reason": "word"}
    assert nurse.post(address, sent).status_code == 302
    note.refresh_from_db()
    new = Note.objects.final().get()
    assert (note.status, note.text) == ("entered-in-error", "Slept bad.")
    assert (new.text, new.replaces, new.reason) == ("Slept badly.", note, "word")
    assert new.written_at == note.written_at, "to the second, though the form shows minutes"
    page = words(nurse.get(at("notes", ward.patient.pk)))
    assert "Slept bad." not in page, "it is in the history"
    assert "Corrects the note of" in page
    history = words(nurse.get(at("row_history", ward.patient.pk, "notes", new.pk)))
    assert "Text Slept bad. Slept badly." in history


def test_a_correction_needs_a_reason(nurse, ward):
    note = write(ward)
    address = at("correct_note", ward.patient.pk, note.pk)
    answer = nurse.post(address, form_of(nurse, address) | {"text": "Other words."})
    assert answer.status_code == 400
    assert "Other words." in text(answer)


def test_who_corrects_what_somebody_corrected_meanwhile_sees_both(nurse, ward):
    note = write(ward, "Temp 38")
    address = at("correct_note", ward.patient.pk, note.pk)
    mine = form_of(nurse, address) | {"text": "Temperature 38", "reason": "unclear"}
    correct_note(note=note, corrected_by=ward.clinician, reason="unit", text="Temp 38 °C")
    answer = nurse.post(address, mine)
    assert answer.status_code == 412
    (line,) = answer.context["conflict"].lines
    assert (line.opened, line.now, line.mine) == ("Temp 38", "Temp 38 °C", "Temperature 38")
    assert f"{ward.clinician}, today" in words(answer)
    again = mine | {"text": "Temperature 38 °C", "expected_version": 2}
    assert nurse.post(address, again).status_code == 302
    assert [one.text for one in Note.objects.order_by("created_at")] == [
        "Temp 38", "Temp 38 °C", "Temperature 38 °C",
    ]  # fmt: skip
    assert Note.objects.final().count() == 1


# --- withdrawing ---------------------------------------------------------------------------------
def test_a_withdrawn_note_stays_struck_through_with_who_and_why(nurse, ward):
    note = write(ward, "Another patient’s words.")
    address = at("withdraw_note", ward.patient.pk, note.pk)
    sent = form_of(nurse, address) | {"reason": "other patient"}
    assert nurse.post(address, sent).status_code == 302
    page = nurse.get(at("notes", ward.patient.pk))
    assert '<li class="fact-entry void">' in text(page)
    assert f"withdrawn by {ward.nurse}, today" in words(page)
    assert ": other patient" in words(page)
    assert Revision.objects.of(note).get().reason == "other patient"
    assert at("correct_note", ward.patient.pk, note.pk) not in text(page)


def test_a_withdrawn_note_can_not_be_corrected_and_what_was_typed_is_still_there(nurse, ward):
    note = write(ward)
    address = at("correct_note", ward.patient.pk, note.pk)
    mine = form_of(nurse, address) | {"text": "Other words.", "reason": "x"}
    withdraw_note(note=note, withdrawn_by=ward.clinician, reason="other patient")
    answer = nurse.post(address, mine)
    assert answer.status_code == 409
    assert "Other words." in text(answer)
    assert Note.objects.count() == 1


# --- reading -------------------------------------------------------------------------------------
def test_notes_are_newest_first_by_kind_and_a_page_at_a_time(nurse, ward, monkeypatch):
    monkeypatch.setattr(notes, "PAGE_SIZE", 2)
    for hours in range(5):
        written_at = timezone.now() - datetime.timedelta(hours=hours)
        write(ward, f"note {hours}", kind="nursing", written_at=written_at)
    write(ward, "other kind", kind="consultation")
    first = nurse.get(at("notes", ward.patient.pk), {"kind": "nursing"})
    assert [one.note.text for one in first.context["notes"]] == ["note 0", "note 1"]
    seen, before = [], first.context["following"]
    while before:
        page = nurse.get(at("notes", ward.patient.pk), {"kind": "nursing", "before": before})
        seen += [one.note.text for one in page.context["notes"]]
        before = page.context["following"]
    assert seen == ["note 2", "note 3", "note 4"]


def test_a_long_note_is_cut_in_the_list_and_whole_on_its_page(nurse, ward):
    note = write(ward, "word " * 1000 + "end of it")
    assert "end of it" not in words(nurse.get(at("notes", ward.patient.pk)))
    assert "end of it" in words(nurse.get(at("note", ward.patient.pk, note.pk)))


def test_a_radiologist_reads_and_is_not_shown_how_to_write(client, ward):
    note = write(ward)
    client.force_login(ward.radiologist)
    page = text(client.get(at("notes", ward.patient.pk)))
    assert "Slept well." in page
    for name, *ids in (("new_note",), ("correct_note", note.pk), ("withdraw_note", note.pk)):
        address = at(name, ward.patient.pk, *ids)
        assert address not in page
        assert client.get(address).status_code == 403


def test_foreign_notes_are_not_found(client, ward):
    note = write(ward)
    client.force_login(ward.stranger)
    for name, *ids in (("notes",), ("note", note.pk), ("correct_note", note.pk)):
        assert client.get(at(name, ward.patient.pk, *ids)).status_code == 404
    client.force_login(make_user("nurse", site=ward.site))
    other = make_patient(ward.site)
    for name in ("note", "correct_note", "withdraw_note"):
        assert client.get(at(name, other.pk, note.pk)).status_code == 404


def test_the_list_needs_the_same_queries_for_one_and_for_many(
    nurse, ward, django_assert_num_queries, django_assert_max_num_queries
):
    def fill():
        correct_note(note=write(ward), corrected_by=ward.nurse, reason="x", text="y")
        withdraw_note(note=write(ward), withdrawn_by=ward.nurse, reason="x")

    fill()
    nurse.get(at("notes", ward.patient.pk))
    with django_assert_max_num_queries(25) as before:
        nurse.get(at("notes", ward.patient.pk))
    for _ in range(4):
        fill()
    with django_assert_num_queries(len(before)):
        nurse.get(at("notes", ward.patient.pk))
