"""Bring a finished package from a run folder to the folder that workers read."""

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from inference.cautions import failed_gates
from inference.packages import CARD, BrokenPackage, digest_of, verify_package
from training.errors import TrainingError
from training.evaluation.contents import Page
from training.evaluation.page import write_page
from training.evaluation.reports import METRICS, REPORT
from training.packaging.packages import replaced_at_once, write_card

PACKAGE = "package"
"""The folder of a run that holds what it would publish."""
SHORTEST_REASON = 10
NEVER = ("canary",)
"""No reason helps where every worker would refuse the package."""


@dataclass(frozen=True)
class Override:
    """Why a model is published although checks failed, and who answers for that."""

    reason: str
    by: str
    at: str
    """ISO 8601, with its zone"""

    def __post_init__(self) -> None:
        if len(self.reason.strip()) < SHORTEST_REASON:
            raise TrainingError(
                f"--override needs a reason of at least {SHORTEST_REASON} letters: it stands on "
                "the card and on every page that shows the model."
            )


def publish(run_folder: Path, target_folder: Path, *, override: Override | None = None) -> Path:
    """Copy the run's package to ``target_folder``/<name>/<version>, verified before and after.

    A package that failed a check is refused without ``override``, which is written on the
    published card. A published version is never overwritten: publishing the same package again
    changes nothing (the first reason stands), another one under the same version is refused.
    """
    source = Path(run_folder) / PACKAGE
    card = _verified(source)
    place = Path(target_folder) / card["name"] / card["version"]
    if place.exists():
        return _same(place, card)
    answered = _answered(card, override)
    with replaced_at_once(place) as staging:
        shutil.copytree(source, staging, dirs_exist_ok=True)
        verify_package(staging, digest_of(source))
        if answered:
            write_override(staging, card | {"override": answered})
        verify_package(staging, digest_of(staging))
    return place


def write_override(folder: Path, card: dict[str, Any]) -> None:
    """Write the reason where people read: into the report, then onto the card."""
    measured = folder / "report" / METRICS
    if measured.is_file():
        stored = json.loads(measured.read_bytes())
        told = {key: stored[key] for key in ("figures", "curves", "subject", "history")}
        write_page(folder / "report" / REPORT, Page(card=card, **told))
    write_card(folder, card)


def _answered(card: dict[str, Any], override: Override | None) -> dict[str, Any] | None:
    """Return the override for the card; refuse what must not be published."""
    model = f"{card['name']} {card['version']}"
    if "gates" not in card:
        raise TrainingError(f"{model} was made without the checks: train it again.")
    failed = failed_gates(card)
    names = [gate["name"] for gate in failed]
    if any(name in NEVER for name in names):
        raise TrainingError(f"{model} cannot be loaded: {failed[0]['says']} Train it again.")
    if failed and override is None:
        raise TrainingError(
            f"{model} failed {len(failed)} check(s): {', '.join(names)}. Mend what they found, or "
            'publish it with --override "reason", which stays on every page that shows the model.'
        )
    if override is None:
        return None
    if not failed:
        raise TrainingError(f"{model} passed every check: publish it without --override.")
    return {
        "reason": override.reason.strip(),
        "gates": names,
        "by": override.by,
        "at": override.at,
    }


def _same(place: Path, card: dict[str, Any]) -> Path:
    """Return ``place`` if it holds the run's package, with or without a reason on its card."""
    published = _verified(place)
    if _without_reason(published) != _without_reason(card):
        raise TrainingError(f"{place} holds another package: give the new one a new version.")
    return place


def _without_reason(card: dict[str, Any]) -> dict[str, Any]:
    """Return the card as it was before a reason was written on it and into the report."""
    told = f"report/{REPORT}"
    files = {name: sha256 for name, sha256 in card["files"].items() if name != told}
    return {key: value for key, value in card.items() if key != "override"} | {"files": files}


def _verified(folder: Path) -> dict[str, Any]:
    try:
        verify_package(folder, digest_of(folder))
    except BrokenPackage as error:
        raise TrainingError(f"{folder} is no publishable package: {error}") from error
    return json.loads((folder / CARD).read_bytes())
