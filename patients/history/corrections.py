"""Rows that other rows correct, as of notes and sets of vital signs: which replaces which."""

from uuid import UUID

from django.db.models import Model


def chain_of(record: Model) -> list:
    """Return all rows that stand for one note or set: the first, its correction, and so on."""
    model = type(record)
    pairs = model._base_manager.filter(patient=record.patient_id, replaces__isnull=False)
    before = dict(pairs.values_list("pk", "replaces_id"))
    after = {old: new for new, old in before.items()}
    first = record.pk
    while first in before:
        first = before[first]
    ids = [first]
    while ids[-1] in after:
        ids.append(after[ids[-1]])
    rows = model._base_manager.select_related("created_by").in_bulk(ids)
    return [rows[one] for one in ids]


def successors_of(rows: list) -> dict[UUID, Model]:
    """Return the rows that took the place of ``rows`` of one table, by the id of the old one."""
    if not rows:
        return {}
    found = type(rows[0])._base_manager.filter(replaces__in=rows)
    return {one.replaces_id: one for one in found}
