"""Answers as the documentation shows them: one invented person on an invented ward."""

from drf_spectacular.utils import OpenApiExample

from patients.vital_signs_table import BY_FIELD

PATIENT_ID = "0199f0c2-0000-7000-8000-000000000001"
STAY_ID = "0199f0c2-0000-7000-8000-000000000002"
STUDY_ID = "0199f0c2-0000-7000-8000-000000000003"
REPORT_ID = "0199f0c2-0000-7000-8000-000000000004"
SET_ID = "0199f0c2-0000-7000-8000-000000000005"
NURSE = {"id": "0199f0c2-0000-7000-8000-000000000006", "name": "Nora Inventada"}
ADMITTED, MEASURED = "2026-03-07T08:00:00Z", "2026-03-10T10:31:00Z"

SIGNS = {
    "respiratory_rate_per_min": 22,
    "oxygen_saturation_percent": 93,
    "on_supplemental_oxygen": True,
    "oxygen_flow_l_per_min": 2,
    "systolic_mmhg": 105,
    "diastolic_mmhg": 60,
    "heart_rate_per_min": 112,
    "consciousness": "alert",
    "temperature_celsius": 38.4,
}
PATIENT = {
    "id": PATIENT_ID,
    "site": "0199f0c2-0000-7000-8000-000000000007",
    "medical_record_number": "300417",
    "family_name": "Iturbe",
    "given_names": "Marisol",
    "name": "Iturbe, Marisol",
    "birth_date": "1962-02-03",
    "age_years": 64,
    "sex": "female",
    "pregnancy_status": "unknown",
    "pregnancy_status_since": None,
    "pregnancy_status_by": None,
    "phone": "555 0142",
    "address": "",
    "emergency_contact": {"name": "Iñaki Iturbe", "relationship": "son", "phone": "555 0199"},
    "deceased_at": None,
    "merged_into": None,
    "saturation_scale": 1,
    "saturation_scale_authorised_by": None,
    "saturation_scale_authorised_at": None,
    "created_at": ADMITTED,
    "created_by": NURSE,
    "version": 1,
}
STAY = {
    "id": STAY_ID,
    "patient": PATIENT_ID,
    "class": "inpatient",
    "ward": "3 East",
    "bed": "7",
    "started_at": ADMITTED,
    "ended_at": None,
    "status": "final",
    "created_at": ADMITTED,
    "created_by": NURSE,
    "version": 1,
}
SET = {
    "id": SET_ID,
    "patient": PATIENT_ID,
    "encounter": STAY_ID,
    "measured_at": MEASURED,
    "recorded_by": NURSE,
    "source": "manual",
    **dict.fromkeys(BY_FIELD),
    **SIGNS,
    "body_mass_index": None,
    "two_readings_differ": False,
    "as_entered": {"temperature_celsius": {"value": "101.1", "unit": "[degF]"}},
    "absent_reasons": {},
    "score": 10,
    "score_min": 10,
    "score_max": 10,
    "risk": "high",
    "risk_min": "high",
    "points": {
        "respiratory_rate_per_min": 2,
        "oxygen_saturation_percent": 2,
        "on_supplemental_oxygen": 2,
        "systolic_mmhg": 1,
        "heart_rate_per_min": 2,
        "consciousness": 0,
        "temperature_celsius": 1,
    },
    "missing": [],
    "not_applicable_because": "",
    "rule": "NEWS2-2017",
    "saturation_scale": 1,
    "confirmed": [],
    "status": "final",
    "replaces": None,
    "reason": "",
    "note": "",
    "created_at": MEASURED,
    "version": 1,
}
EARLY_WARNING = {
    "score": 10,
    "score_min": 10,
    "score_max": 10,
    "risk": "high",
    "risk_given_by": SET_ID,
    "missing": [],
    "measured_at": MEASURED,
    "last_measured_at": MEASURED,
    "next_due_at": "2026-03-10T10:46:00Z",
    "overdue": True,
    "rule": "NEWS2-2017",
    "previous_score": 6,
    "not_applicable_because": "",
    "later_incomplete": None,
}


def answered(name: str, value, *statuses: str) -> OpenApiExample:
    """Return an example of an answer, of the usual status unless others are named."""
    options = {"status_codes": statuses} if statuses else {}
    return OpenApiExample(name, value=value, response_only=True, **options)


ON_WARD = answered(
    "a stay at high risk",
    {
        "encounter": STAY,
        "patient": PATIENT,
        "early_warning": EARLY_WARNING,
        "emergency_phone": "2222",
        "unsigned_findings": [
            {
                "study": STUDY_ID,
                "report": REPORT_ID,
                "status": "preliminary",
                "label": "viral-pneumonia",
                "display": "Viral pneumonia",
                "probability": 0.91,
                "call": "positive",
            }
        ],
        "unsigned_findings_count": 1,
    },
)
RECORDED = answered("The set with its score", SET, "201")
FAHRENHEIT = answered(
    "Fahrenheit in the field of Celsius",
    {
        "type": "validation_error",
        "errors": [
            {
                "code": "out_of_range",
                "detail": "No thermometer shows this in °C. Was it Fahrenheit?",
                "attr": "temperature_celsius",
                "suggestion": {"field": "temperature_celsius", "value": "37.0", "unit": "Cel"},
            }
        ],
    },
    "400",
)
SWAPPED = answered(
    "An odd blood pressure: a question",
    {
        "type": "confirm_required",
        "errors": [
            {
                "code": "pressure_swapped",
                "detail": "The systolic pressure is not above the diastolic. Were they swapped?",
                "attr": "systolic_mmhg",
            }
        ],
    },
    "409",
)
