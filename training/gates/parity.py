"""Does the exported graph say what the trained network says?"""

from collections.abc import Mapping
from typing import Any

from training.gates.verdict import Verdict

NAME, TITLE = "parity", "Export parity"
LARGEST_DIFFERENCE = 0.01
"""From this on a probability counts as moved; calls must not change at all."""


def check_parity(*, precision: str, tried: Mapping[str, Mapping[str, Any]]) -> Verdict:
    """Judge the chosen ``precision`` among those tried on the validation pictures.

    ``tried`` has, by precision, ``largest_difference`` between probabilities, ``changed_calls``,
    and where it was measured ``milliseconds`` per picture.
    """
    chosen = tried[precision]
    agrees = is_the_same(chosen)
    says = (
        f"Precision {precision}: {_calls(chosen['changed_calls'])} on the validation pictures, "
        f"probabilities differ by up to {chosen['largest_difference']:.4f}."
    )
    if not agrees:
        says += f" No call may change and no probability move by {LARGEST_DIFFERENCE:g} or more."
    rows = tuple(
        (
            name + (" (chosen)" if name == precision else ""),
            f"{one['largest_difference']:.5f}",
            str(one["changed_calls"]),
            _time(one.get("milliseconds")),
            "agrees" if is_the_same(one) else "differs",
        )
        for name, one in tried.items()
    )
    header = ("Precision", "largest difference", "changed calls", "ms per picture", "result")
    return Verdict(NAME, TITLE, agrees, says, (header, *rows))


def is_the_same(one: Mapping[str, Any]) -> bool:
    """Whether a graph may serve; a difference of NaN may not."""
    return not one["changed_calls"] and one["largest_difference"] < LARGEST_DIFFERENCE


def _calls(changed: int) -> str:
    return "no call changes" if not changed else f"{changed} calls change"


def _time(milliseconds: float | None) -> str:
    return "–" if milliseconds is None else f"{milliseconds:.1f}"
