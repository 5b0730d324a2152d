"""Give the rows of one patient to another one, and take the same rows back.

Which tables point to patients is read off the models, so tables of other apps come along without
being imported. What stays: leave to open a record, merges themselves, and the words of the search.
"""

from collections.abc import Iterator
from uuid import UUID

from django.db.models import ForeignKey, Model

from patients.models import Patient
from patients.services.history import save_new_version

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

    What was added later stays; where it lay in an encounter that goes back, it is in none.
    """
    going = {
        link.model: _with_corrections(link, moved.get(link.model._meta.label_lower, ()), of)
        for link in links_to_patients()
    }
    for link in links_to_patients():
        _loosen(link, going, of, changed_by, reason)
    for link in links_to_patients():
        rows = link.model._base_manager.filter(**{link.name: of, "pk__in": going[link.model]})
        rows.update(**{link.name: to})


def _with_corrections(link: ForeignKey, ids, patient: Patient) -> set[UUID]:
    """Return the ids, and those of the rows that replaced them since."""
    rows = link.model._base_manager.filter(**{link.name: patient})
    found = set(rows.filter(pk__in=ids).values_list("pk", flat=True))
    for replaces in _columns_to(link.model, {link.model}):
        new = found
        while new:
            new = set(rows.filter(**{f"{replaces.name}__in": new}).values_list("pk", flat=True))
            new -= found
            found |= new
    return found


def _loosen(link: ForeignKey, going: dict, patient: Patient, changed_by, reason: str) -> None:
    """Empty what points from a row that stays to one that goes."""
    staying = link.model._base_manager.filter(**{link.name: patient})
    staying = staying.exclude(pk__in=going[link.model])
    for column in _columns_to(link.model, set(going) - {link.model}):
        gone = going[column.related_model]
        for row in staying.filter(**{f"{column.name}__in": gone}) if gone else ():
            setattr(row, column.name, None)
            save_new_version(row, changed_by=changed_by, reason=reason)


def _columns_to(model: type[Model], others: set) -> list[ForeignKey]:
    return [
        field
        for field in model._meta.concrete_fields
        if field.is_relation and field.related_model in others
    ]
