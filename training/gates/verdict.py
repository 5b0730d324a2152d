"""What a publishing gate says about a run: passed or not, in words, with the figures behind it."""

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Verdict:
    """One gate's answer; the report has a section for each, the card a record."""

    name: str
    """short and stable, such as "shortcuts"; what an override names"""
    title: str
    """what is looked at, as a heading; it must not read as praise where the gate failed"""
    passed: bool
    says: str
    """one or two sentences for a person, true whether or not the gate passed"""
    table: tuple[tuple[str, ...], ...] = ()
    """the figures; the first row is the header"""

    def __post_init__(self) -> None:
        if len({len(row) for row in self.table}) > 1:
            raise ValueError(f"The table of {self.name} has rows of different lengths.")

    def on_card(self) -> dict[str, Any]:
        """Return the verdict as plain JSON values."""
        return asdict(self) | {"table": [list(row) for row in self.table]}
