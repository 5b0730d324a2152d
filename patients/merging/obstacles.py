"""What must be put right before two records of one person can be merged."""

from django.utils.translation import gettext as _

from aicare.errors import Problem
from patients.models import Patient


def obstacles(survivor: Patient, duplicate: Patient) -> list[Problem]:
    """Return what must be put right before the two can be merged."""
    found = []
    if survivor.site_id != duplicate.site_id:
        found.append(Problem("other_site", _("The records are of different sites.")))
    for record in (survivor, duplicate):
        if record.merged_into_id:
            said = {"number": record.medical_record_number}
            text = _("Record %(number)s was merged into another one already.") % said
            found.append(Problem("already_merged", text))
    if all(record.encounters.open().exists() for record in (survivor, duplicate)):
        text = _("Both records have an open stay. Discharge the patient from one of them first.")
        found.append(Problem("two_open_encounters", text))
    for dead, other in ((survivor, duplicate), (duplicate, survivor)):
        if dead.deceased_at and _lives_on(other, dead.deceased_at):
            said = {"died": dead.medical_record_number, "other": other.medical_record_number}
            text = _("Record %(died)s says died, and record %(other)s goes on after that time.")
            found.append(Problem("record_after_death", text % said))
    return found


def _lives_on(patient: Patient, moment) -> bool:
    return (
        patient.vital_signs.final().filter(measured_at__gt=moment).exists()
        or patient.encounters.final().filter(started_at__gt=moment).exists()
    )
