"""Nothing is edited in place: the former state of a row is kept with who changed it and why."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from aicare.errors import StaleVersion
from aicare.models import Record
from patients.models import Revision

# What says nothing about the state: key and authorship.
LEFT_OUT = {"id", "created_at", "created_by", "version"}
STALE = _("Somebody changed this record meanwhile. Read it again and repeat.")


def values_of(record: Record) -> dict:
    """Return the state of a row, by field name; of related rows their ids."""
    return {
        field.name: getattr(record, field.attname)
        for field in record._meta.concrete_fields
        if field.name not in LEFT_OUT
    }


@transaction.atomic
def save_new_version(
    record: Record, *, changed_by, reason: str = "", expected_version: int | None = None
) -> bool:
    """Store ``record`` as its next version and keep how it was; return False if nothing differs.

    Call it with the patient locked. Raises StaleVersion when the stored row no longer has
    ``expected_version``; the database refuses a second revision of one version.
    """
    former = type(record)._base_manager.get(pk=record.pk)
    if expected_version is not None and former.version != expected_version:
        raise StaleVersion(STALE)
    before = values_of(former)
    if before == values_of(record):
        return False
    try:
        with transaction.atomic():
            Revision.objects.create(
                table=record._meta.label_lower,
                row_id=record.pk,
                version=former.version,
                values=before,
                changed_by=changed_by,
                reason=reason.strip(),
            )
    except IntegrityError:
        raise StaleVersion(STALE) from None
    record.version = former.version + 1
    record.save(force_update=True)
    return True
