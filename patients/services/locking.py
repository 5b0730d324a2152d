"""Hold one patient's record while it is written."""

from django.utils.translation import gettext as _

from aicare.errors import Conflict, Problem, Suggestion
from patients.models import Patient


def lock_for_writing(patient: Patient) -> Patient:
    """Return the patient as the database knows them now, locked until the transaction ends.

    Scale, pregnancy, death and merging may have changed since the caller read the row. SQLite
    ignores the lock; its transactions begin IMMEDIATE and are alone.
    """
    current = (
        Patient.objects.select_for_update(of=("self",)).select_related("site").get(pk=patient.pk)
    )
    refuse_if_merged(current)
    return current


def refuse_if_merged(patient: Patient) -> None:
    """Raise Conflict where another record stands for this one; it says which."""
    if patient.merged_into_id:
        text = _("This record was merged into another one. Use that record.")
        where = Suggestion("patient", str(patient.merged_into_id), "")
        raise Conflict(problems=[Problem("patient_merged", text, None, where)])
