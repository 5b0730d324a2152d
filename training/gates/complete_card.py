"""Is everything told that a report about a classifier must tell?"""

from collections.abc import Mapping
from typing import Any

from training.gates.claim_items import ITEMS, Item
from training.gates.verdict import Verdict

NAME, TITLE = "complete-card", "Completeness of the card (CLAIM, MI-CLAIM)"
NOT_REPORTED = "not reported"
HEADER = ("Item", "Asked", "Answer", "From")


def check_complete_card(card: Mapping[str, Any]) -> Verdict:
    """Answer every item from the run or the recipe; the needed ones must have an answer."""
    answers = {item.key: answer_to(item, card) for item in ITEMS}
    lacking = [item for item in ITEMS if item.needed and not answers[item.key][0]]
    silent = sum(not text for text, _ in answers.values())
    says = f"{len(ITEMS) - silent} of {len(ITEMS)} items are answered, {silent} are not reported."
    if lacking:
        words = ", ".join(f"{item.key} ({_lower_first(item.asks)})" for item in lacking)
        says += f" These are needed: {words}. Write them into the recipe's [card.answers]."
    rows = tuple(
        (item.numbers, item.asks + (" (needed)" if item.needed else ""),
         answers[item.key][0] or NOT_REPORTED, answers[item.key][1])
        for item in ITEMS
    )  # fmt: skip
    return Verdict(NAME, TITLE, not lacking, says, (HEADER, *rows))


def answer_to(item: Item, card: Mapping[str, Any]) -> tuple[str, str]:
    """Return the answer and who gave it; a person's words come before the run's."""
    written = str(card.get("answers", {}).get(item.key, "")).strip()
    computed = item.from_run(card).strip() if item.from_run else ""
    if written and computed:
        return f"{written} {computed}", "recipe and run"
    return written or computed, "recipe" if written else "run" if computed else "–"


def _lower_first(text: str) -> str:
    return text[0].lower() + text[1:]
