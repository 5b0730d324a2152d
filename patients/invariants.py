"""What must hold in the tables of ``patients`` beyond what constraints can say."""

from collections.abc import Iterator

from django.db.models import Count, Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from patients.early_warning import FROM_AGE_YEARS, RULE, assess
from patients.merging.rows import links_to_patients
from patients.models import (
    Allergy,
    Condition,
    Encounter,
    Medication,
    Note,
    Patient,
    PatientMerge,
    PatientWord,
    Revision,
    VitalSigns,
)
from patients.models.facts import NO_KNOWN_ALLERGY_SNOMED


def broken() -> list[str]:
    """Return a sentence for every rule that some rows break; empty when all is well."""
    return [
        *_two_open_encounters(),
        *_replaced_but_final(),
        *_withdrawn_without_reason(),
        *_of_another_patient(),
        *_outside_encounter(),
        *_outside_life(),
        *_notes_that_do_not_hold(),
        *_allergies_that_contradict(),
        *_without_their_history(),
        *_merged_into_merged(),
        *_merged_elsewhere(),
        *_rows_of_merged(),
        *_merges_that_do_not_hold(),
        *_not_to_be_found(),
        *_not_as_scored(),
    ]


def _sentence(rows, text: str) -> Iterator[str]:
    ids = [str(pk) for pk in rows.values_list("pk", flat=True)[:10]]
    if ids:
        yield f"{text}: {', '.join(ids)}"


def _two_open_encounters():
    open_stays = Count("encounters", filter=Q(encounters__ended_at=None))
    rows = Patient.objects.order_by().annotate(open_stays=open_stays).filter(open_stays__gt=1)
    return _sentence(rows, "patients with two open encounters")


def _replaced_but_final():
    rows = VitalSigns.objects.final().filter(replaced_by__isnull=False)
    return _sentence(rows, "sets that were replaced and still stand")


def _withdrawn_without_reason():
    rows = VitalSigns.objects.filter(status=VitalSigns.Status.ENTERED_IN_ERROR, reason="")
    return _sentence(rows.filter(replaced_by=None), "sets in error without a reason")


def _of_another_patient():
    rows = VitalSigns.objects.filter(
        (Q(encounter__isnull=False) & ~Q(encounter__patient=F("patient")))
        | (Q(replaces__isnull=False) & ~Q(replaces__patient=F("patient")))
    )
    return _sentence(rows, "sets whose encounter or predecessor is another patient's")


def _outside_encounter():
    rows = VitalSigns.objects.final().filter(
        Q(measured_at__lt=F("encounter__started_at")) | Q(measured_at__gt=F("encounter__ended_at"))
    )
    return _sentence(rows, "sets measured outside their encounter")


def _outside_life():
    rows = VitalSigns.objects.final().filter(measured_at__gt=F("patient__deceased_at"))
    yield from _sentence(rows, "sets measured after death")
    rows = Encounter.objects.final().filter(started_at__gt=F("patient__deceased_at"))
    yield from _sentence(rows, "encounters that start after death")


def _notes_that_do_not_hold():
    rows = Note.objects.final().filter(replaced_by__isnull=False)
    yield from _sentence(rows, "notes that were replaced and still stand")
    rows = Note.objects.filter(
        (Q(encounter__isnull=False) & ~Q(encounter__patient=F("patient")))
        | (Q(replaces__isnull=False) & ~Q(replaces__patient=F("patient")))
    )
    yield from _sentence(rows, "notes whose encounter or predecessor is another patient's")


def _allergies_that_contradict():
    others = Allergy.objects.active().filter(patient=OuterRef("patient"))
    others = others.exclude(display__istartswith="no known").exclude(code=NO_KNOWN_ALLERGY_SNOMED)
    rows = Allergy.objects.active().filter(Exists(others), code=NO_KNOWN_ALLERGY_SNOMED)
    return _sentence(rows, "no known allergy, beside an allergy")


def _without_their_history():
    """Every version but the first has its revision: nothing was changed in place.

    Among millions of sets only those that say that they changed are looked at.
    """
    for model in (Patient, Condition, Allergy, Medication, Encounter, Note, VitalSigns):
        kept = Revision.objects.filter(row_id=OuterRef("pk")).order_by().values("row_id")
        count = Coalesce(Subquery(kept.annotate(count=Count("pk")).values("count")), 0)
        rows = model._base_manager.annotate(kept=count).exclude(version=F("kept") + 1)
        rows = rows.exclude(version=1) if model is VitalSigns else rows
        yield from _sentence(rows, f"{model._meta.label} changed without a trace")


def _merged_into_merged():
    rows = Patient.objects.filter(merged_into__merged_into__isnull=False)
    return _sentence(rows, "patients merged into a merged record")


def _merged_elsewhere():
    rows = Patient.objects.exclude(merged_into=None).exclude(merged_into__site=F("site"))
    return _sentence(rows, "patients merged into a record of another site")


def _rows_of_merged():
    """Name each table that has rows of a merged record: they belong to the one that stands."""
    for link in links_to_patients():
        of_merged = {f"{link.name}__merged_into__isnull": False}
        rows = link.model._base_manager.filter(**of_merged)
        yield from _sentence(rows, f"{link.model._meta.label} of merged records")


def _merges_that_do_not_hold():
    rows = PatientMerge.objects.filter(undone_at=None, duplicate__merged_into=None)
    yield from _sentence(rows, "merges that were not undone and whose record is not merged")
    standing = PatientMerge.objects.filter(undone_at=None, duplicate=OuterRef("pk"))
    rows = Patient.objects.exclude(merged_into=None).exclude(Exists(standing))
    yield from _sentence(rows, "merged records that no merge leads elsewhere")


def _not_to_be_found():
    """Everybody who stands is listed once, and nobody who was merged."""
    listed = PatientWord.objects.filter(patient=OuterRef("pk"), word="")
    rows = Patient.objects.standing().exclude(Exists(listed))
    yield from _sentence(rows, "patients whom no search finds")
    rows = Patient.objects.exclude(merged_into=None).filter(words__isnull=False).distinct()
    yield from _sentence(rows, "merged records that a search finds")


def _not_as_scored():
    """Score every set of today's rule again; whom it applied to then is taken from the row."""
    wrong = [
        str(row.pk)
        for row in VitalSigns.objects.filter(rule=RULE).iterator(chunk_size=1000)
        if not _is_as_scored(row)
    ]
    if wrong:
        yield f"sets whose stored score is not that of {RULE}: {', '.join(wrong[:10])}"


def _is_as_scored(row: VitalSigns) -> bool:
    if row.not_applicable_because:
        return row.score is row.score_min is row.score_max is None
    again = assess(
        row.measurements,
        saturation_scale=row.saturation_scale,
        age_years=FROM_AGE_YEARS,
        pregnant=False,
    )
    stored = (row.score, row.score_min, row.score_max, row.risk, row.risk_min, row.missing)
    return (row.points == again.points) and stored == (
        again.score,
        again.score_min,
        again.score_max,
        again.risk,
        again.risk_min,
        list(again.missing),
    )
