"""Patients, stays, sets of vital signs and facts as JSON."""

from patients.serializers.early_warning import EarlyWarningSerializer
from patients.serializers.encounters import (
    EncounterChangeSerializer,
    EncounterSerializer,
    NewEncounterSerializer,
)
from patients.serializers.facts import (
    AllergyChangeSerializer,
    AllergySerializer,
    ConditionChangeSerializer,
    ConditionSerializer,
    MedicationChangeSerializer,
    MedicationSerializer,
    NewAllergySerializer,
    NewConditionSerializer,
    NewMedicationSerializer,
)
from patients.serializers.history import HistoryEntrySerializer, HistoryPageSerializer
from patients.serializers.notes import (
    NewNoteSerializer,
    NoteCorrectionSerializer,
    NoteSerializer,
    NoteWithdrawalSerializer,
)
from patients.serializers.patients import (
    FoundPatientSerializer,
    MergedRecordSerializer,
    NewPatientSerializer,
    PatientChangeSerializer,
    PatientSerializer,
)
from patients.serializers.vital_signs import (
    CorrectionSerializer,
    NewVitalSignsSerializer,
    VitalSignsSerializer,
    WithdrawalSerializer,
    vital_signs_json,
)

__all__ = [
    "AllergyChangeSerializer",
    "AllergySerializer",
    "ConditionChangeSerializer",
    "ConditionSerializer",
    "CorrectionSerializer",
    "EarlyWarningSerializer",
    "EncounterChangeSerializer",
    "EncounterSerializer",
    "FoundPatientSerializer",
    "HistoryEntrySerializer",
    "HistoryPageSerializer",
    "MedicationChangeSerializer",
    "MedicationSerializer",
    "MergedRecordSerializer",
    "NewAllergySerializer",
    "NewConditionSerializer",
    "NewEncounterSerializer",
    "NewMedicationSerializer",
    "NewNoteSerializer",
    "NewPatientSerializer",
    "NewVitalSignsSerializer",
    "NoteCorrectionSerializer",
    "NoteSerializer",
    "NoteWithdrawalSerializer",
    "PatientChangeSerializer",
    "PatientSerializer",
    "VitalSignsSerializer",
    "WithdrawalSerializer",
    "vital_signs_json",
]
