"""Do pictures that were learnt from come back in the pictures that it is measured on?"""

from collections.abc import Sequence
from typing import Any

from training.gates.verdict import Verdict

NAME, TITLE = "leaks", "Leaks between the splits"
SHOWN = 20


def check_leaks(leaks: Sequence[Any], *, patients_known: bool) -> Verdict:
    """Judge what ``training.datasets.leaks.find_leaks`` found; each leak prints as one line.

    ``patients_known`` tells whether the data name patients at all: without them only pictures can
    be compared, and the verdict says so.
    """
    remark = (
        ""
        if patients_known
        else " The data name no patients: pictures of one person that do not look alike may still"
        " lie in several splits."
    )
    if not leaks:
        says = "No patient and no same or nearly same picture is in two splits." + remark
        return Verdict(NAME, TITLE, True, says)
    more = len(leaks) - SHOWN
    rows = [(str(leak),) for leak in leaks[:SHOWN]] + [(f"and {more} more",)] * (more > 0)
    says = (
        f"{len(leaks)} times a patient or a picture is in two splits: such pictures are recognised "
        "instead of diagnosed, and the figures come out too good." + remark
    )
    return Verdict(NAME, TITLE, False, says, (("In two splits",), *rows))
