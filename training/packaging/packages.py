"""Write the files of a model package; a whole one takes its place at once, or none does."""

import json
import os
import shutil
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from inference.engines import Engine
from inference.packages import CARD, SCHEMA, files_in, sha256_of
from inference.preprocessing import InputSpec, behaviour_digest, prepare
from training.packaging.phantoms import canary_pictures
from training.whole_files import written_whole


@contextmanager
def replaced_at_once(place: Path):
    """Yield a new folder beside ``place`` that takes its place if all goes well, or vanishes."""
    old = place.with_name(f".{place.name}.{os.getpid()}.old")
    with written_whole(place) as staging:
        staging.mkdir()
        yield staging
        if place.exists():
            place.rename(old)
    shutil.rmtree(old, ignore_errors=True)


def write_canary(folder: Path, spec: InputSpec, engine: Engine) -> None:
    """Store computed pictures, what preprocessing makes of them, and what the graph answers."""
    pictures = canary_pictures()
    prepared = np.stack([prepare(pixels, spec) for pixels in pictures])
    outputs = engine.run(prepared)
    np.savez_compressed(
        folder / "canary.npz",
        prepared=prepared,
        logits=outputs.logits,
        evidence=outputs.evidence,
        features=outputs.features,
        **{f"picture_{index}": pixels for index, pixels in enumerate(pictures)},
    )


def write_card(folder: Path, card: dict[str, Any]) -> None:
    """Write the card last: it holds the sha256 of every other file."""
    files = {name: sha256_of(folder / name) for name in sorted(files_in(folder))}
    content = {"schema": SCHEMA, **card, "files": files}
    (folder / CARD).write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n")


def input_on_card(spec: InputSpec) -> dict[str, Any]:
    return {
        "height": spec.height,
        "width": spec.width,
        "channels": spec.channels,
        "preprocessing": {
            "name": spec.preprocessing,
            "parameters": dict(spec.parameters),
            "sha256": behaviour_digest(spec),
        },
    }
