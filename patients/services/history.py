"""Nothing is edited in place: the former state of a row is kept with who changed it and why."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from aicare.errors import InvalidInput, StaleVersion
from aicare.models import Record
from patients.models import Revision
from patients.visible_text import can_be_seen

# What says nothing about the state: key and authorship.
LEFT_OUT = {"id", "created_at", "created_by", "version"}
STALE = gettext_lazy("Somebody changed this record meanwhile. Read it again and repeat.")


def values_of(record: Record) -> dict:
    """Return the state of a row, by field name; of related rows their ids."""
    return {
        field.name: getattr(record, field.attname)
        for field in record._meta.concrete_fields
        if field.name not in LEFT_OUT
    }


def refuse_if_stale(record: Record, expected_version: int | None) -> None:
    """Raise StaleVersion unless ``record``, just read, has the version that somebody looked at."""
    if expected_version is not None and record.version != expected_version:
        raise StaleVersion(STALE)


def check_reason(reason: str) -> None:
    """Raise InvalidInput where an act that must be explained comes without a reason."""
    if not can_be_seen(reason):
        raise InvalidInput(_("Say why."), code="reason_required", attr="reason")


@transaction.atomic
def save_new_version(record: Record, *, changed_by, reason: str = "") -> bool:
    """Store ``record`` as its next version and keep how it was; return False if nothing differs.

    Call it with the patient locked. Raises StaleVersion where the database refuses a second
    revision of one version.
    """
    former = type(record)._base_manager.get(pk=record.pk)
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
