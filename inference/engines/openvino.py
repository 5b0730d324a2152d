"""The serving engine: OpenVINO on the processor."""

from pathlib import Path
from typing import Any

import numpy as np

from inference.engines import OUTPUTS, Outputs


class OpenVinoEngine:
    """A compiled graph. Made in the process that uses it: it does not survive a fork."""

    def __init__(self, compiled: Any):
        self.request = compiled.create_infer_request()
        self.outputs = {name: compiled.output(name) for name in OUTPUTS}

    def run(self, batch: np.ndarray) -> Outputs:
        results = self.request.infer({0: np.ascontiguousarray(batch, dtype=np.float32)})
        return Outputs(**{name: np.array(results[port]) for name, port in self.outputs.items()})


def load(
    folder: Path, *, precision: str, threads: int, cache_folder: Path | None = None
) -> OpenVinoEngine:
    """Compile ``folder``/model.xml for this processor."""
    # Imported here: only a worker's child may hold the library, and only after the fork.
    import openvino

    settings = {
        # Said outright: the default would pick bf16 wherever the processor has it.
        "INFERENCE_PRECISION_HINT": precision,
        "INFERENCE_NUM_THREADS": threads,
        "PERFORMANCE_HINT": "LATENCY",
    }
    if cache_folder is not None:
        settings["CACHE_DIR"] = str(cache_folder)
    core = openvino.Core()
    return OpenVinoEngine(core.compile_model(str(folder / "model.xml"), "CPU", settings))
