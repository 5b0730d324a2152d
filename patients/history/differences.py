"""What differs between states of a row: before and after, or opened, stored now and wanted."""

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

MILLISECOND = 1000


@dataclass(frozen=True)
class Change:
    """One field that a change altered."""

    field: str
    before: Any
    after: Any


def changes_between(
    before: Mapping[str, Any], after: Mapping[str, Any], fields: Iterable[str]
) -> list[Change]:
    """Return what differs, in the order of ``fields``; what a state lacks is empty in it."""
    pairs = ((name, before.get(name), after.get(name)) for name in fields)
    return [Change(name, old, new) for name, old, new in pairs if not are_same(old, new)]


@dataclass(frozen=True)
class ThreeWay:
    """One field as somebody opened it, as it is stored now, and as they want it."""

    field: str
    opened: Any
    now: Any
    wanted: Any

    @property
    def is_settled(self) -> bool:
        """Whether there is nothing to decide: what is wanted is stored already."""
        return are_same(self.now, self.wanted)

    @property
    def is_changed_meanwhile(self) -> bool:
        return not are_same(self.opened, self.now)

    @property
    def is_changed_here(self) -> bool:
        return not are_same(self.opened, self.wanted)


def are_same(one: Any, other: Any) -> bool:
    """Tell whether two values say the same: empty is empty, however it is stored.

    Moments are equal to the millisecond, which is what kept versions hold.
    """
    return _plain(one) == _plain(other)


def _plain(value: Any) -> Any:
    if value is None or value == [] or value == {}:
        return ""
    if isinstance(value, str):
        return value.strip().replace("\r\n", "\n")
    if isinstance(value, datetime.datetime):
        return value.replace(microsecond=value.microsecond // MILLISECOND * MILLISECOND)
    return value


def to_the_minute(value: Any) -> Any:
    """Return a moment as a form can hold it; anything else stays as it is."""
    if isinstance(value, datetime.datetime):
        return value.replace(second=0, microsecond=0)
    return value
