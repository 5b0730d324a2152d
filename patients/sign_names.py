"""What the ward calls each measurement, in the reader's language."""

from django.utils.translation import gettext_lazy as _

SIGN_NAMES = {
    "respiratory_rate_per_min": _("Respiration"),
    "oxygen_saturation_percent": _("Oxygen saturation"),
    "on_supplemental_oxygen": _("Air or oxygen"),
    "oxygen_flow_l_per_min": _("Oxygen flow"),
    "fio2_percent": _("Inspired oxygen"),
    "systolic_mmhg": _("Systolic pressure"),
    "diastolic_mmhg": _("Diastolic pressure"),
    "heart_rate_per_min": _("Pulse"),
    "heart_rate_second_per_min": _("Pulse, second reading"),
    "temperature_celsius": _("Temperature"),
    "consciousness": _("Consciousness"),
    "weight_kg": _("Weight"),
    "height_cm": _("Height"),
    "pain_score": _("Pain"),
    "glucose_mmol_per_l": _("Glucose"),
}
# A pressure is missing as a whole: the score counts the systolic one.
NAMES_WHERE_ABSENT = SIGN_NAMES | {
    "oxygen_saturation_percent": "SpO₂",
    "systolic_mmhg": _("Blood pressure"),
}
