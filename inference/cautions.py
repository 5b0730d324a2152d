"""What a reader must know about a model before believing it: failed checks, and what is not known.

Works on the card as stored (plain JSON), of any make; one place, so that pages, summary and REST
say the same.
"""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from aicare.locale_formats import quoted
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
    return ngettext(
        "Published although a check failed: %(titles)s. Reason: %(reason)s.",
        "Published although %(count)d checks failed: %(titles)s. Reason: %(reason)s.",
        len(failed),
    ) % {
        "count": len(failed),
        "titles": "; ".join(map(quoted, failed)),
        "reason": override["reason"].rstrip("."),
    }


def view_text(card: Card) -> str:
    """Return for which views it was made where the picture's own view is not on record."""
    views = list(
        dict.fromkeys(view for one in card["applies_to"] for view in views_named(one.get("view")))
    )
    if not views:
        return ""
    return _("Made for the view %(views)s; the view of this picture is not on record.") % {
        "views": either(views)
    }


def either(names: list[str]) -> str:
    """Return names as a choice: "A", "A or B", "A, B or C"."""
    if len(names) < 2:
        return "".join(names)
    return _("%(names)s or %(last)s") % {"names": ", ".join(names[:-1]), "last": names[-1]}


def together(names: list[str]) -> str:
    """Return names as a list that holds as a whole: "A", "A and B", "A, B and C"."""
    if len(names) < 2:
        return "".join(names)
    return _("%(names)s and %(last)s") % {"names": ", ".join(names[:-1]), "last": names[-1]}


def cautions(card: Card) -> list[str]:
    """Return the sentences that stand beside every answer of this model."""
    return [text for text in (override_text(card), view_text(card)) if text]
