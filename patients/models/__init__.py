"""Tables of the person: who, where on the ward, what was measured, what is known."""

from patients.models.break_glass import BreakGlassGrant
from patients.models.encounter import Encounter
from patients.models.facts import Allergy, Condition, Medication
from patients.models.merge import PatientMerge
from patients.models.note import Note
from patients.models.own_ward import OwnWard
from patients.models.patient import Patient
from patients.models.policy import ObservationPolicy
from patients.models.revision import Revision
from patients.models.search_word import NameWord, PatientWord
from patients.models.vital_signs import VitalSigns

__all__ = [
    "Allergy",
    "BreakGlassGrant",
    "Condition",
    "Encounter",
    "Medication",
    "NameWord",
    "Note",
    "ObservationPolicy",
    "OwnWard",
    "Patient",
    "PatientMerge",
    "PatientWord",
    "Revision",
    "VitalSigns",
]
