"""Look at every file of a data set once: can it be decoded, what is its digest, how does it look.

The answers are kept in the cache by name, size and time of change, so that the next run only looks
at what is new.
"""

import contextlib
import hashlib
import io
import time
import zipfile
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from django.conf import settings

from aicare.errors import DomainError
from inference.preprocessing import as_grey, resize
from training.datasets.near_duplicates import perceptual_hashes
from training.datasets.pictures import (
    DECODING,
    SECONDS_BETWEEN_LINES,
    THREADS,
    decode_open,
    progress_line,
)
from training.whole_files import written_whole

SIDE = 32
BLOCK = 256
HASH_BYTES = 32
ARRAYS = ("stamps", "digests", "sizes", "thumbnails", "hashes", "problems")


KINDS = {"stamps": np.int64, "sizes": np.int32}


@dataclass(frozen=True)
class Survey:
    """What was seen of each file, as parallel arrays."""

    files: np.ndarray
    stamps: np.ndarray
    """int64 (files, 2): bytes, time of change"""
    digests: np.ndarray
    """sha256"""
    sizes: np.ndarray
    """int32 (files, 2): rows, columns"""
    thumbnails: np.ndarray
    """uint8 (files, SIDE, SIDE), grey, squeezed to a square, spread over 0..255"""
    hashes: np.ndarray
    """uint8 (files, 8, 32): perceptual hashes of the thumbnail's eight views"""
    problems: np.ndarray
    """why the file cannot be used, empty where it can"""

    def of(self, files: Sequence[str]) -> "Survey":
        """Return what was seen of ``files``, in their order."""
        place = {file: index for index, file in enumerate(self.files.tolist())}
        order = [place[str(file)] for file in files]
        return Survey(self.files[order], *(getattr(self, name)[order] for name in ARRAYS))


def default_cache() -> Path:
    """Where answers about files, and unpacked zips, are kept for all runs."""
    return Path(settings.DATA_DIR) / "training" / "cache"


def survey(
    folder: Path,
    files: Sequence[str],
    cache: Path,
    say: Callable[[str], None] | None = None,
) -> Survey:
    """Return what is to be seen of ``files`` below ``folder``; every file must exist."""
    files = [str(file) for file in files]
    key = hashlib.sha256(f"{folder.resolve()} {DECODING}".encode()).hexdigest()[:20]
    path = cache / "surveys" / f"{key}.npz"
    known = _load(path)
    stamps = {file: _stamp(folder / file) for file in files}
    new = [file for file in files if file not in known or known[file][0] != stamps[file]]
    if new:
        try:
            _look_at_all(folder, new, stamps, known, say or (lambda line: None))
        finally:
            _keep(path, known)
    return _survey_of(files, known)


def _stamp(path: Path) -> tuple[int, int]:
    status = path.stat()
    return status.st_size, status.st_mtime_ns


def _look_at_all(folder, files, stamps, known, say) -> None:
    started = spoken = time.monotonic()
    with ThreadPoolExecutor(THREADS) as threads:
        for start in range(0, len(files), BLOCK):
            block = files[start : start + BLOCK]
            for file, seen in zip(
                block, threads.map(lambda file: _look_at(folder / file), block), strict=True
            ):
                known[file] = (stamps[file], *seen)
            if time.monotonic() - spoken > SECONDS_BETWEEN_LINES:
                spoken = time.monotonic()
                say(progress_line("checked", start + len(block), len(files), spoken - started))


def _look_at(path: Path) -> tuple[str, tuple[int, int], np.ndarray, np.ndarray, str]:
    """Return digest, size, thumbnail, hashes and problem of a file."""
    nothing = ((0, 0), np.zeros((SIDE, SIDE), np.uint8), np.zeros((8, HASH_BYTES), np.uint8))
    try:
        content = path.read_bytes()
    except OSError as error:
        return "", *nothing, error.strerror or str(error)
    digest = hashlib.sha256(content).hexdigest()
    try:
        pixels = decode_open(io.BytesIO(content))
    except (DomainError, MemoryError) as error:
        return digest, *nothing, str(error)
    small = thumbnail(pixels)
    return digest, pixels.shape[:2], small, perceptual_hashes(small), ""


def thumbnail(pixels: np.ndarray) -> np.ndarray:
    """Return ``pixels`` as uint8 (SIDE, SIDE), grey, spread over the whole range."""
    small = resize(as_grey(pixels), SIDE, SIDE)
    low, high = float(small.min()), float(small.max())
    return np.round((small - low) * (255 / max(high - low, 1e-6))).astype(np.uint8)


def _survey_of(files: Sequence[str], known: dict) -> Survey:
    columns = dict(zip(ARRAYS, zip(*(known[file] for file in files), strict=True), strict=True))
    return Survey(
        files=np.array(files),
        **{name: np.array(values, dtype=KINDS.get(name)) for name, values in columns.items()},
    )


def _load(path: Path) -> dict:
    """Return what is known by file; a cache that cannot be read is no cache."""
    try:
        with np.load(path) as stored:
            files = stored["files"].tolist()
            columns = [_listed(stored[name]) for name in ARRAYS]
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return {}
    return dict(zip(files, zip(*columns, strict=True), strict=True))


def _listed(array: np.ndarray) -> list:
    """Return the entries as Python's own, but pictures as arrays."""
    if array.ndim > 2:
        return list(array)
    return [tuple(row) for row in array.tolist()] if array.ndim == 2 else array.tolist()


def _keep(path: Path, known: dict) -> None:
    if not known:
        return
    # A full disk: the files are looked at again next time.
    with contextlib.suppress(OSError), written_whole(path) as partial, partial.open("wb") as handle:
        np.savez(handle, **vars(_survey_of(list(known), known)))
