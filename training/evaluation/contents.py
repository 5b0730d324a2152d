"""What a report is about: everything that its sections are built from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from training.evaluation.examples import Example


@dataclass(frozen=True)
class Page:
    """Everything that a report shows. What is absent has no section."""

    card: Mapping[str, Any]
    """as on disk: labels, limits, data, training, gates, metrics …"""
    figures: Mapping[str, Any]
    """``training.evaluation.figures.evaluate`` of the pictures that the report is about"""
    curves: Mapping[str, Any]
    """``training.evaluation.curves.curves`` of the same pictures"""
    subject: str
    """which pictures these are, in words"""
    history: Sequence[Mapping[str, Any]] = ()
    examples: Sequence[Example] = ()
    """pictures of the data: never in a package"""

    @property
    def heading(self) -> str:
        return self.card["title"]

    @property
    def name(self) -> str:
        return self.card["name"]

    @property
    def version(self) -> str:
        return self.card["version"]

    @property
    def made(self) -> str:
        return str(self.card.get("created_at", ""))[:10]

    @property
    def research_only(self) -> bool:
        return bool(self.card.get("research_only"))

    @property
    def names(self) -> dict[str, str]:
        """What each label code is called."""
        return {label["code"]: label["display"] for label in self.card["labels"]}

    @property
    def findings(self) -> list[Mapping[str, Any]]:
        return [label for label in self.card["labels"] if label["role"] == "finding"]

    @property
    def gates(self) -> Sequence[Mapping[str, Any]]:
        return self.card.get("gates", ())

    @property
    def warnings(self) -> list[tuple[str, str]]:
        """What must be known before any figure is read."""
        failed = [gate["title"] for gate in self.gates if not gate["passed"]]
        lines = []
        if failed:
            lines.append(
                (f"{len(failed)} of {len(self.gates)} publishing gates failed:",
                 "; ".join(failed))
            )  # fmt: skip
        if override := self.card.get("override"):
            lines.append(
                ("Published in spite of that:", f"“{override['reason']}”, {override['by']}.")
            )
        if self.card.get("state") == "shadow":
            lines.append(("Only watches, is not shown:", self.card.get("state_reason", "")))
        lines += [("Not reported:", line) for line in self.figures["not_reported"]]
        return lines

    @property
    def without_pictures(self) -> "Page":
        """The edition that goes into a package."""
        return replace(self, examples=())
