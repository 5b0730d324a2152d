"""The summary on paper: who it is about on every page, nothing unsigned as a finding, bounded."""

import re
import subprocess
import sys
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from aicare.locale_formats import moment_text
from aicare.models import AuditEvent
from patients.break_glass.opened_records import IN_SESSION
from patients.models import BreakGlassGrant
from patients.pdf.letters import Letters
from patients.pdf.paper import Paper
from patients.services import record_allergy, record_condition, record_vital_signs
from tests.complete_sets import ILL, WELL
from tests.factories import make_encounter, make_site, make_user
from tests.inference.scenes import make_report, make_study, make_version
from tests.patients.test_pages_summary import sign


@pytest.fixture
def printed(monkeypatch):
    """Return what was printed, text by text."""
    texts = []
    original = Letters.printable

    def printable(self, text):
        texts.append(original(self, text))
        return texts[-1]

    monkeypatch.setattr(Letters, "printable", printable)
    return texts


@pytest.fixture
def pdf(clinician, ward):
    """Ask for the document as the clinician."""

    def get():
        answer = clinician.get(reverse("patients:summary_pdf", args=[ward.patient.pk]))
        assert answer.status_code == 200, answer.content
        return answer

    return get


def pages(answer) -> int:
    return len(re.findall(rb"/Type /Page\b", answer.content))


def fill(ward, count=1):
    version = make_version()
    for number in range(count):
        record_vital_signs(
            patient=ward.patient, recorded_by=ward.nurse, measurements=ILL,
            measured_at=timezone.now() - timedelta(minutes=number),
        )  # fmt: skip
        make_report(make_study(ward.patient), (0.04, 0.91), version=version)
        record_condition(patient=ward.patient, recorded_by=ward.clinician, display="Long " * 30)
        record_allergy(
            patient=ward.patient, recorded_by=ward.clinician, display=f"Substance {number}",
            reaction="rash",
        )  # fmt: skip


def test_a_patient_without_anything_has_a_document(pdf, printed):
    answer = pdf()
    assert answer.content.startswith(b"%PDF-")
    assert answer["Content-Type"] == "application/pdf"
    assert pages(answer) == 1
    assert "No allergies recorded. Not the same as none known." in printed


def test_the_file_is_named_after_its_time_and_nobody(ward, pdf):
    name = pdf()["Content-Disposition"]
    assert re.fullmatch(r'inline; filename="aicare-summary-\d{8}T\d{6}Z\.pdf"', name)


def test_identity_time_and_author_stand_on_every_page(ward, pdf, printed):
    make_encounter(ward.patient)
    fill(ward, 12)
    answer = pdf()
    assert pages(answer) >= 2
    assert printed.count(ward.patient.name) >= pages(answer)
    about = [one for one in printed if one.startswith("record number ")]
    assert len(about) >= pages(answer)
    assert ward.patient.medical_record_number in about[0]
    origin = [one for one in printed if one.startswith("Printed ")]
    assert len(origin) >= pages(answer)
    assert origin[0].endswith(f"by {ward.clinician}")


def test_a_long_record_is_bounded_and_says_what_it_leaves_out(ward, pdf, printed):
    fill(ward, 30)
    answer = pdf()
    assert pages(answer) <= 8
    assert len(answer.content) < 500_000
    assert any(one.startswith("and ") and "more: see the record" in one for one in printed)
    assert "There are older images." in printed
    assert all(f"Substance {number} (rash)" in " ".join(printed) for number in range(30))


def test_machine_and_person_have_tags_of_their_own(ward, pdf, printed):
    version = make_version()
    make_report(make_study(ward.patient), (0.04, 0.91), version=version)
    signed = make_report(make_study(ward.patient), (0.04, 0.91), version=version)
    sign(signed, ward.radiologist, **{"viral-pneumonia": "positive"})
    pdf()
    assert {"AI unsigned", "✓ signed"} <= set(printed)
    assert printed.index("Images waiting for a person") < printed.index("AI unsigned")
    assert printed.index("Images read and signed") < printed.index("✓ signed")
    assert "Not read by a person yet." in " ".join(printed)


@pytest.mark.parametrize(
    ("language", "words"),
    [("de", "KI nicht signiert"), ("es", "IA sin firmar"), ("pt", "IA não assinado")],
)
def test_the_tag_of_the_machine_is_whole_in_every_language(
    clinician, ward, monkeypatch, language, words
):
    make_report(make_study(ward.patient), (0.04, 0.91), version=make_version())
    cells, original = {}, Paper.cell

    def cell(self, width, height, text="", **options):
        cells[text] = (width, self.get_string_width(text))
        return original(self, width, height, text, **options)

    monkeypatch.setattr(Paper, "cell", cell)
    address = reverse("patients:summary_pdf", args=[ward.patient.pk])
    clinician.get(address, headers={"Accept-Language": language})
    room, needed = cells[words]
    assert needed < room


def test_what_changes_how_all_else_is_read_stands_first(ward, pdf, printed):
    patient = ward.patient
    patient.pregnancy_status, patient.deceased_at = "yes", timezone.now()
    patient.saturation_scale, patient.saturation_scale_authorised_by = 2, ward.clinician
    patient.saturation_scale_authorised_at = timezone.now()
    patient.save()
    pdf()
    (flags,) = {one for one in printed if "SpO₂ target 88–92 %" in one}
    assert flags.startswith("died ")
    assert flags.endswith(" · pregnant")


def test_the_next_set_has_its_time_on_paper(ward, pdf, printed):
    record_vital_signs(
        patient=ward.patient, recorded_by=ward.nurse, measurements=WELL,
        measured_at=timezone.now() - timedelta(minutes=20),
    )  # fmt: skip
    pdf()
    (said,) = {one for one in printed if " by " in one and "next set " in one}
    assert re.search(r"· next set \d+ \w+ \d\d:\d\d$", said)


def test_a_value_before_of_another_day_has_its_time_on_paper(ward, pdf, printed):
    for days, pulse in ((0, 90), (40, 80)):
        record_vital_signs(
            patient=ward.patient, recorded_by=ward.nurse,
            measured_at=timezone.now() - timedelta(days),
            measurements={"heart_rate_per_min": pulse},
        )  # fmt: skip
    pdf()
    (said,) = {one for one in printed if one.startswith("▲ up from 80 (")}
    assert re.search(r"\(\d+ \w+ (\d{4} )?\d\d:\d\d\)$", said)


def test_an_alert_says_since_when_or_of_when_its_image_is(ward, pdf, printed):
    make_encounter(ward.patient)
    record_vital_signs(
        patient=ward.patient, recorded_by=ward.nurse, measurements=ILL,
        measured_at=timezone.now() - timedelta(minutes=5),
    )  # fmt: skip
    film = make_study(ward.patient, started_at=timezone.now() - timedelta(days=2))
    make_report(film, (0.04, 0.91))
    pdf()
    (said,) = {one for one in printed if one.startswith("High risk: ")}
    assert re.search(r" · since \d+ \w+ \d\d:\d\d$", said)
    (said,) = {one for one in printed if one.startswith("AI · Chest X-ray: read and sign")}
    with timezone.override(ward.site.zone):
        assert said.endswith(f" · {moment_text(film.started_at)}")


def test_who_the_paper_is_about_is_never_cut(ward, pdf, printed):
    ward.patient.family_name = "Inventadalarga " * 6
    ward.patient.save()
    make_encounter(ward.patient, ward="Intermediate care unit, " * 3 + "east", bed="Window 12")
    pdf()
    assert ward.patient.name in printed
    (about,) = {one for one in printed if one.startswith("record number ")}
    assert about.endswith("unit, east, bed Window 12")


def test_nobody_is_taken_for_a_patient_of_the_ward(ward, pdf, printed):
    pdf()
    (about,) = {one for one in printed if one.startswith("record number ")}
    assert about.endswith(" · not admitted")


def test_a_dangerous_allergy_is_called_so(ward, pdf, printed):
    record_allergy(
        patient=ward.patient, recorded_by=ward.clinician, display="Nuts", reaction="rash",
        criticality="high",
    )  # fmt: skip
    record_allergy(patient=ward.patient, recorded_by=ward.clinician, display="Latex")
    pdf()
    assert "Nuts (rash, high risk), Latex" in printed


def test_a_line_of_signs_is_never_cut(ward, pdf, printed):
    signs = {
        "respiratory_rate_per_min": 28, "oxygen_saturation_percent": 93,
        "on_supplemental_oxygen": True, "oxygen_flow_l_per_min": "12.5", "systolic_mmhg": 205,
        "diastolic_mmhg": 110, "heart_rate_per_min": 112, "heart_rate_second_per_min": 148,
        "temperature_celsius": "38.4", "consciousness": "new_confusion",
    }  # fmt: skip
    for minutes in (1, 2):
        record_vital_signs(
            patient=ward.patient, recorded_by=ward.nurse, measurements=signs, confirmed=True,
            measured_at=timezone.now() - timedelta(minutes=minutes),
        )  # fmt: skip
    pdf()
    assert sum(one.endswith("T 38.4 · new confusion") for one in printed) >= 2
    assert {"28/min", "205/110 mmHg", "93 % on O₂ 12.5 L/min"} <= set(printed)


def test_the_drawing_on_paper_explains_its_marks(ward, pdf, printed):
    record_vital_signs(
        patient=ward.patient, recorded_by=ward.nurse, measurements={"heart_rate_per_min": 90},
        measured_at=timezone.now(),
    )  # fmt: skip
    make_report(make_study(ward.patient), (0.04, 0.91))
    pdf()
    legend = "¦ incomplete set: what the score can be · AI image, AI result that nobody has signed"
    assert legend in printed


def test_letters_that_cannot_be_printed_are_said_to_be_missing(ward, pdf, printed):
    ward.patient.family_name = "李"
    ward.patient.save()
    pdf()
    text = " ".join(printed)
    assert "Letters are missing here" in printed
    assert f"The record number is {ward.patient.medical_record_number}" in text
    assert "▯, Paciente" in text


def test_text_that_means_something_elsewhere_is_only_text(ward, pdf, printed):
    for display in ("{nb} **bold** __x__", "=HYPERLINK(1)", "<script>alert(1)</script>", "\\(x)"):
        record_condition(patient=ward.patient, recorded_by=ward.clinician, display=display)
    assert pages(pdf()) == 1
    assert "**bold**" in " ".join(printed)


def test_signs_that_disagree_with_images_are_told_on_paper_too(ward, pdf, printed):
    record_vital_signs(
        patient=ward.patient, recorded_by=ward.nurse, measurements=WELL,
        measured_at=timezone.now(),
    )  # fmt: skip
    make_report(make_study(ward.patient), (0.04, 0.91))
    pdf()
    assert "Signs and images do not fit together" in printed


def test_an_export_is_on_record(ward, pdf):
    pdf()
    event = AuditEvent.objects.get(action="patient.summary-exported")
    assert (event.user, event.patient_id) == (ward.clinician, ward.patient.pk)


def test_another_site_gets_404(stranger, ward):
    address = reverse("patients:summary_pdf", args=[ward.patient.pk])
    assert stranger.get(address).status_code == 404


def test_a_record_opened_by_break_glass_is_read_but_not_taken_away(client, ward):
    doctor, now = make_user("clinician", site=make_site()), timezone.now()
    grant = BreakGlassGrant.objects.create(
        user=doctor, patient=ward.patient, reason="Collapsed in our waiting room",
        granted_at=now, expires_at=now + timedelta(minutes=60),
    )  # fmt: skip
    client.force_login(doctor)
    session = client.session
    session[IN_SESSION] = [str(grant.pk)]
    session.save()
    page = client.get(reverse("patients:summary", args=[ward.patient.pk]))
    assert page.status_code == 200
    assert "summary.pdf" not in page.content.decode(), "what is refused is not offered"
    answer = client.get(reverse("patients:summary_pdf", args=[ward.patient.pk]))
    assert answer.status_code == 403
    assert "in an emergency" in answer.content.decode()
    assert not AuditEvent.objects.filter(action="patient.summary-exported").exists()
    assert AuditEvent.objects.filter(outcome="denied", patient_id=ward.patient.pk).exists()


def test_the_web_process_does_not_load_the_library_at_its_start():
    program = (
        "import os, sys; os.environ['DJANGO_SETTINGS_MODULE'] = 'aicare.settings'\n"
        "import aicare.wsgi, aicare.urls\n"
        "print('fpdf' in sys.modules)"
    )
    answer = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert answer.stdout.strip() == "False"


def test_no_word_on_paper_depends_on_the_day_of_reading(ward, pdf, printed):
    record_vital_signs(
        patient=ward.patient, recorded_by=ward.nurse, measurements=WELL,
        measured_at=timezone.now() - timedelta(minutes=20),
    )  # fmt: skip
    make_report(make_study(ward.patient), (0.04, 0.91))
    sign(make_report(make_study(ward.patient), (0.04, 0.91)), ward.radiologist)
    pdf()
    words = " ".join(printed)
    assert "Pneumonia pattern called, breathing without points" in words
    assert "Signed by" in words
    assert not re.search("today|yesterday|tomorrow", words)
