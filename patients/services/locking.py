"""Hold one patient's record, or the beds of a site, while they are written."""

from uuid import UUID

from django.utils.translation import gettext as _

from aicare.errors import Conflict, Problem, StaleVersion, Suggestion
from aicare.models import Site
from patients.models import Patient
from patients.services.history import STALE


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


def lock_beds_of(site_id: UUID) -> None:
    """Let one change of who lies where at a site follow the other, until the transaction ends.

    Call it with the patient locked, never before: everybody waits in the same order.
    """
    Site.objects.select_for_update(no_key=True).values_list("pk").get(pk=site_id)


def refuse_if_merged(patient: Patient) -> None:
    """Raise Conflict where another record stands for this one; it says which."""
    if patient.merged_into_id:
        text = _("This record was merged into another one. Use that record.")
        where = Suggestion("patient", str(patient.merged_into_id), "")
        raise Conflict(problems=[Problem("patient_merged", text, None, where)])


def refuse_if_moved(row, *, as_read) -> None:
    """Raise StaleVersion where a row is of another record than when the caller read it.

    Merging and undoing move rows without changing them. What was meant for one person is not done
    to another; call it with the patient of ``as_read`` locked.
    """
    if row.patient_id != as_read.patient_id:
        raise StaleVersion(STALE)
