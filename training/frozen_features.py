"""What a frozen body says of each picture, computed once: then an epoch of the head costs little.

Written to the disk as it is computed, so that memory stays bounded and a killed computation goes
on where it was; the file gets its name only when it is whole.
"""

import errno
import fcntl
import hashlib
import io
import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import keras
import numpy as np
import tensorflow as tf

from inference.preprocessing import InputSpec, behaviour_digest
from training.augmentation import augment
from training.changes import Augmentation
from training.config import Recipe, Stage
from training.datasets.dataset import DataSet
from training.errors import TrainingError

BLOCK = 64
SECONDS_BETWEEN_LINES = 5.0


def reads_features(recipe: Recipe, stage: Stage) -> bool:
    """Tell whether ``stage`` can learn from features: neither body nor pictures change in it.

    With augmentation it can where the stage says how many changed copies of each picture are
    enough (``frozen_copies``); mixing pictures (``mixup``) needs the pictures.
    """
    unchanging = recipe.augmentation_in(stage).is_off or stage.frozen_copies > 0
    return stage.trainable == "head" and unchanging and not stage.mixup


@dataclass(frozen=True)
class FrozenBody:
    """A body that answers each picture once and keeps its answers in ``cache``."""

    body: keras.Model
    size: tuple[int, int]
    cache: Path
    say: Callable[[str], None]

    def features(
        self,
        dataset: DataSet,
        pictures: np.ndarray,
        spec: InputSpec,
        *,
        how: Augmentation | None = None,
        copies: int = 1,
        seed: int = 0,
    ) -> np.ndarray:
        """Return a read-only memory map of ``copies`` sets of features, one after another.

        Row ``copy * len(pictures) + picture`` is what the body says of a copy of that picture,
        changed as ``how`` says, or as it is.
        """
        how = how or Augmentation()
        key = (
            f"{digest_of_weights(self.body)} {dataset.fingerprint()} {list(dataset.files)} "
            f"{behaviour_digest(spec)} {self.size} {how} {copies} {seed}"
        )
        path = self.cache / f"features-{hashlib.sha256(key.encode()).hexdigest()[:20]}.npy"
        if not path.exists():
            self._compute(pictures, path, how=how, copies=copies, seed=seed)
        return np.load(path, mmap_mode="r")

    def _compute(
        self, pictures: np.ndarray, path: Path, *, how: Augmentation, copies: int, seed: int
    ) -> None:
        rows = copies * len(pictures)

        @tf.function(reduce_retracing=True)
        def answer(batch, block):
            changed = augment(batch, self.size, how, tf.stack([seed, block]))
            return self.body(changed, training=False)

        with whole_or_unfinished(path, (rows, *self.body.output.shape[1:])) as (handle, done):
            started, spoken = time.monotonic(), time.monotonic()
            for start in range(done, rows, BLOCK):
                here = np.arange(start, min(start + BLOCK, rows))
                batch = tf.constant(pictures[here % len(pictures)])
                answers = answer(batch, tf.constant(start // BLOCK)).numpy()
                handle.write(answers.astype("<f4", copy=False).tobytes())
                if time.monotonic() - spoken > SECONDS_BETWEEN_LINES:
                    spoken = time.monotonic()
                    ready = here[-1] + 1
                    rate = (ready - done) / (spoken - started)
                    self.say(
                        f"Features of {ready} of {rows} pictures, {rate:.0f}/s, "
                        f"{(rows - ready) / rate:.0f} s left."
                    )


def digest_of_weights(model: keras.Model) -> str:
    total = hashlib.sha256()
    for weight in model.get_weights():
        total.update(np.ascontiguousarray(weight).tobytes())
    return total.hexdigest()


@contextmanager
def whole_or_unfinished(path: Path, shape: tuple[int, ...]) -> Iterator[tuple[BinaryIO, int]]:
    """Open what is to become the array ``path``, and tell how many of its rows are there already.

    One process at a time: another waits, and then finds the file finished. It is written, not
    mapped: a disk that fills up under a map kills the process without a word.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".unfinished")
    header, row_bytes = _header(shape), 4 * int(np.prod(shape[1:]))
    try:
        with unfinished.open("ab") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            if path.exists():
                unfinished.unlink(missing_ok=True)
                yield handle, shape[0]
                return
            blocks = max(handle.tell() - len(header), 0) // (row_bytes * BLOCK)
            done = min(blocks * BLOCK, shape[0])
            _refuse_if_too_large(path.parent, (shape[0] - done) * row_bytes)
            handle.truncate(len(header) + done * row_bytes if done else 0)
            if not done:
                handle.write(header)
            yield handle, done
            handle.flush()
            os.fsync(handle.fileno())
            unfinished.rename(path)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise _disk_is_full(path.parent) from error
        raise


def _header(shape: tuple[int, ...]) -> bytes:
    header = io.BytesIO()
    np.lib.format.write_array_header_1_0(
        header, {"descr": "<f4", "fortran_order": False, "shape": shape}
    )
    return header.getvalue()


def _refuse_if_too_large(folder: Path, needed: int) -> None:
    if needed > shutil.disk_usage(folder).free:
        raise _disk_is_full(folder, f" ({needed / 1e6:,.0f} MB are needed)")


def _disk_is_full(folder: Path, detail: str = "") -> TrainingError:
    return TrainingError(
        f"The features of the frozen body do not fit on the disk of {folder}{detail}: make room "
        "and give the same command again; it goes on where it was."
    )
