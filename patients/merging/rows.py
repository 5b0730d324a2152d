"""Give the rows of one patient to another one, and take the same rows back.

Which tables point to patients is read off the models, so tables of other apps come along without
being imported. What stays: leave to open a record, merges themselves, and the words of the search.
"""

from collections.abc import Iterable, Iterator
from uuid import UUID

from django.db.models import ForeignKey, Model, QuerySet

from patients.models import Patient
from patients.services.history import save_new_version

AT_A_TIME = 1000
STAYS = {
    "patients.patient",
    "patients.breakglassgrant",
    "patients.patientmerge",
    "patients.patientword",
}


def links_to_patients() -> Iterator[ForeignKey]:
    """Yield the column of each table whose rows come along."""
    for relation in Patient._meta.related_objects:
        if relation.related_model._meta.label_lower not in STAYS:
            yield relation.field


def counts_of(patient: Patient) -> dict[type[Model], int]:
    """Return how many rows each table has of a patient."""
    return {
        link.model: link.model._base_manager.filter(**{link.name: patient}).count()
        for link in links_to_patients()
    }


def move_rows(*, of: Patient, to: Patient) -> dict[str, list[str]]:
    """Give every row of one patient to another; return the ids by table."""
    moved = {}
    for link in links_to_patients():
        rows = link.model._base_manager.filter(**{link.name: of})
        ids = [str(pk) for pk in rows.order_by("pk").values_list("pk", flat=True)]
        if ids:
            rows.update(**{link.name: to})
            moved[link.model._meta.label_lower] = ids
    return moved


def move_back(
    moved: dict[str, list[str]], *, of: Patient, to: Patient, changed_by, reason: str
) -> None:
    """Give the rows that ``moved`` names back, with later corrections of them.

    What was added later stays. No row is left pointing to one of the other record.
    """
    links = list(links_to_patients())
    going = {
        link.model: _with_corrections(link, moved.get(link.model._meta.label_lower, ()), of)
        for link in links
    }
    for link in links:
        _loosen(link, going, of, changed_by, reason)
    for link in links:
        for some in _in_batches(going[link.model]):
            link.model._base_manager.filter(pk__in=some).update(**{link.name: to})


def _with_corrections(link: ForeignKey, ids: Iterable[str], patient: Patient) -> set[UUID]:
    """Return which of the ids are still the patient's, and the rows that replaced them since."""
    rows = link.model._base_manager.filter(**{link.name: patient})
    found = set(map(UUID, ids)) & set(rows.values_list("pk", flat=True))
    for replaces in _columns_to(link.model, {link.model}):
        replacing = dict(_pairs(rows, replaces))
        while new := {pk for pk, old in replacing.items() if old in found} - found:
            found |= new
    return found


def _loosen(link: ForeignKey, going: dict, patient: Patient, changed_by, reason: str) -> None:
    """Empty what points from a row that stays to one that goes, or the other way round.

    A set that goes back may lie in a stay of this record, where it was corrected meanwhile.
    """
    rows = link.model._base_manager.filter(**{link.name: patient})
    for column in _columns_to(link.model, set(going) - {link.model}):
        parted = [
            pk
            for pk, other in _pairs(rows, column)
            if (pk in going[link.model]) != (other in going[column.related_model])
        ]
        for some in _in_batches(parted):
            for row in rows.filter(pk__in=some):
                setattr(row, column.name, None)
                save_new_version(row, changed_by=changed_by, reason=reason)


def _pairs(rows: QuerySet, column: ForeignKey) -> QuerySet:
    """Return the id of each row that points somewhere by ``column``, with where to."""
    return rows.exclude(**{column.name: None}).order_by().values_list("pk", column.attname)


def _in_batches(ids: Iterable[UUID]) -> Iterator[list[UUID]]:
    """Yield ids as many at a time as every database takes in one statement."""
    ordered = sorted(ids)
    for start in range(0, len(ordered), AT_A_TIME):
        yield ordered[start : start + AT_A_TIME]


def _columns_to(model: type[Model], others: set) -> list[ForeignKey]:
    return [
        field
        for field in model._meta.concrete_fields
        if field.is_relation and field.related_model in others
    ]
