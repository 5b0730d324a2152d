"""Where an external evaluation is kept: with the package, or beside a published one."""

import json
import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.conf import settings

from inference.models.model_version import package_roots
from inference.packages import CARD
from training.evaluation.contents import Page
from training.evaluation.external import Evaluation
from training.evaluation.reports import METRICS, REPORT, write_edition
from training.packaging.packages import replaced_at_once, write_card

EVALUATIONS = "evaluations"
ON_CARD = (
    "pictures", "patients", "balanced_accuracy", "accuracy", "macro_auc",
    "expected_calibration_error", "per_class", "calls", "abstained",
    "known_left_out", "not_reported",
)  # fmt: skip


def keep(package: Path, evaluation: Evaluation, out: Path | None) -> list[Path]:
    """Write the report where it belongs and return the files, the first of each place.

    Other data only are put on record, and without any picture; ``out`` gets the edition with
    pictures, of whatever was measured.
    """
    card = json.loads((package / CARD).read_bytes())
    page = page_of(card, evaluation, with_pictures=out is not None)
    written = []
    if out is not None:
        write_edition(out, REPORT, METRICS, page)
        written.append(out / REPORT)
    if not evaluation.is_external:
        return written
    name = f"external-{slug(evaluation.question.title)}"
    if is_published(package, card):
        folder = Path(settings.DATA_DIR) / EVALUATIONS / card["name"] / card["version"]
        write_edition(folder, f"{name}.html", f"{name}.json", page.without_pictures)
        return [*written, folder / f"{name}.html"]
    add_to_package(package, card, name, page.without_pictures, evaluation)
    return [*written, package / "report" / f"{name}.html"]


def page_of(card: Mapping[str, Any], evaluation: Evaluation, *, with_pictures: bool) -> Page:
    kind = "other data" if evaluation.is_external else "of the data that it was made with"
    silent, known = evaluation.figures["abstentions"], evaluation.figures["known_left_out"]
    left_out = f"; {known} that it knows left out" if known else ""
    return Page(
        card=card,
        figures=evaluation.figures,
        curves=evaluation.measured.curves(),
        subject=(
            f"Measured on {evaluation.question.title} ({kind}): {silent['of']} pictures, "
            f"abstained on {silent['pictures']}{left_out}"
        ),
        examples=evaluation.measured.examples() if with_pictures else (),
    )


def is_published(package: Path, card: Mapping[str, Any]) -> bool:
    """Whether the package lies where workers read, or a copy of its version does."""
    place = package.resolve()
    roots = [root.resolve() for root in package_roots().values()]
    return any(
        place.is_relative_to(root) or (root / card["name"] / card["version"]).exists()
        for root in roots
    )


def add_to_package(
    package: Path, card: dict[str, Any], name: str, page: Page, evaluation: Evaluation
) -> None:
    """Put the page into the package's report and the figures on its card, all at once."""
    entry = {
        "name": evaluation.question.title,
        "report": f"report/{name}.html",
        **{key: evaluation.figures[key] for key in ON_CARD},
    }
    others = [one for one in card["metrics"].get("external", ()) if one["name"] != entry["name"]]
    card["metrics"]["external"] = [*others, entry]
    with replaced_at_once(package) as staging:
        shutil.copytree(package, staging, dirs_exist_ok=True)
        write_edition(staging / "report", f"{name}.html", f"{name}.json", page)
        write_card(staging, {key: value for key, value in card.items() if key != "files"})


def slug(name: str) -> str:
    """Return ``name`` as a part of a file name."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "data"
