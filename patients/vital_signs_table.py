"""The vital signs: field, code, unit, physical limits, adult reference.

Sources: LOINC codes and UCUM units of HL7's vital-signs profiles (FHIR R4, 4.0.1), of US Core's
pulse oximetry profile (59408-5, oxygen flow and inspired oxygen), and LOINC itself for pain and
glucose; units as UCUM 2.2. Reference intervals are the zero-point bands of NEWS2, Royal College of
Physicians 2017. Limits are physical ("no thermometer shows this"), not clinical: the sickest
patients have the oddest numbers and must be recordable.
"""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import pgettext_lazy


@dataclass(frozen=True)
class VitalSign:
    """One measurement: field, names, LOINC and UCUM codes, physical limits, decimal places."""

    field: str
    display: str
    short: str
    loinc: tuple[str, ...]
    unit: str
    unit_display: str
    minimum: Decimal
    maximum: Decimal
    places: int
    reference: tuple[Decimal, Decimal] | None = None
    also_entered_as: tuple[str, ...] = ()


def _sign(field, display, short, loinc, unit, shown, low, high, places, reference=None, also=()):
    normal = tuple(Decimal(bound) for bound in reference) if reference else None
    return VitalSign(
        field, display, short, loinc, unit, shown, Decimal(low), Decimal(high), places, normal, also
    )


VITAL_SIGNS = (
    _sign("respiratory_rate_per_min", "Respiration", "RR", ("9279-1",), "/min", "/min",
          "0", "120", 0, ("12", "20")),
    _sign("oxygen_saturation_percent", "Oxygen saturation", "SpO₂", ("2708-6", "59408-5"), "%", "%",
          "0", "100", 0, ("96", "100")),
    _sign("oxygen_flow_l_per_min", "Oxygen flow", "O₂ flow", ("3151-8",), "L/min", "L/min",
          "0", "80", 1),
    _sign("fio2_percent", "Inspired oxygen", "FiO₂", ("3150-0",), "%", "%", "21", "100", 0),
    _sign("systolic_mmhg", "Systolic pressure", "SBP", ("8480-6",), "mm[Hg]", "mmHg",
          "0", "350", 0, ("111", "219"), ("kPa",)),
    _sign("diastolic_mmhg", "Diastolic pressure", "DBP", ("8462-4",), "mm[Hg]", "mmHg",
          "0", "300", 0, None, ("kPa",)),
    _sign("heart_rate_per_min", "Pulse", "HR", ("8867-4",), "/min", "/min",
          "0", "350", 0, ("51", "90")),
    _sign("heart_rate_second_per_min", "Pulse, second reading", "HR 2", ("8867-4",), "/min", "/min",
          "0", "350", 0),
    _sign("temperature_celsius", "Temperature", "T", ("8310-5",), "Cel", "°C",
          "10", "47", 1, ("36.1", "38.0"), ("[degF]",)),
    _sign("weight_kg", "Weight", "Wt", ("29463-7",), "kg", "kg",
          "0.2", "700", 1, None, ("[lb_av]",)),
    _sign("height_cm", "Height", "Ht", ("8302-2",), "cm", "cm", "15", "280", 1, None, ("[in_i]",)),
    _sign("pain_score", "Pain", "Pain", ("72514-3",), "{score}", "/10", "0", "10", 0),
    _sign("glucose_mmol_per_l", "Glucose", "Glu", ("15074-8",), "mmol/L", "mmol/L",
          "0", "150", 1, None, ("mg/dL",)),
)  # fmt: skip
BY_FIELD = {sign.field: sign for sign in VITAL_SIGNS}

# ACVPU: only new confusion scores, not a confusion that has long been there; if unsure, it is new.
CONSCIOUSNESS = (
    ("alert", pgettext_lazy("consciousness", "Alert")),
    ("new_confusion", pgettext_lazy("consciousness", "New confusion")),
    ("voice", pgettext_lazy("consciousness", "Voice")),
    ("pain", pgettext_lazy("consciousness", "Pain")),
    ("unresponsive", pgettext_lazy("consciousness", "Unresponsive")),
)
MEASUREMENT_FIELDS = (*BY_FIELD, "on_supplemental_oxygen", "consciousness")
