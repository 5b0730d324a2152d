"""Tables of the person: who, where on the ward, what was measured, what is known."""

from patients.models.encounter import Encounter
from patients.models.facts import Allergy, Condition, Medication
from patients.models.patient import Patient
from patients.models.policy import ObservationPolicy
from patients.models.vital_signs import VitalSigns

__all__ = [
    "Allergy",
    "Condition",
    "Encounter",
    "Medication",
    "ObservationPolicy",
    "Patient",
    "VitalSigns",
]
