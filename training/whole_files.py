"""Write files and folders whole or not at all: beside their place, then renamed."""

import contextlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def written_whole(path: Path) -> Iterator[Path]:
    """Give the place to write ``path`` to: renamed at the end, removed after an error.

    What killed processes left in the same folder is removed too; names carry the process.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    remove_leftovers(path.parent)
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    # In a container every process may have the number of the one killed before it.
    _remove(partial)
    try:
        yield partial
        partial.rename(path)
    finally:
        _remove(partial)


def write_whole(path: Path, text: str) -> Path:
    """Write ``text`` to ``path`` and return it."""
    with written_whole(path) as partial:
        partial.write_text(text, encoding="utf-8", newline="")
    return path


def remove_leftovers(folder: Path) -> None:
    """Remove what processes that were killed left unfinished in ``folder``."""
    for partial in folder.glob(".*.partial"):
        writer = partial.name.split(".")[-2]
        if writer.isdigit() and not _is_running(int(writer)):
            _remove(partial)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def _is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
