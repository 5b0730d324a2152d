"""The tables by source, view, age and sex."""

from collections.abc import Mapping
from typing import Any

from training.evaluation.contents import Page
from training.evaluation.parts import Row, Table, Words, shown

KINDS = (("per_source", "Source"), ("per_view", "View"), ("per_age", "Age in years"),
         ("per_sex", "Sex"))  # fmt: skip
FEW = 10


def breakdown_parts(page: Page) -> list:
    parts: list = [
        Words(
            (
                "A network can profit from recognising where a picture comes from. Only inside one "
                "group is the AUC free of that; a dash: the group holds one kind alone, so only "
                "recall can be told. Groups of fewer than ten patients are marked few: their "
                "intervals say how little is known.",
            )
        )
    ]
    for key, title in KINDS:
        groups = page.figures.get(key, {})
        if groups and (key != "per_source" or len(groups) > 1 or "" not in groups):
            parts.append(_table(title, groups, page))
    return parts if len(parts) > 1 else []


def _table(title: str, groups: Mapping[str, Any], page: Page) -> Table:
    is_exclusive = page.figures["activation"] == "softmax"
    header = [title, "Class", "Pictures", "Recognised", "AUC inside the group"]
    if not is_exclusive:
        header = [title, "Finding", "With / without", "Sensitivity", "Specificity",
                  "AUC inside the group"]  # fmt: skip
    rows = []
    for name, group in groups.items():
        few = " (few)" if group["patients"] < FEW else ""
        for index, code in enumerate(_codes(group, is_exclusive)):
            first = f"{name or 'not stated'}{few}" if not index else ""
            rows.append(Row([first, page.names[code], *_cells(group, code, is_exclusive)]))
    return Table(f"By {title.lower()}", header, rows, words=2)


def _codes(group: Mapping[str, Any], is_exclusive: bool) -> list[str]:
    found = list(group["recall"])
    if not is_exclusive:
        found += [code for code in group["specificity"] if code not in found]
    return found


def _cells(group: Mapping[str, Any], code: str, is_exclusive: bool) -> list[str]:
    recall, auc = group["recall"].get(code), shown(group["auc"].get(code))
    if is_exclusive:
        return [str(recall["pictures"]), shown(recall), auc]
    specificity = group["specificity"].get(code)
    counts = " / ".join(str(side["pictures"]) if side else "0" for side in (recall, specificity))
    return [counts, shown(recall), shown(specificity), auc]
