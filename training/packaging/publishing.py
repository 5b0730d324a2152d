"""Bring a finished package from a run folder to the folder that workers read."""

import shutil
from pathlib import Path

from inference.packages import BrokenPackage, Card, digest_of, verify_package
from training.errors import TrainingError
from training.packaging.packages import replaced_at_once

PACKAGE = "package"
"""The folder of a run that holds what it would publish."""


def publish(run_folder: Path, target_folder: Path) -> Path:
    """Copy the run's package to ``target_folder``/<name>/<version>, verified before and after.

    A published version is never overwritten: publishing the same package again changes nothing,
    another one under the same version is refused.
    """
    source = Path(run_folder) / PACKAGE
    card, digest = _verified(source)
    place = Path(target_folder) / card.name / card.version
    if place.exists():
        if _verified(place)[1] != digest:
            raise TrainingError(f"{place} holds another package: give the new one a new version.")
        return place
    with replaced_at_once(place) as staging:
        shutil.copytree(source, staging, dirs_exist_ok=True)
        verify_package(staging, digest)
    return place


def _verified(folder: Path) -> tuple[Card, str]:
    try:
        digest = digest_of(folder)
        return verify_package(folder, digest), digest
    except BrokenPackage as error:
        raise TrainingError(f"{folder} is no publishable package: {error}") from error
