"""Every act that changes a patient's record: one transaction, one audit event, the object back."""

from patients.services.encounters import (
    end_encounter,
    move_encounter,
    reopen_encounter,
    start_encounter,
    withdraw_encounter,
)
from patients.services.facts import (
    change_fact,
    record_allergy,
    record_condition,
    record_medication,
)
from patients.services.notes import correct_note, withdraw_note, write_note
from patients.services.own_wards import call_ward_own, leave_own_ward
from patients.services.patients import change_patient, register_patient
from patients.services.vital_signs import (
    correct_vital_signs,
    record_vital_signs,
    withdraw_vital_signs,
)

__all__ = [
    "call_ward_own",
    "change_fact",
    "change_patient",
    "correct_note",
    "correct_vital_signs",
    "end_encounter",
    "leave_own_ward",
    "move_encounter",
    "record_allergy",
    "record_condition",
    "record_medication",
    "record_vital_signs",
    "register_patient",
    "reopen_encounter",
    "start_encounter",
    "withdraw_encounter",
    "withdraw_note",
    "withdraw_vital_signs",
    "write_note",
]
