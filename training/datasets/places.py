"""Find the files that a label file names."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath

from training.datasets.folders import visible_files
from training.datasets.row import Row
from training.errors import TrainingError

SHOWN = 3


def in_place(folder: Path, rows: Sequence[Row], place: str) -> list[Row]:
    """Return the rows with their files as they lie below ``folder``.

    A name with folders must lie just there; CheXpert's paths may begin with the folder's own name.
    A bare name, as ChestX-ray8 gives it, may lie in any folder below, once.
    """
    found, missing, by_name = [], [], None
    for row in rows:
        file = PurePosixPath(row.file)
        if file.is_absolute() or ".." in file.parts:
            raise TrainingError(f"{place}: {row.file} does not lie in the data folder.")
        if len(file.parts) > 1 and file.parts[0] == folder.name and not (folder / file).is_file():
            file = PurePosixPath(*file.parts[1:])
        if not (folder / file).is_file() and len(file.parts) == 1:
            by_name = _by_name(folder) if by_name is None else by_name
            file = _only(by_name.get(file.name, []), file, folder, place)
        if (folder / file).is_file():
            found.append(replace(row, file=file.as_posix()))
        else:
            missing.append(row.file)
    if missing:
        names = ", ".join(missing[:SHOWN]) + (", …" if len(missing) > SHOWN else "")
        raise TrainingError(
            f"{place} lists {len(missing)} of {len(rows)} files that are not in {folder}: {names}. "
            "Bring them, or take their lines out."
        )
    _refuse_twice(found, place)
    return found


def _by_name(folder: Path) -> dict[str, list[PurePosixPath]]:
    files: dict[str, list[PurePosixPath]] = {}
    for path in visible_files(folder):
        files.setdefault(path.name, []).append(PurePosixPath(path.relative_to(folder).as_posix()))
    return files


def _only(
    candidates: list[PurePosixPath], file: PurePosixPath, folder: Path, place: str
) -> PurePosixPath:
    if len(candidates) > 1:
        raise TrainingError(
            f"{place}: {file} may be {candidates[0]} or {candidates[1]} in {folder}. "
            "Name the folder too."
        )
    return candidates[0] if candidates else file


def _refuse_twice(rows: Sequence[Row], place: str) -> None:
    seen: set[str] = set()
    for row in rows:
        if row.file in seen:
            raise TrainingError(f"{place}: {row.file} is listed twice. Keep one of the lines.")
        seen.add(row.file)
