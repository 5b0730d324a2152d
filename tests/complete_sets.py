"""Two complete sets of vital signs, as REST and services take them: NEWS2 0 and NEWS2 10."""

WELL = {
    "respiratory_rate_per_min": 14, "oxygen_saturation_percent": 98,
    "on_supplemental_oxygen": False, "systolic_mmhg": 121, "diastolic_mmhg": 76,
    "heart_rate_per_min": 66, "consciousness": "alert", "temperature_celsius": "36.8",
}  # fmt: skip
ILL = WELL | {
    "respiratory_rate_per_min": 22, "oxygen_saturation_percent": 93,
    "on_supplemental_oxygen": True, "systolic_mmhg": 105, "diastolic_mmhg": 60,
    "heart_rate_per_min": 112, "temperature_celsius": "38.4", "pain_score": 3,
}  # fmt: skip
