"""The reference engine: Keras itself, for comparison and for checking the serving engine."""

from pathlib import Path
from typing import Any

import numpy as np

from inference.engines import OUTPUTS, Outputs


class KerasEngine:
    """A Keras model as one compiled function."""

    def __init__(self, function: Any):
        self.function = function

    def run(self, batch: np.ndarray) -> Outputs:
        results = self.function(np.ascontiguousarray(batch, dtype=np.float32))
        return Outputs(**{name: np.asarray(results[name]) for name in OUTPUTS})


def load(
    folder: Path, *, precision: str, threads: int, cache_folder: Path | None = None
) -> KerasEngine:
    """Load ``folder``/model.keras; it always runs in f32 and has no cache."""
    # Imported here: no process but a worker's child, a training run or a command may hold it.
    import keras
    import tensorflow

    model = keras.saving.load_model(folder / "model.keras", safe_mode=True, compile=False)
    names = [layer.name for layer in map(_layer_of, model.outputs)]

    @tensorflow.function(reduce_retracing=True)
    def function(batch):
        return dict(zip(names, model(batch, training=False), strict=True))

    return KerasEngine(function)


def _layer_of(output: Any) -> Any:
    """Return the identity layer that gives an output its name."""
    return output._keras_history.operation
