"""Sheets of pictures to look at before anything is learnt: a self-contained HTML page each.

They show pictures of the data: they belong to the run folder, never into a package.
"""

import base64
import io
from collections import Counter
from collections.abc import Sequence
from html import escape
from pathlib import Path

import numpy as np
from PIL import Image

from training.datasets.dataset import SPLITS, DataSet
from training.datasets.pictures import decode
from training.whole_files import written_whole

FOLDER = "galleries"
SHOWN = 40
SIDE = 192
QUALITY = 80
STYLE = """
:root { color-scheme: light; }
body { margin: 2rem auto; max-width: 76rem; padding: 0 1.5rem; color: #1c2733; background: #fff;
  font: 15px/1.5 system-ui, "Segoe UI", "Helvetica Neue", Arial, sans-serif; }
h1 { font-size: 1.5rem; font-weight: 600; margin: 0; }
h2 { font-size: 1.1rem; font-weight: 600; margin: 2rem 0 .6rem; padding-top: .8rem;
  border-top: 1px solid #dde3ea; }
p, small, figcaption { color: #5a6877; }
p { margin: .3rem 0; } small { font-weight: 400; font-size: .9rem; }
.sheet { display: grid; grid-template-columns: repeat(auto-fill, minmax(128px, 1fr)); gap: 14px; }
figure { margin: 0; break-inside: avoid; }
.picture { position: relative; height: 132px; background: #0b0f14; border-radius: 4px;
  overflow: hidden; display: flex; align-items: center; justify-content: center; }
.frame { position: relative; display: inline-block; line-height: 0; }
img { max-height: 132px; max-width: 100%; }
.box { position: absolute; border: 2px solid #ffb000; box-sizing: border-box; }
figcaption { font-size: .78rem; line-height: 1.35; margin-top: 4px; overflow-wrap: anywhere; }
figcaption b { color: #1c2733; font-weight: 600; }
@media print { body { margin: 0; max-width: none; font-size: 10pt; } .sheet { gap: 8px; } }
"""


def write_galleries(dataset: DataSet, folder: Path) -> list[Path]:
    """Write the first pictures of all and of each split into ``folder``/galleries."""
    sheets = {"first-pictures": (dataset, "The first pictures")}
    for name in SPLITS:
        of_split = dataset.split(name)
        if len(of_split):
            sheets[name] = (of_split, f"Split {name}")
    paths = []
    for name, (shown, title) in sheets.items():
        path = folder / FOLDER / f"{name}.html"
        with written_whole(path) as partial:
            partial.write_text(page(shown, title), encoding="utf-8")
        paths.append(path)
    return paths


def page(dataset: DataSet, title: str) -> str:
    """Return a sheet of the first pictures, class by class in alphabetic order."""
    words = np.array([word or "none of the labels" for word in dataset.words()])
    classes = sorted(set(words.tolist()), key=str.casefold)
    chosen = _first_of_each(words, classes, dataset.files)
    tells_source = len(set(dataset.sources.tolist())) > 1
    sections = []
    for label in classes:
        of_label = np.flatnonzero(words == label)
        sources = Counter(source or "no source given" for source in dataset.sources[of_label])
        told = ", ".join(f"{source}: {count}" for source, count in sorted(sources.items()))
        figures = "".join(_figure(dataset, index, label, tells_source) for index in chosen[label])
        sections.append(
            f"<h2>{escape(label)} <small>{len(of_label)} pictures ({escape(told)})</small></h2>"
            f'<div class="sheet">{figures}</div>'
        )
    count, patients = sum(map(len, chosen.values())), len(set(dataset.patients.tolist()))
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8">'
        f"<title>{escape(title)}</title><style>{STYLE}</style><h1>{escape(title)}</h1>"
        f"<p>{len(dataset)} pictures of {patients} patients; {count} of them are shown, of each "
        "class the first by file name. These are pictures of people: the page stays with the "
        f"data.</p>{''.join(sections)}</html>\n"
    )


def _first_of_each(
    words: np.ndarray, classes: Sequence[str], files: np.ndarray
) -> dict[str, list[int]]:
    """Return the first pictures of each class: alike many, and SHOWN in all where there are."""
    by_file = np.argsort(files, kind="stable")
    left = {label: by_file[words[by_file] == label].tolist() for label in classes}
    chosen: dict[str, list[int]] = {label: [] for label in classes}
    while sum(map(len, chosen.values())) < SHOWN and any(left.values()):
        for label in classes:
            if left[label] and sum(map(len, chosen.values())) < SHOWN:
                chosen[label].append(left[label].pop(0))
    return chosen


def _figure(dataset: DataSet, index: int, label: str, tells_source: bool) -> str:
    file = str(dataset.files[index])
    frames = "".join(
        f'<span class="box" title="{escape(box.code)}" style="left:{box.left:.2%};'
        f'top:{box.top:.2%};width:{box.width:.2%};height:{box.height:.2%}"></span>'
        for box in dataset.boxes.get(file, ())
    )
    age, view, sex = dataset.ages[index], str(dataset.views[index]), str(dataset.sexes[index])
    known = [view, sex, "" if np.isnan(age) else f"{age:.0f} years"]
    known += [str(dataset.sources[index])] if tells_source else []
    facts = " · ".join(fact for fact in known if fact)
    return (
        f'<figure><div class="picture"><span class="frame"><img alt="{escape(label)}" '
        f'src="data:image/jpeg;base64,{_small(dataset.folder / file)}">{frames}</span></div>'
        f"<figcaption><b>{escape(label)}</b><br>{escape(facts)}<br>{escape(Path(file).name)}"
        "</figcaption></figure>"
    )


def _small(path: Path) -> str:
    pixels = decode(path)
    if pixels.dtype == np.uint16:
        # Of 16 bits often only 12 are used: shown by the range that is there.
        pixels = pixels / max(int(pixels.max()), 1) * 255
    image = Image.fromarray(pixels.astype(np.uint8))
    image.thumbnail((SIDE, SIDE))
    file = io.BytesIO()
    image.save(file, "JPEG", quality=QUALITY)
    return base64.b64encode(file.getvalue()).decode("ascii")
