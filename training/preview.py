"""A page of examples: what augmentation makes of a few pictures, change by change, then together.

The page shows pictures of the data, so it stays in the run folder and never enters a package.
"""

import base64
import html
import io
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import numpy as np
import tensorflow as tf
from PIL import Image

from inference.preprocessing import prepare
from training.augmentation import Draw, augment, change, drawn_by
from training.changes import Augmentation
from training.config import Recipe
from training.datasets.dataset import DataSet
from training.datasets.pictures import decode
from training.whole_files import write_whole

PREVIEW = "augmentation.html"
EXTREMES = {
    "mirror": (0.0,),
    "upside_down": (0.0,),
    "quarter_turns": (0.25, 0.5, 0.75),
    "zoom_in": (0.0,),
    "zoom_out": (1.0,),
    "blur": (1.0,),
    "sharpen": (0.0,),
    "noise": (1.0,),
    "erased_patches": (0.0,),
    "spectrum": (1.0,),
}
"""The numbers drawn for a change at its most; for every other change the lowest and highest."""
BY_CHANCE = ("grains", "erased_patches", "erased_fills")
TOGETHER = 4
STYLE = (
    "body{font:14px/1.5 system-ui,sans-serif;margin:2rem;color:#222}table{border-collapse:collapse}"
    "th{text-align:left;vertical-align:top;padding:.4rem 1rem .4rem 0;font-weight:600}"
    "td{padding:.2rem .6rem .2rem 0}img{display:block;max-width:100%}small{font-weight:400}"
)


def pictures_to_show(dataset: DataSet, count: int = 5) -> np.ndarray:
    """Return the indices of some training pictures, the labels taking turns."""
    of_label: dict[str, list[int]] = {}
    words = dataset.words()
    for index in np.flatnonzero(dataset.splits == "train"):
        of_label.setdefault(words[index], []).append(int(index))
    turns = [(turn, one) for members in of_label.values() for turn, one in enumerate(members)]
    return np.sort([one for _, one in sorted(turns)[:count]])


def prepared_few(
    recipe: Recipe, dataset: DataSet, shown: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return these pictures as served and as cut from, without preparing all the others."""
    pictures = [decode(dataset.folder / str(file)) for file in dataset.files[shown]]
    specs = (recipe.input, recipe.training_input)
    served, larger = (np.stack([prepare(one, spec) for one in pictures]) for spec in specs)
    return served, larger


def write_preview(recipe: Recipe, served: np.ndarray, larger: np.ndarray, path: Path) -> None:
    """Write one self-contained page; ``served`` and ``larger`` are the same few pictures prepared

    as the classifier reads them and as augmentation cuts from them.
    """
    sections, seen = [], set()
    for stage in recipe.stages:
        how = recipe.augmentation_in(stage)
        if how in seen:
            continue
        seen.add(how)
        names = [one.name for one in recipe.stages if recipe.augmentation_in(one) == how]
        rows = [("as served", "", [served])]
        rows += [
            (name, value, strips) for name, value, strips in changes_alone(larger, how, recipe)
        ]
        rows += [("all together", "", [together(larger, how, recipe, i)]) for i in range(TOGETHER)]
        sections.append(f"<h2>Stage {html.escape(' and '.join(names))}</h2>{_table(rows)}")
    text = (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>Augmentation</title>'
        f"<style>{STYLE}</style><h1>{html.escape(recipe.name)} {html.escape(recipe.version)}: "
        f"augmentation</h1><p>Each change alone, as far as it may go, then all of them as a batch "
        f"may draw them. The disease must still be recognisable in every row.</p>"
        f"{''.join(sections)}</html>"
    )
    write_whole(path, text)


def changes_alone(
    pictures: np.ndarray, how: Augmentation, recipe: Recipe
) -> Iterator[tuple[str, str, list[np.ndarray]]]:
    """Yield each change that is on: its name, its setting, the pictures at each of its extremes."""
    size = (recipe.input.height, recipe.input.width)
    for one in fields(Augmentation):
        if one.name != "reflect_edges" and (value := getattr(how, one.name)):
            alone = Augmentation(**{one.name: value, "reflect_edges": how.reflect_edges})
            numbers = EXTREMES.get(one.name, (0.0, 1.0))
            strips = [change(tf.constant(pictures), size, alone, at(number)) for number in numbers]
            yield one.name, "on" if value is True else str(value), [s.numpy() for s in strips]


def together(pictures: np.ndarray, how: Augmentation, recipe: Recipe, number: int) -> np.ndarray:
    seed = tf.constant([recipe.training.seed, number])
    size = (recipe.input.height, recipe.input.width)
    return augment(tf.constant(pictures), size, how, seed).numpy()


def at(number: float) -> Draw:
    """Return a draw that gives ``number`` wherever chance would decide how far a change goes."""
    by_chance = drawn_by(tf.constant([0, 0]))

    def draw(name: str, *shape: int) -> tf.Tensor:
        if name in BY_CHANCE:
            return by_chance(name, *shape)
        if name in ("across", "down"):
            return tf.fill(shape, 0.5)
        if name == "colour_cast":
            return tf.broadcast_to(tf.constant([number, 0.5, 1.0 - number]), shape)
        return tf.fill(shape, number)

    return draw


def _table(rows: list[tuple[str, str, list[np.ndarray]]]) -> str:
    lines = []
    for name, value, strips in rows:
        cells = "".join(f"<td>{_image(strip, name)}</td>" for strip in strips)
        title = html.escape(name.replace("_", " "))
        lines.append(f"<tr><th>{title}<br><small>{html.escape(value)}</small></th>{cells}</tr>")
    return f"<table>{''.join(lines)}</table>"


def _image(pictures: np.ndarray, name: str) -> str:
    """Return the pictures side by side as one image element."""
    side_by_side = np.concatenate(list(np.clip(pictures, 0.0, 1.0)), axis=1)
    pixels = np.round(255.0 * side_by_side).astype(np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(pixels[..., 0] if pixels.shape[-1] == 1 else pixels).save(buffer, "PNG")
    data = base64.b64encode(buffer.getvalue()).decode()
    return f'<img alt="{html.escape(name)}" src="data:image/png;base64,{data}">'
