"""The pictures of a data set: decoded, and prepared once into a memory map on disk."""

import hashlib
import os
from pathlib import Path

import numpy as np
from PIL import Image

from inference.preprocessing import InputSpec, behaviour_digest, prepare
from training.datasets.dataset import DataSet
from training.errors import TrainingError


def decode(path: Path) -> np.ndarray:
    """Return a picture file's pixels, grey (rows, columns) or colour (rows, columns, 3)."""
    try:
        with Image.open(path) as image:
            if image.mode == "I;16":
                return np.asarray(image)
            return np.asarray(image.convert("L" if image.mode in ("1", "L") else "RGB"))
    except OSError as error:
        raise TrainingError(f"{path} cannot be read: {error}.") from error


def prepared_pictures(dataset: DataSet, spec: InputSpec, cache: Path) -> np.ndarray:
    """Return all pictures prepared, as a read-only memory map that is made once and then reused."""
    key = f"{dataset.fingerprint()} {list(dataset.files)} {behaviour_digest(spec)}"
    path = cache / f"{hashlib.sha256(key.encode()).hexdigest()[:20]}.npy"
    if not path.exists():
        _prepare_all(dataset, spec, path)
    return np.load(path, mmap_mode="r")


def _prepare_all(dataset: DataSet, spec: InputSpec, path: Path) -> None:
    """Write the memory map beside its place and rename it, so that there is a whole one or none."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    shape = (len(dataset), spec.height, spec.width, spec.channels)
    try:
        store = np.lib.format.open_memmap(partial, mode="w+", dtype=np.float32, shape=shape)
        for index, file in enumerate(dataset.files):
            store[index] = prepare(decode(dataset.folder / str(file)), spec)
        store.flush()
        partial.rename(path)
    finally:
        partial.unlink(missing_ok=True)
