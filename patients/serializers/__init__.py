"""Patients, stays, sets of vital signs and facts as JSON."""

from patients.serializers.early_warning import EarlyWarningSerializer
from patients.serializers.encounters import (
    EncounterChangeSerializer,
    EncounterSerializer,
    NewEncounterSerializer,
)
from patients.serializers.facts import (
    AllergySerializer,
    ConditionSerializer,
    FactChangeSerializer,
    MedicationSerializer,
    NewAllergySerializer,
    NewConditionSerializer,
    NewMedicationSerializer,
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
    "AllergySerializer",
    "ConditionSerializer",
    "CorrectionSerializer",
    "EarlyWarningSerializer",
    "EncounterChangeSerializer",
    "EncounterSerializer",
    "FactChangeSerializer",
    "FoundPatientSerializer",
    "MergedRecordSerializer",
    "MedicationSerializer",
    "NewAllergySerializer",
    "NewConditionSerializer",
    "NewEncounterSerializer",
    "NewMedicationSerializer",
    "NewPatientSerializer",
    "NewVitalSignsSerializer",
    "PatientChangeSerializer",
    "PatientSerializer",
    "VitalSignsSerializer",
    "WithdrawalSerializer",
    "vital_signs_json",
]
