"""The pictures of a data set: decoded as the platform does, and prepared once on disk."""

import hashlib
import os
import shutil
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import BinaryIO

import numpy as np

from aicare.errors import DomainError
from imaging.intake import MAGIC
from imaging.pixels import decode_file
from inference.preprocessing import InputSpec, behaviour_digest, prepare
from training.datasets.dataset import DataSet
from training.errors import TrainingError
from training.whole_files import written_whole

DECODING = "2"
"""Changes when ``decode`` gives other pixels, so that pictures are prepared again."""
BLOCK = 64
THREADS = min(4, os.cpu_count() or 1)
SPARE_BYTES = 50_000_000
SECONDS_BETWEEN_LINES = 5.0


def decode(path: Path) -> np.ndarray:
    """Return a picture file's pixels, grey (rows, columns) or colour (rows, columns, 3).

    PNG, JPEG and TIFF, upright, 8 or 16 bit, exactly as the platform reads an upload.
    """
    try:
        with path.open("rb") as file:
            return decode_open(file)
    except (OSError, DomainError) as error:
        raise TrainingError(f"{path} cannot be read: {_reason(error)}") from error


def decode_open(file: BinaryIO) -> np.ndarray:
    """Return the pixels of an open file; raise DomainError with the reason if it has none."""
    start = file.read(8)
    for magic, media_type in MAGIC:
        if start.startswith(magic):
            return decode_file(file, media_type).array
    raise DomainError("The file is not a picture of type PNG, JPEG or TIFF.")


def _reason(error: Exception) -> str:
    return error.strerror or str(error) if isinstance(error, OSError) else str(error)


def prepared_pictures(
    dataset: DataSet, spec: InputSpec, cache: Path, say: Callable[[str], None] | None = None
) -> np.ndarray:
    """Return all pictures prepared, float32 (pictures, height, width, channels), in their order.

    It is a read-only memory map, made once and then reused: memory stays bounded whatever the
    number of pictures.
    """
    key = f"{dataset.fingerprint()} {list(dataset.files)} {behaviour_digest(spec)} {DECODING}"
    path = cache / f"{hashlib.sha256(key.encode()).hexdigest()[:20]}.npy"
    if not path.exists():
        _prepare_all(dataset, spec, path, say or (lambda line: None))
    return np.load(path, mmap_mode="r")


def pictures_of(split: str, dataset: DataSet, pictures: np.ndarray) -> np.ndarray:
    """Return the pictures of a split; of data sorted by split they stay on the disk."""
    chosen = np.flatnonzero(dataset.splits == split)
    if len(chosen) and len(chosen) == chosen[-1] - chosen[0] + 1:
        return pictures[chosen[0] : chosen[-1] + 1]
    return pictures[chosen]


def _prepare_all(dataset: DataSet, spec: InputSpec, path: Path, say: Callable[[str], None]) -> None:
    """Write the memory map beside its place and rename it, so that there is a whole one or none."""
    path.parent.mkdir(parents=True, exist_ok=True)
    shape = (len(dataset), spec.height, spec.width, spec.channels)
    needed = int(np.prod(shape)) * np.dtype(np.float32).itemsize
    free = shutil.disk_usage(path.parent).free
    if needed + SPARE_BYTES > free:
        raise _disk_is_full(needed, free, path.parent)
    try:
        # Written, not mapped: a disk that fills up under a map kills the process without a word.
        with written_whole(path) as partial, partial.open("wb") as handle:
            np.lib.format.write_array_header_2_0(
                handle, {"descr": "<f4", "fortran_order": False, "shape": shape}
            )
            for block in _prepared_blocks(dataset, spec, say):
                handle.write(block.astype("<f4", copy=False).data)
            handle.flush()
            os.fsync(handle.fileno())
    except OSError as error:
        free = shutil.disk_usage(path.parent).free
        raise _disk_is_full(needed, free, path.parent) from error


def _disk_is_full(needed: int, free: int, folder: Path) -> TrainingError:
    return TrainingError(
        f"The prepared pictures need {needed / 1e6:,.0f} MB in {folder}, where {free / 1e6:,.0f} "
        "MB are free: make room, or give another --run folder."
    )


def _prepared_blocks(
    dataset: DataSet, spec: InputSpec, say: Callable[[str], None]
) -> Iterator[np.ndarray]:
    """Yield the prepared pictures in blocks; Pillow decodes and scales outside Python's lock."""
    paths = [dataset.folder / str(file) for file in dataset.files]
    started = spoken = time.monotonic()
    with ThreadPoolExecutor(THREADS) as threads:
        for start in range(0, len(paths), BLOCK):
            block = paths[start : start + BLOCK]
            yield np.stack(list(threads.map(lambda path: prepare(decode(path), spec), block)))
            if time.monotonic() - spoken > SECONDS_BETWEEN_LINES:
                spoken = time.monotonic()
                say(progress_line("prepared", start + len(block), len(paths), spoken - started))


def progress_line(done_word: str, done: int, of: int, seconds: float) -> str:
    rate = done / max(seconds, 1e-6)
    return f"{done} of {of} pictures {done_word}, {rate:.0f}/s, {(of - done) / rate:.0f} s left"
