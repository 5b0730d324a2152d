"""What the current request is, for rules and audit rows deep below the view."""

import datetime
from collections.abc import Iterable
from contextvars import ContextVar
from dataclasses import dataclass
from uuid import UUID

request_id: ContextVar[str] = ContextVar("request_id", default="")
token_prefix: ContextVar[str] = ContextVar("token_prefix", default="")


@dataclass(frozen=True)
class Opening:
    """A record outside the reader's sites that this session opened for a while (break-glass)."""

    grant_id: UUID
    patient_id: UUID
    expires_at: datetime.datetime

    @property
    def mark(self) -> str:
        """How audit rows of what is done under it begin."""
        return f"{OPENED} {self.grant_id}"


OPENED = "break-glass"


class Openings:
    """The records that the session of this request has open, and which of them it came to use."""

    def __init__(self, openings: Iterable[Opening] = ()):
        self._by_patient = {opening.patient_id: opening for opening in openings}
        self.used: Opening | None = None

    @property
    def grant_ids(self) -> list[UUID]:
        return [opening.grant_id for opening in self._by_patient.values()]

    def of(self, patient_id: UUID | None) -> Opening | None:
        """Return the opening of a record, if it is one of them."""
        return self._by_patient.get(patient_id)

    def use(self, patient_ids: Iterable[UUID | None]) -> Opening | None:
        """Return the opening that a read or change of ``patient_ids`` needs, and remember it."""
        found = next(filter(None, map(self.of, patient_ids)), None)
        self.used = found or self.used
        return found


# None: there is no request, as in a command.
openings: ContextVar[Openings | None] = ContextVar("openings", default=None)


def opening_of(patient_id: UUID | None) -> Opening | None:
    """Return by which opening this request sees a record, or None where it needs none."""
    current = openings.get()
    return current.of(patient_id) if current else None
