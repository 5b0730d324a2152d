"""Questions that an act raises, and the answers that came with it."""

from collections.abc import Collection, Iterable
from typing import Literal

from aicare.errors import ConfirmationRequired, Problem

# The codes of the questions that were answered with yes, or True for all that are raised.
Confirmed = Collection[str] | Literal[True]


def ask(questions: Iterable[Problem], confirmed: Confirmed) -> list[str]:
    """Return the codes that were raised and answered; raise every question that was not."""
    raised = list(questions)
    if still_open := [one for one in raised if confirmed is not True and one.code not in confirmed]:
        raise ConfirmationRequired(problems=still_open)
    return sorted({one.code for one in raised})
