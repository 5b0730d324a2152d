"""Where in the order of all hits somebody was found, so that an address can lead on from there."""

import base64
from dataclasses import dataclass
from uuid import UUID

from patients.finding.walks import Row
from patients.models import Patient

TIERS = BEGINNING, PART = 0, 1


@dataclass(frozen=True)
class Place:
    """A hit's place: which term was walked, how it fits (begins, contains), and the row."""

    lead: int
    tier: int
    row: Row

    def as_text(self) -> str:
        """Return the place as an address can carry it."""
        word, line, patient_id = self.row
        said = "\n".join([str(self.lead), str(self.tier), word, line, patient_id.hex])
        return base64.urlsafe_b64encode(said.encode()).decode().rstrip("=")

    @classmethod
    def from_text(cls, text: str) -> "Place":
        """Return the place that ``as_text`` said; raises ValueError for anything else."""
        said = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode()
        lead, tier, word, line, patient_id = said.split("\n")
        if "\0" in said or not lead.isdecimal() or tier not in {"0", "1"}:
            raise ValueError("not a place")
        return cls(int(lead), int(tier), Row(word, line, UUID(patient_id)))


@dataclass(frozen=True)
class Hit:
    """Somebody who was found; ``was`` is the merged record whose name or number did it."""

    patient: Patient
    place: Place
    was: Patient | None = None


@dataclass(frozen=True)
class Page:
    """Some hits; the places where the pages before and behind them start, if there are any."""

    hits: list[Hit]
    before: Place | None = None
    behind: Place | None = None
