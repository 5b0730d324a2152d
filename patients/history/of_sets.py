"""How sets came to be as they are: who corrected or withdrew one, when, why, and what changed."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from aicare.models import User
from patients.history.versions import last_changes
from patients.models import Revision, VitalSigns
from patients.set_wording import Difference, differences


@dataclass(frozen=True)
class Change:
    """One act upon a set: a correction with its differences, or a withdrawal without any."""

    by: User | None
    at: datetime.datetime | None
    reason: str
    is_withdrawal: bool = False
    differences: tuple[Difference, ...] = ()


@dataclass(frozen=True)
class SetWithHistory:
    """A set, what made it out of an earlier one, and what ended it."""

    set: VitalSigns
    corrects: Change | None
    ended: Change | None


def with_history(sets: Iterable[VitalSigns]) -> list[SetWithHistory]:
    """Return sets with what was done to each; they bring ``replaces`` and ``replaced_by``."""
    sets = list(sets)
    withdrawn = _withdrawals(one for one in sets if _is_withdrawn(one))
    return [
        SetWithHistory(
            one,
            correction(one.replaces, one) if one.replaces_id else None,
            withdrawn[one.pk] if one.pk in withdrawn else _ended_by_correction(one),
        )
        for one in sets
    ]


def changes_of(one: VitalSigns) -> list[Change]:
    """Return what happened to a set since it was recorded, up to the one that stands, if any."""
    changes, current = [], one
    while replacement := _replacement(current):
        changes.append(correction(current, replacement))
        current = replacement
    if _is_withdrawn(current):
        changes.append(_withdrawals([current])[current.pk])
    return changes


def standing_in_place_of(one: VitalSigns) -> VitalSigns | None:
    """Return the set that stands now where ``one`` stood, or None after a withdrawal."""
    while replacement := _replacement(one):
        one = replacement
    return one if one.status == VitalSigns.Status.FINAL else None


def correction(before: VitalSigns, after: VitalSigns) -> Change:
    return Change(
        after.recorded_by,
        after.created_at,
        after.reason,
        differences=tuple(differences(before, after)),
    )


def _ended_by_correction(one: VitalSigns) -> Change | None:
    replacement = _replacement(one)
    return correction(one, replacement) if replacement else None


def _replacement(one: VitalSigns) -> VitalSigns | None:
    return getattr(one, "replaced_by", None)


def _is_withdrawn(one: VitalSigns) -> bool:
    return one.status == VitalSigns.Status.ENTERED_IN_ERROR and _replacement(one) is None


def _withdrawals(sets: Iterable[VitalSigns]) -> dict:
    """Return for each withdrawn set who did it and when, as its last revision says."""
    sets = list(sets)
    last = last_changes(sets)
    return {one.pk: _withdrawal(one, last.get(one.pk)) for one in sets}


def _withdrawal(one: VitalSigns, revision: Revision | None) -> Change:
    by, at = (revision.changed_by, revision.changed_at) if revision else (None, None)
    return Change(by, at, one.reason, is_withdrawal=True)
