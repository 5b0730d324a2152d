"""What a reader must know about a model before believing it: failed checks, and what is not known.

Works on the card as stored (plain JSON), of any make; one place, so that pages, summary and REST
say the same.
"""

from collections.abc import Mapping
from typing import Any

from inference.packages import views_named

Card = Mapping[str, Any]


def failed_gates(card: Card) -> list[Mapping[str, Any]]:
    """Return the publishing checks that the model did not pass."""
    return [gate for gate in card.get("gates", ()) if not gate["passed"]]


def unanswered_gates(card: Card) -> list[Mapping[str, Any]]:
    """Return the failed checks that no recorded reason covers: such a model is not published."""
    override = card.get("override") or {}
    covered = override.get("gates", ()) if str(override.get("reason", "")).strip() else ()
    return [gate for gate in failed_gates(card) if gate["name"] not in covered]


def override_text(card: Card) -> str:
    """Return which checks failed and why the model was published all the same, or nothing."""
    override = card.get("override")
    if not override:
        return ""
    failed = [gate["title"] for gate in failed_gates(card) if gate["name"] in override["gates"]]
    checks = "a check failed" if len(failed) == 1 else f"{len(failed)} checks failed"
    titles = "; ".join(f"“{title}”" for title in failed)
    return f"Published although {checks}: {titles}. Reason: {override['reason'].rstrip('.')}."


def view_text(card: Card) -> str:
    """Return for which views it was made where the picture's own view is not on record."""
    views = list(
        dict.fromkeys(view for one in card["applies_to"] for view in views_named(one.get("view")))
    )
    if not views:
        return ""
    made_for = " or ".join([", ".join(views[:-1]), views[-1]] if views[1:] else views)
    return f"Made for the view {made_for}; the view of this picture is not on record."


def cautions(card: Card) -> list[str]:
    """Return the sentences that stand beside every answer of this model."""
    return [text for text in (override_text(card), view_text(card)) if text]
