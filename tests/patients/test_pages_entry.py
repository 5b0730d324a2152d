"""The vital-signs form: nothing guessed, nothing preselected, nothing saved twice or silently."""

import datetime
import re
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from patients.models import VitalSigns
from patients.services import record_vital_signs
from tests.factories import make_encounter, make_patient

WHOLE = {
    "respiratory_rate_per_min": "22",
    "oxygen_saturation_percent": "93",
    "on_supplemental_oxygen": "oxygen",
    "systolic_mmhg": "105",
    "diastolic_mmhg": "60",
    "heart_rate_per_min": "112",
    "temperature_celsius": "38,4",
    "consciousness": "alert",
}


@pytest.fixture
def at_bedside(client, ward):
    client.force_login(ward.nurse)
    return lambda **sent: client.post(address(ward.patient), sent)


def address(patient):
    return reverse("patients:record_vital_signs", args=[patient.pk])


def hidden(response, name):
    """Return the value of a hidden field as the browser would send it back."""
    found = re.search(rf'name="{name}" value="([^"]*)"', response.content.decode())
    return found[1] if found else ""


def test_a_nurse_records_a_set_and_comes_to_the_summary(ward, at_bedside):
    answer = at_bedside(**WHOLE)
    assert answer.status_code == 302
    assert answer.url == reverse("patients:summary", args=[ward.patient.pk])
    stored = VitalSigns.objects.get()
    assert (stored.score, stored.risk, stored.recorded_by) == (10, "high", ward.nurse)
    assert stored.temperature_celsius == Decimal("38.4")


def test_an_empty_form_preselects_nothing(client, ward):
    client.force_login(ward.nurse)
    page = client.get(address(ward.patient)).content.decode()
    form = page[page.index("data-entry") :]
    assert " checked" not in form
    assert not re.search(r'inputmode="decimal"[^>]* value="[^"]', form)


def test_a_partial_set_is_taken_with_its_range(at_bedside):
    at_bedside(heart_rate_per_min="104", temperature_celsius="38.2")
    stored = VitalSigns.objects.get()
    assert (stored.score, stored.score_min, stored.risk) == (None, 2, "incomplete")


def test_an_empty_set_is_refused(at_bedside):
    assert at_bedside().status_code == 400
    assert not VitalSigns.objects.exists()


def test_fahrenheit_in_the_celsius_field_is_refused_with_the_likely_value(at_bedside):
    answer = at_bedside(**WHOLE | {"temperature_celsius": "101.1"})
    page = answer.content.decode()
    assert answer.status_code == 400
    assert "Use 38.4 °C" in page
    assert 'value="112"' in page, "what was right is kept"
    assert not VitalSigns.objects.exists()


def test_the_suggested_value_is_taken_over_but_not_saved_by_itself(at_bedside):
    sent = WHOLE | {"temperature_celsius": "101.1", "use": "temperature_celsius|38.4|Cel"}
    answer = at_bedside(**sent)
    assert answer.status_code == 200
    assert 'name="temperature_celsius" value="38.4"' in answer.content.decode()
    assert not VitalSigns.objects.exists()


def test_another_unit_is_converted_and_kept_as_entered(at_bedside):
    at_bedside(
        temperature_celsius="101.1", unit_temperature_celsius="[degF]",
        systolic_mmhg="16", diastolic_mmhg="8", unit_systolic_mmhg="kPa",
    )  # fmt: skip
    stored = VitalSigns.objects.get()
    assert (stored.temperature_celsius, stored.systolic_mmhg, stored.diastolic_mmhg) == (
        Decimal("38.4"), 120, 60,
    )  # fmt: skip
    assert stored.as_entered["temperature_celsius"] == {"value": "101.1", "unit": "[degF]"}


@pytest.mark.parametrize("typed", ["1 200", "1'200", "1,200.5", "twelve", "1e2", "--4", "٣٧"])
def test_what_is_no_plain_number_is_refused(at_bedside, typed):
    answer = at_bedside(weight_kg=typed)
    assert answer.status_code == 400
    assert not VitalSigns.objects.exists()


def ask(at_bedside, **sent):
    """Send a set that raises questions; return what the browser would send back with it."""
    answer = at_bedside(**sent)
    assert answer.status_code == 409
    assert "Not saved yet" in answer.content.decode()
    asked = re.findall(r'name="asked" value="([^"]+)"', answer.content.decode())
    return {"asked": asked, "asked_about": hidden(answer, "asked_about")}


def test_an_odd_value_is_asked_and_the_answer_is_kept(at_bedside):
    sent = WHOLE | {"systolic_mmhg": "60", "diastolic_mmhg": "105"}
    back = ask(at_bedside, **sent)
    assert not VitalSigns.objects.exists()
    assert at_bedside(**sent, **back, confirm=back["asked"]).status_code == 302
    assert VitalSigns.objects.get().confirmed == ["pressure_swapped"]


def test_saving_again_without_a_tick_asks_again(at_bedside):
    sent = WHOLE | {"systolic_mmhg": "60", "diastolic_mmhg": "105"}
    back = ask(at_bedside, **sent)
    ask(at_bedside, **sent, **back)


def test_a_tick_counts_only_for_the_values_that_were_asked_about(at_bedside):
    back = ask(at_bedside, heart_rate_per_min="0")
    ask(at_bedside, heart_rate_per_min="0", temperature_celsius="20", **back, confirm=back["asked"])
    assert not VitalSigns.objects.exists()


def test_two_extreme_values_need_two_ticks(at_bedside):
    sent = {"heart_rate_per_min": "0", "temperature_celsius": "20"}
    back = ask(at_bedside, **sent)
    assert len(back["asked"]) == 2
    ask(at_bedside, **sent, **back, confirm=back["asked"][:1])
    assert at_bedside(**sent, **back, confirm=back["asked"]).status_code == 302


def test_a_double_click_makes_one_set(at_bedside):
    for _ in range(2):
        assert at_bedside(**WHOLE, once="same page").status_code == 302
    assert VitalSigns.objects.count() == 1


def test_other_values_from_a_page_that_was_saved_are_not_lost_silently(at_bedside):
    at_bedside(**WHOLE, once="same page")
    changed = WHOLE | {"heart_rate_per_min": "130"}
    answer = at_bedside(**changed, once="same page")
    assert answer.status_code == 409
    assert "not saved yet" in answer.content.decode()
    assert at_bedside(**changed, once=hidden(answer, "once")).status_code == 302
    assert VitalSigns.objects.count() == 2


def test_a_time_is_read_on_the_clock_of_the_site(ward, at_bedside):
    yesterday = timezone.now().astimezone(ward.site.zone) - datetime.timedelta(days=1)
    at_bedside(**WHOLE, measured_at=f"{yesterday:%Y-%m-%dT%H:%M}")
    assert VitalSigns.objects.get().measured_at == yesterday.replace(second=0, microsecond=0)


@pytest.mark.parametrize(("which", "hour"), [("0", 0), ("1", 1)])
def test_an_hour_that_came_twice_is_asked(at_bedside, which, hour):
    answer = at_bedside(**WHOLE, measured_at="2025-10-26T02:30")
    assert answer.status_code == 400
    assert "The first: still summer time" in answer.content.decode()
    at_bedside(**WHOLE, measured_at="2025-10-26T02:30", measured_at_which=which)
    stored = VitalSigns.objects.get().measured_at
    assert stored == datetime.datetime(2025, 10, 26, hour, 30, tzinfo=datetime.UTC)


def test_an_hour_that_never_came_is_refused(at_bedside):
    assert at_bedside(**WHOLE, measured_at="2025-03-30T02:30").status_code == 400


def test_a_patient_of_another_site_is_not_found_even_by_who_may_not_record(client, ward):
    client.force_login(ward.radiologist)
    assert client.get(address(make_patient())).status_code == 404
    assert client.get(address(ward.patient)).status_code == 403


def test_the_previous_value_stands_beside_each_field(client, ward):
    record_vital_signs(
        patient=ward.patient, recorded_by=ward.nurse,
        measured_at=timezone.now() - datetime.timedelta(days=3),
        measurements={"oxygen_saturation_percent": 95, "on_supplemental_oxygen": False},
    )  # fmt: skip
    client.force_login(ward.nurse)
    assert "95 on air" in client.get(address(ward.patient)).content.decode()


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        (WHOLE | {"temperature_celsius": "101.1"}, ("9–12", "high, 1 open")),
        (WHOLE, ("10", "high")),
        ({"heart_rate_per_min": "80"}, ("0–17", "6 open")),
        ({}, ("nothing entered yet",)),
    ],
)
def test_the_running_score_leaves_open_what_is_missing_or_refused(client, ward, sent, said):
    client.force_login(ward.nurse)
    address_of_score = reverse("patients:running_score", args=[ward.patient.pk])
    shown = client.post(address_of_score, sent).content.decode()
    assert all(words in shown for words in said), shown
    assert not VitalSigns.objects.exists()


def make_set(ward, **measurements):
    return record_vital_signs(
        patient=ward.patient, recorded_by=ward.nurse, measured_at=timezone.now(),
        measurements=measurements or {"heart_rate_per_min": 80, "respiratory_rate_per_min": 16},
    )  # fmt: skip


def correct(ward, one):
    return reverse("patients:correct_vital_signs", args=[ward.patient.pk, one.pk])


def test_a_correction_takes_the_place_of_the_wrong_set(client, ward):
    wrong = make_set(ward)
    client.force_login(ward.nurse)
    page = client.get(correct(ward, wrong)).content.decode()
    assert 'name="heart_rate_per_min" value="80"' in page
    client.post(correct(ward, wrong), {"heart_rate_per_min": "108", "reason": "typing slip"})
    right = VitalSigns.objects.get(status="final")
    assert (right.heart_rate_per_min, right.respiratory_rate_per_min) == (108, None)
    assert (right.replaces, right.measured_at.minute) == (wrong, wrong.measured_at.minute)
    history = client.get(reverse("patients:vital_signs", args=[ward.patient.pk])).content.decode()
    assert "entered in error" in history
    assert "typing slip" in history


def test_a_correction_needs_a_reason(client, ward):
    wrong = make_set(ward)
    client.force_login(ward.nurse)
    answer = client.post(correct(ward, wrong), {"heart_rate_per_min": "108", "reason": ""})
    assert answer.status_code == 400
    assert VitalSigns.objects.get() == wrong


def test_a_correction_keeps_the_unit_that_was_entered(client, ward):
    client.force_login(ward.nurse)
    client.post(
        address(ward.patient),
        {"temperature_celsius": "101.1", "unit_temperature_celsius": "[degF]"},
    )
    page = client.get(correct(ward, VitalSigns.objects.get())).content.decode()
    assert 'name="temperature_celsius" value="101.1"' in page
    assert '<option value="[degF]" selected>' in page


def test_a_set_of_another_patient_is_withdrawn_and_stays_readable(client, ward):
    wrong = make_set(ward)
    client.force_login(ward.nurse)
    at = reverse("patients:withdraw_vital_signs", args=[ward.patient.pk, wrong.pk])
    client.post(at, {"reason": "bed 8, not bed 7"})
    history = client.get(reverse("patients:vital_signs", args=[ward.patient.pk])).content.decode()
    assert "bed 8, not bed 7" in history
    assert not VitalSigns.objects.final().exists()


def test_a_corrected_set_cannot_be_corrected_again(client, ward):
    wrong = make_set(ward)
    client.force_login(ward.nurse)
    client.post(correct(ward, wrong), {"heart_rate_per_min": "108", "reason": "slip"})
    assert client.get(correct(ward, wrong)).status_code == 404


def test_recording_belongs_to_the_open_stay(ward, at_bedside):
    stay = make_encounter(ward.patient)
    at_bedside(**WHOLE)
    assert VitalSigns.objects.get().encounter == stay
