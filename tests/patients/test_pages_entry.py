"""The vital-signs form: nothing guessed, nothing preselected, nothing saved twice or silently."""

import datetime
import itertools
import re
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
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
def at_bedside(nurse, ward):
    return lambda **sent: nurse.post(address(ward.patient), sent)


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


def test_the_value_before_stands_beside_a_field_however_many_sets_a_device_sent(nurse, ward):
    now = timezone.now()
    for minutes, measured in [(120, {"temperature_celsius": "38.4"})] + [
        (minutes, {"heart_rate_per_min": 104}) for minutes in range(60, 5, -1)
    ]:
        record_vital_signs(
            patient=ward.patient, recorded_by=ward.nurse, measurements=measured,
            measured_at=now - datetime.timedelta(minutes=minutes),
        )  # fmt: skip
    assert "38.4 °C" in nurse.get(address(ward.patient)).content.decode()


def test_an_empty_form_preselects_nothing(nurse, ward):
    page = nurse.get(address(ward.patient)).content.decode()
    form = page[page.index("data-entry") :]
    assert " checked" not in form
    assert not re.search(r'inputmode="[a-z]+"[^>]* value="[^"]', form)
    assert not re.search(r'value="[^"]+" selected', form)


def test_a_partial_set_is_taken_with_its_range(at_bedside):
    at_bedside(heart_rate_per_min="104", temperature_celsius="38.2")
    stored = VitalSigns.objects.get()
    assert (stored.score, stored.score_min, stored.risk) == (None, 2, "incomplete")


def test_a_set_without_a_score_is_offered_for_completion(client, ward, at_bedside):
    """New values alone would make another partial set: the score would stay unknown."""
    at_bedside(heart_rate_per_min="104", temperature_celsius="38.2")
    page = client.get(address(ward.patient)).content.decode()
    unfinished = VitalSigns.objects.get()
    assert "has no score, because of what is missing: respiration" in page
    complete = reverse("patients:correct_vital_signs", args=[ward.patient.pk, unfinished.pk])
    assert f'href="{complete}?complete=yes"' in page
    form = client.get(f"{complete}?complete=yes").content.decode()
    assert 'name="reason" value="Missing values added"' in form, "nothing was wrong with it"
    assert "Missing values added" not in client.get(complete).content.decode()


def test_a_weight_alone_is_not_offered_for_completion(nurse, ward, at_bedside):
    at_bedside(weight_kg="70")
    assert 'id="complete"' not in nurse.get(address(ward.patient)).content.decode()
    at_bedside(heart_rate_per_min="80")
    at_bedside(weight_kg="70")
    assert 'id="complete"' in nurse.get(address(ward.patient)).content.decode()


def test_after_a_whole_set_nothing_is_offered_for_completion(client, ward, at_bedside):
    at_bedside(**WHOLE)
    assert "has no score" not in client.get(address(ward.patient)).content.decode()


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


def test_the_previous_value_stands_beside_each_field(nurse, ward):
    record_vital_signs(
        patient=ward.patient, recorded_by=ward.nurse,
        measured_at=timezone.now() - datetime.timedelta(days=3),
        measurements={"oxygen_saturation_percent": 95, "on_supplemental_oxygen": False},
    )  # fmt: skip
    assert "95 on air" in nurse.get(address(ward.patient)).content.decode()


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        (WHOLE | {"temperature_celsius": "101.1"}, ("9–12", "high, 1 open")),
        (WHOLE, ("10", "high")),
        ({"heart_rate_per_min": "80"}, ("0–17", "6 open")),
        ({}, ("nothing entered yet",)),
    ],
)
def test_the_running_score_leaves_open_what_is_missing_or_refused(nurse, ward, sent, said):
    address_of_score = reverse("patients:running_score", args=[ward.patient.pk])
    shown = nurse.post(address_of_score, sent).content.decode()
    assert all(words in shown for words in said), shown
    assert not VitalSigns.objects.exists()


@pytest.mark.parametrize("scale", [1, 2])
def test_a_target_of_the_saturation_stands_beside_its_field(nurse, ward, scale):
    authorised = {"by": ward.clinician, "at": timezone.now()} if scale == 2 else {}
    fields = {f"saturation_scale_authorised_{name}": one for name, one in authorised.items()}
    patient = make_patient(ward.site, saturation_scale=scale, **fields)
    page = nurse.get(address(patient)).content.decode()
    assert page.partition("data-fields")[2].count("SpO₂ target 88–92 %") == scale - 1


def test_recording_belongs_to_the_open_stay(ward, at_bedside):
    stay = make_encounter(ward.patient)
    at_bedside(**WHOLE)
    assert VitalSigns.objects.get().encounter == stay


# --- The other unit ------------------------------------------------------------------------------


def running(client, ward, **sent):
    return client.post(
        reverse("patients:running_score", args=[ward.patient.pk]), sent
    ).content.decode()


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ({"temperature_celsius": "37"}, "= 98.6 °F"),
        ({"temperature_celsius": "98,6", "unit_temperature_celsius": "[degF]"}, "= 37.0 °C"),
        ({"temperature_celsius": "100.5", "unit_temperature_celsius": "[degF]"}, "= 38.1 °C"),
        ({"weight_kg": "70"}, "= 154.3 lb"),
        ({"weight_kg": "154", "unit_weight_kg": "[lb_av]"}, "= 69.9 kg"),
        ({"height_cm": "178"}, "= 70.1 in"),
        ({"height_cm": "70", "unit_height_cm": "[in_i]"}, "= 177.8 cm"),
        ({"systolic_mmhg": "120", "diastolic_mmhg": "80"}, "= 16.0 / 10.7 kPa"),
        ({"systolic_mmhg": "16", "unit_systolic_mmhg": "kPa"}, "= 120 mmHg"),
        ({"glucose_mmol_per_l": "5.6"}, "= 101 mg/dL"),
        ({"glucose_mmol_per_l": "100", "unit_glucose_mmol_per_l": "mg/dL"}, "= 5.6 mmol/L"),
    ],
)
def test_the_value_in_the_other_unit_stands_beside_the_field(nurse, ward, sent, shown):
    name = next(iter(sent))
    assert f'id="id_{name}_both" hx-swap-oob="true">{shown}<' in running(nurse, ward, **sent)
    refused = nurse.post(address(ward.patient), sent | {"respiratory_rate_per_min": "x"})
    assert f'id="id_{name}_both">{shown}<' in refused.content.decode(), "without a script, too"


@pytest.mark.parametrize("value", ["", "98.6", "x", "1 200"])
def test_what_cannot_be_has_no_other_unit(nurse, ward, value):
    assert "= " not in running(nurse, ward, temperature_celsius=value)


def test_whole_numbers_have_a_keypad_of_digits(nurse, ward):
    page = nurse.get(address(ward.patient)).content.decode()
    keypads = {name: keypad for keypad, name in re.findall(
        r'inputmode="([a-z]+)"[^>]* name="([a-z0-9_]+)"', page)}  # fmt: skip
    digits = {name for name, keypad in keypads.items() if keypad == "numeric"}
    assert digits == {
        "respiratory_rate_per_min", "oxygen_saturation_percent", "heart_rate_per_min",
        "heart_rate_second_per_min", "fio2_percent", "pain_score",
    }  # fmt: skip
    assert len(keypads) == 13


def test_the_newest_value_is_shown_in_its_unit_where_there_is_a_choice(nurse, ward):
    record_vital_signs(
        patient=ward.patient, recorded_by=ward.nurse,
        measured_at=timezone.now() - datetime.timedelta(days=3),
        measurements={"temperature_celsius": Decimal("37.9"), "respiratory_rate_per_min": 20,
                      "systolic_mmhg": 118, "diastolic_mmhg": 70},
    )  # fmt: skip
    page = nurse.get(address(ward.patient)).content.decode()
    assert "37.9 °C, " in page
    assert "118 / 70 mmHg, " in page
    assert ">20, " in page


# --- Why something is missing --------------------------------------------------------------------


def test_a_reason_for_a_missing_value_is_stored_and_told(client, ward, at_bedside):
    sent = {key: value for key, value in WHOLE.items() if key != "temperature_celsius"}
    answer = at_bedside(**sent, absent_temperature_celsius="asked-declined")
    stored = VitalSigns.objects.get()
    assert stored.absent_reasons == {"temperature_celsius": "asked-declined"}
    told = "Not measured: Temperature (patient declined)."
    assert told in client.get(answer.url).content.decode()
    history = client.get(reverse("patients:vital_signs", args=[ward.patient.pk])).content.decode()
    assert "not measured: Temperature (patient declined)" in history


def test_one_reason_for_all_that_is_left_empty_leaves_out_what_was_entered(at_bedside):
    at_bedside(
        heart_rate_per_min="80", oxygen_flow_l_per_min="2",
        absent_rest="asked-declined", absent_temperature_celsius="error",
    )  # fmt: skip
    assert VitalSigns.objects.get().absent_reasons == {
        "respiratory_rate_per_min": "asked-declined",
        "oxygen_saturation_percent": "asked-declined",
        "systolic_mmhg": "asked-declined",
        "consciousness": "asked-declined",
        "temperature_celsius": "error",
    }


def test_a_second_pulse_alone_is_a_pulse_and_no_flow_says_nothing_of_air(at_bedside):
    at_bedside(
        heart_rate_second_per_min="80", oxygen_flow_l_per_min="0", absent_rest="asked-declined"
    )
    stored = VitalSigns.objects.get()
    assert sorted(stored.absent_reasons) == sorted(stored.missing)


def test_a_value_and_a_reason_for_its_absence_exclude_each_other(at_bedside):
    answer = at_bedside(**WHOLE, absent_temperature_celsius="error")
    assert answer.status_code == 400
    assert "Temperature: either a value or a reason" in answer.content.decode()
    assert not VitalSigns.objects.exists()


# --- When it was measured ------------------------------------------------------------------------


def minutes_before(moment, minutes):
    return moment - datetime.timedelta(minutes=minutes)


def test_a_set_that_waited_was_measured_when_save_was_pressed(at_bedside):
    pressed_at = minutes_before(timezone.now(), 95)
    at_bedside(**WHOLE, pressed_at=pressed_at.isoformat())
    assert VitalSigns.objects.get().measured_at == pressed_at


def test_how_long_ago_counts_from_the_press(at_bedside):
    pressed_at = minutes_before(timezone.now(), 95)
    at_bedside(**WHOLE, pressed_at=pressed_at.isoformat(), measured_ago="15")
    assert VitalSigns.objects.get().measured_at == minutes_before(pressed_at, 15)


def test_a_device_whose_clock_runs_ahead_measures_now(at_bedside):
    at_bedside(**WHOLE, pressed_at=minutes_before(timezone.now(), -90).isoformat())
    assert abs(timezone.now() - VitalSigns.objects.get().measured_at).total_seconds() < 60


def test_a_question_does_not_make_the_measurement_later(at_bedside):
    pressed_at = minutes_before(timezone.now(), 4).isoformat()
    answer = at_bedside(heart_rate_per_min="0", pressed_at=pressed_at)
    assert hidden(answer, "pressed_at") == pressed_at
    without_script = at_bedside(heart_rate_per_min="0")
    assert hidden(without_script, "pressed_at")[:13] == timezone.now().isoformat()[:13]


@pytest.mark.parametrize("pressed_at", ["yesterday", "2026-11-20T10:00:00", "0001-01-01T00:00Z"])
def test_a_press_at_no_moment_is_refused(at_bedside, pressed_at):
    assert at_bedside(**WHOLE, pressed_at=pressed_at).status_code == 400
    assert not VitalSigns.objects.exists()


def test_a_time_and_how_long_ago_exclude_each_other(ward, at_bedside):
    now = timezone.now().astimezone(ward.site.zone)
    answer = at_bedside(**WHOLE, measured_at=f"{now:%Y-%m-%dT%H:%M}", measured_ago="15")
    assert answer.status_code == 400
    assert "not both" in answer.content.decode()


def test_the_page_says_when_the_set_will_have_been_measured(nurse, ward):
    now = timezone.now().astimezone(ward.site.zone)
    assert f"Measured now, {now:%H:}" in running(nurse, ward)
    an_hour_ago = minutes_before(now, 60)
    assert f"{an_hour_ago:%H:%M}" in running(nurse, ward, measured_ago="60")


# --- Sent by script, by whom, and where to -------------------------------------------------------


def test_a_page_that_sends_by_script_is_told_that_it_was_saved_and_where_to_go(nurse, ward):
    sent = WHOLE | {"once": "k"}
    for _ in range(2):
        answer = nurse.post(address(ward.patient), sent, headers={"HX-Request": "true"})
        assert answer.status_code == 201
        assert answer.headers["Location"] == reverse("patients:summary", args=[ward.patient.pk])
    page = nurse.get(answer.headers["Location"]).content.decode()
    assert page.count("saved. NEWS2") == 1
    assert VitalSigns.objects.count() == 1


def test_what_one_person_entered_is_not_saved_as_anothers(client, ward, at_bedside):
    answer = at_bedside(**WHOLE, entered_by=str(ward.clinician.pk))
    assert answer.status_code == 409
    assert "somebody else" in answer.content.decode()
    assert "112" not in answer.content.decode()
    assert not VitalSigns.objects.exists()
    assert at_bedside(**WHOLE, entered_by=str(ward.nurse.pk)).status_code == 302


def test_from_the_board_the_way_leads_back_to_the_board(nurse, ward):
    board = reverse("patients:ward") + "?ward=3+East"
    page = nurse.get(
        address(ward.patient), headers={"Referer": f"http://testserver{board}"}
    ).content.decode()
    assert f'name="back" value="{board}"' in page
    assert nurse.post(address(ward.patient), WHOLE | {"back": board}).url == board
    assert ward.patient.name in nurse.get(board).content.decode()


@pytest.mark.parametrize(
    "back", ["https://evil.example/ward/", "//evil.example/ward/", "/audit/", "/ward/../audit/"]
)
def test_no_way_leads_elsewhere(ward, at_bedside, back):
    answer = at_bedside(**WHOLE, back=back)
    assert answer.url == reverse("patients:summary", args=[ward.patient.pk])


def test_the_draft_belongs_to_the_user_the_patient_and_the_form(nurse, ward):
    page = nurse.get(address(ward.patient)).content.decode()
    assert f'data-draft="{ward.nurse.pk}:{address(ward.patient)}"' in page


# --- One tap -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sent", "button", "then"),
    [
        ({"systolic_mmhg": "60", "diastolic_mmhg": "105"}, "Swap: 105 and 60",
         {"systolic_mmhg": "105", "diastolic_mmhg": "60"}),
        ({"height_cm": "80", "weight_kg": "170"}, "Swap: 170 and 80",
         {"height_cm": "170", "weight_kg": "80"}),
        ({"on_supplemental_oxygen": "air", "oxygen_flow_l_per_min": "2"}, "Use oxygen",
         {"on_supplemental_oxygen": "oxygen"}),
    ],
)  # fmt: skip
def test_a_question_is_put_right_with_one_tap(at_bedside, sent, button, then):
    page = at_bedside(**sent).content.decode()
    assert f">{button}</button>" in page
    use = re.search(r'name="use" value="([^"]+)"', page)[1]
    taken_over = at_bedside(**sent, use=use)
    assert taken_over.status_code == 200
    assert not VitalSigns.objects.exists()
    form = taken_over.context["form"]
    assert {name: form[name].value() for name in then} == then


def test_both_pressures_become_kpa_with_one_tap(at_bedside):
    sent = {"systolic_mmhg": "16", "diastolic_mmhg": "9,1", "unit_systolic_mmhg": "mm[Hg]"}
    page = at_bedside(**sent | {"systolic_mmhg": "16,3"}).content.decode()
    assert page.count("Was it kPa?") == page.count('name="use"') == 1
    assert "Use 16,3 / 9,1 kPa" in page
    refused = at_bedside(**sent)
    use = "systolic_mmhg|16|kPa;diastolic_mmhg|9,1|kPa"
    assert f'value="{use}"' in refused.content.decode()
    taken_over = at_bedside(**sent, use=use)
    assert "= 120 / 68 mmHg" in taken_over.content.decode()
    at_bedside(**sent | {"unit_systolic_mmhg": "kPa"})
    assert VitalSigns.objects.get().systolic_mmhg == 120


def test_pounds_are_put_right_with_one_tap(ward, at_bedside):
    record_vital_signs(
        patient=ward.patient, recorded_by=ward.nurse, measurements={"weight_kg": 70},
        measured_at=timezone.now() - datetime.timedelta(days=1),
    )  # fmt: skip
    assert "Use 69.9 kg" in at_bedside(weight_kg="154").content.decode()
    assert "Use 70.1 kg" in at_bedside(weight_kg="31.8").content.decode()


def test_enter_saves_and_takes_over_no_suggestion(at_bedside):
    page = at_bedside(**WHOLE | {"temperature_celsius": "101.1"}).content.decode()
    form = page[page.index("data-entry") :]
    sending = [one for one in re.findall(r"<button[^>]*>", form) if 'type="button"' not in one]
    assert any('name="use"' in one for one in sending)
    assert 'name="use"' not in sending[0], "the first one is what Enter presses"


# --- A fixed number of queries -------------------------------------------------------------------


def count_queries(act) -> int:
    with CaptureQueriesContext(connection) as queries:
        act()
    return len(queries)


def test_recording_takes_as_many_queries_for_many_sets_as_for_few(nurse, ward):
    posts = (WHOLE | {"once": f"k{number}", "weight_kg": "70"} for number in itertools.count())
    acts = {
        "form": lambda: nurse.get(address(ward.patient)),
        "score": lambda: running(nurse, ward, **WHOLE),
        "save": lambda: nurse.post(address(ward.patient), next(posts)),
    }
    for act in acts.values():
        act()
    with_few = {name: count_queries(act) for name, act in acts.items()}
    for minute in range(30):
        record_vital_signs(
            patient=ward.patient, recorded_by=ward.nurse, measurements={"heart_rate_per_min": 80},
            measured_at=timezone.now() - datetime.timedelta(hours=1, minutes=minute),
        )  # fmt: skip
    with_many = {name: count_queries(act) for name, act in acts.items()}
    assert with_many == with_few
    assert with_few["score"] <= 9
    assert with_few["save"] <= 25
