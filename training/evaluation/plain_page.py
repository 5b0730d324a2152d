"""A page in the reports' look for what is no package's: a search, a comparison."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import timezone

from training.config import Recipe
from training.evaluation.parts import Section


@dataclass(frozen=True)
class PlainPage:
    """What the reports' template shows, given instead of gathered from a card."""

    heading: str
    subject: str
    recipe: Recipe
    sections: Sequence[Section]
    warnings: Sequence[tuple[str, str]] = ()

    @property
    def name(self) -> str:
        return self.recipe.name

    @property
    def version(self) -> str:
        return self.recipe.version

    @property
    def made(self) -> str:
        return timezone.now().date().isoformat()

    @property
    def research_only(self) -> bool:
        return bool(self.recipe.card.get("research_only"))
