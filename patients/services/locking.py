"""Hold one patient's record while it is written."""

from aicare.errors import Conflict
from patients.models import Patient


def lock_for_writing(patient: Patient) -> Patient:
    """Return the patient as the database knows them now, locked until the transaction ends.

    Scale, pregnancy, death and merging may have changed since the caller read the row. SQLite
    ignores the lock; its transactions begin IMMEDIATE and are alone.
    """
    current = (
        Patient.objects.select_for_update(of=("self",)).select_related("site").get(pk=patient.pk)
    )
    if current.merged_into_id:
        raise Conflict(
            "This record was merged into another one. Use that record.", code="patient_merged"
        )
    return current
