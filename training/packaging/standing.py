"""Is a model good enough to be used, or does it only watch? The recipe's bars decide."""

from collections.abc import Mapping, Sequence
from typing import Any

from training.config import Recipe
from training.errors import TrainingError

ACTIVE, SHADOW = "active", "shadow"
OF_A_LABEL = ("auc", "recall")
OF_ALL = ("balanced_accuracy", "accuracy", "macro_auc")


def standing(bars: Sequence[Mapping[str, Any]], test: Mapping[str, Any]) -> dict[str, str]:
    """Return ``state`` for the card, and ``state_reason`` where a bar was missed.

    A bar is met when the lower 95 % bound of the figure on the test split reaches it; a figure
    that could not be measured misses it.
    """
    missed = [_missed(bar, test) for bar in bars]
    reasons = [reason for reason in missed if reason]
    if not reasons:
        return {"state": ACTIVE}
    return {"state": SHADOW, "state_reason": " ".join(reasons)}


def check_bars(recipe: Recipe) -> None:
    """Refuse a bar that names no figure or no label, before hours of training."""
    codes = {label["code"] for label in recipe.labels}
    for bar in recipe.bars:
        figure = bar.get("figure")
        if figure not in (*OF_A_LABEL, *OF_ALL) or not isinstance(bar.get("at_least"), int | float):
            known = ", ".join((*OF_A_LABEL, *OF_ALL))
            raise TrainingError(f"A bar needs a figure ({known}) and at_least, not {dict(bar)}.")
        if figure in OF_A_LABEL and bar.get("label") not in codes:
            raise TrainingError(f"The bar on {figure} needs a label, one of {sorted(codes)}.")


def _missed(bar: Mapping[str, Any], test: Mapping[str, Any]) -> str:
    """Return why the bar is missed, or an empty string."""
    name, label = bar["figure"], bar.get("label", "")
    row = test.get("per_class", {}).get(label, {}) if name in OF_A_LABEL else test
    figure = row.get(name) or {}
    what = f"{name.replace('_', ' ').replace('auc', 'AUC')}{f' of {label}' if label else ''}"
    low = figure.get("low")
    if low is None:
        return f"The {what} could not be measured with an interval; {bar['at_least']:g} is asked."
    if low >= bar["at_least"]:
        return ""
    return (
        f"The {what} on the test pictures is {figure['value']:.2f}; its lower 95 % bound "
        f"{low:.2f} misses the stated {bar['at_least']:.2f}."
    )
