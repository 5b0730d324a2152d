"""Join two records of one person, and take the joining back.

One record stays and gets everything that the other one holds; the other one leads to it. Nothing
is merged into a merged record: what was merged into the other one before leads on.
"""

import json
from collections.abc import Iterable
from uuid import UUID

from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from aicare.audit import record_access
from aicare.errors import Conflict, NotAllowed, StaleVersion
from patients.history.versions import as_python
from patients.merging.obstacles import obstacles
from patients.merging.rows import move_back, move_rows
from patients.models import Patient, PatientMerge
from patients.services.facts import settle_allergies
from patients.services.history import STALE, check_reason, save_new_version, values_of
from patients.services.patients import AUTHORISE_SCALE_2, check_identity
from patients.services.words import write_words

# What may be taken from the other record. The record number stays: it must be free for others,
# and the other one's number goes on leading to the record.
CHOICES = (
    "family_name",
    "given_names",
    "birth_date",
    "sex",
    "pregnancy_status",
    "saturation_scale",
    "deceased_at",
    "phone",
    "address",
    "emergency_contact_name",
    "emergency_contact_relationship",
    "emergency_contact_phone",
)
# Who decided and when goes with the value.
GOES_WITH = {
    "pregnancy_status": ("pregnancy_status_since", "pregnancy_status_by"),
    "saturation_scale": ("saturation_scale_authorised_by", "saturation_scale_authorised_at"),
}
FOLLOWERS = "patients.patient"


@transaction.atomic
def merge_patients(
    *,
    survivor: Patient,
    duplicate: Patient,
    merged_by,
    reason: str,
    chosen: Iterable[str] = (),
    versions: tuple[int, int] | None = None,
) -> PatientMerge:
    """Move everything of ``duplicate`` to ``survivor``; take the fields ``chosen`` from it too.

    ``versions`` are those of both records that the person looked at: raises StaleVersion when one
    of them has changed since. Raises Conflict where ``obstacles`` names one.
    """
    check_reason(reason)
    reason, chosen = reason.strip(), _fields(chosen)
    if survivor.pk == duplicate.pk:
        raise Conflict(_("A record cannot be merged with itself."), code="merged_with_itself")
    followers = _followers_of(duplicate)
    locked = _lock(survivor.pk, duplicate.pk, *followers)
    survivor, duplicate = locked[survivor.pk], locked[duplicate.pk]
    if versions not in {None, (survivor.version, duplicate.version)}:
        raise StaleVersion(STALE)
    if found := obstacles(survivor, duplicate):
        raise Conflict(problems=found)
    # One more must come along; one that was given back meanwhile is another person's.
    if _followers_of(duplicate) != followers:
        raise Conflict(_("Somebody merged these records just now. Look again."))
    if survivor.saturation_scale != duplicate.saturation_scale:
        _check_may_decide_about_scale(merged_by)
    merge = PatientMerge(
        survivor=survivor, duplicate=duplicate, reason=reason, created_by=merged_by,
        survivor_before=_take(survivor, duplicate, chosen),
        duplicate_before=values_of(duplicate),
    )  # fmt: skip
    settle_allergies(
        survivor=survivor, duplicate=duplicate, changed_by=merged_by, reason="Two records joined"
    )
    merge.moved = _moved(survivor, duplicate)
    check_identity(survivor)
    save_new_version(survivor, changed_by=merged_by, reason=reason)
    for record in (duplicate, *(locked[pk] for pk in followers)):
        record.merged_into = survivor
        save_new_version(record, changed_by=merged_by, reason=reason)
    if followers:
        merge.moved[FOLLOWERS] = [str(pk) for pk in followers]
    merge.save()
    write_words(duplicate)
    write_words(survivor)
    _record(merged_by, "patient.merged", merge)
    return merge


@transaction.atomic
def undo_merge(*, merge: PatientMerge, undone_by, reason: str) -> PatientMerge:
    """Give the other record back what it held; what was added since stays with the survivor."""
    check_reason(reason)
    reason = reason.strip()
    followers = [UUID(pk) for pk in merge.moved.get(FOLLOWERS, ())]
    locked = _lock(merge.survivor_id, merge.duplicate_id, *followers)
    merge = PatientMerge.objects.get(pk=merge.pk)
    survivor, duplicate = locked[merge.survivor_id], locked[merge.duplicate_id]
    if merge.undone_at is not None:
        raise Conflict(_("This merge was undone before."), code="already_undone")
    if survivor.merged_into_id:
        raise Conflict(
            _("The record was merged into another one since. Undo that merge first."),
            code="merged_later",
        )
    _refuse_if_another_builds_on(merge)
    move_back(merge.moved, of=survivor, to=duplicate, changed_by=undone_by, reason=reason)
    _give_back(survivor, merge)
    for record in (survivor, duplicate):
        check_identity(record)
    save_new_version(survivor, changed_by=undone_by, reason=reason)
    duplicate.merged_into = None
    save_new_version(duplicate, changed_by=undone_by, reason=reason)
    for record in (locked[pk] for pk in followers):
        if record.merged_into_id == survivor.pk:
            record.merged_into = duplicate
            save_new_version(record, changed_by=undone_by, reason=reason)
    merge.undone_at, merge.undone_by, merge.undo_reason = timezone.now(), undone_by, reason
    merge.version += 1
    merge.save()
    write_words(survivor)
    write_words(duplicate)
    _record(undone_by, "patient.merge-undone", merge)
    return merge


def _fields(names: Iterable[str]) -> list[str]:
    wanted = set(names)
    if unknown := wanted - set(CHOICES):
        raise TypeError(f"not fields to choose: {sorted(unknown)}")
    return [name for name in CHOICES if name in wanted]


def _check_may_decide_about_scale(user) -> None:
    if not user.has_perm(AUTHORISE_SCALE_2):
        raise NotAllowed(
            _("The oxygen saturation targets differ: a clinician merges these records.")
        )


def _followers_of(patient: Patient) -> list[UUID]:
    """Return the records that lead to this one."""
    followers = Patient.objects.filter(merged_into=patient).order_by("pk")
    return list(followers.values_list("pk", flat=True))


def _lock(*ids: UUID) -> dict[UUID, Patient]:
    """Lock the records in one order, so that two merges of the same records cannot block."""
    rows = Patient.objects.select_for_update(of=("self",)).select_related("site")
    return {patient.pk: patient for patient in rows.filter(pk__in=ids).order_by("pk")}


def _take(survivor: Patient, duplicate: Patient, chosen: list[str]) -> dict:
    """Give ``survivor`` the other one's values; return the ones that they replace."""
    before = values_of(survivor)
    replaced = {}
    for name in chosen:
        if getattr(survivor, name) == getattr(duplicate, name):
            continue
        for column in (name, *GOES_WITH.get(name, ())):
            replaced[column] = before[column]
            setattr(survivor, column, getattr(duplicate, column))
    return replaced


def _moved(survivor: Patient, duplicate: Patient) -> dict[str, list[str]]:
    try:
        with transaction.atomic():
            return move_rows(of=duplicate, to=survivor)
    except IntegrityError:
        raise Conflict(
            _("Some rows of the two records cannot be in one record."), code="rows_conflict"
        ) from None


def _give_back(survivor: Patient, merge: PatientMerge) -> None:
    """Restore what the merge had replaced, unless it was changed again since."""
    replaced = as_python(survivor, merge.survivor_before)
    taken = merge.duplicate_before
    for name in CHOICES:
        if name not in replaced or _as_stored(values_of(survivor)[name]) != taken[name]:
            continue
        for column in (name, *GOES_WITH.get(name, ())):
            setattr(survivor, survivor._meta.get_field(column).attname, replaced[column])


def _refuse_if_another_builds_on(merge: PatientMerge) -> None:
    """Raise Conflict where a later merge replaced what this one took from the other record.

    Undone in this order, the later one would give the survivor a value of the wrong person back.
    """
    later = merge.survivor.merges.filter(undone_at=None, created_at__gt=merge.created_at)
    if any(one.survivor_before.keys() & merge.survivor_before.keys() for one in later):
        raise Conflict(
            _("A later merge changed the same fields of this record. Undo that merge first."),
            code="merged_later",
        )


def _as_stored(value):
    return json.loads(json.dumps(value, cls=DjangoJSONEncoder))


def _record(user, action: str, merge: PatientMerge) -> None:
    for patient_id in (merge.survivor_id, merge.duplicate_id):
        record_access(
            user=user,
            action=action,
            patient_id=patient_id,
            object_id=merge.pk,
            detail=f"{merge.duplicate_id} into {merge.survivor_id}",
        )
