"""The few figures that go into a package: no picture of a patient among them."""

from collections.abc import Sequence
from pathlib import Path

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure

from inference.packages import Label
from training.datasets.dataset import DataSet
from training.evaluation.metrics import auc, confusion, roc_points

mpl.use("Agg")


def write_report(
    folder: Path, dataset: DataSet, probabilities: np.ndarray, labels: Sequence[Label]
) -> None:
    """Write ROC curves, the confusion matrix and the reliability diagram of one split."""
    folder.mkdir(parents=True)
    truth = dataset.labels
    names = [label.display for label in labels]
    _save(roc_figure(truth, probabilities, names), folder / "roc.png")
    _save(confusion_figure(truth, probabilities, names), folder / "confusion.png")
    _save(reliability_figure(truth, probabilities), folder / "reliability.png")


def roc_figure(truth: np.ndarray, probabilities: np.ndarray, names: Sequence[str]) -> Figure:
    figure, axes = _square("False positive rate", "True positive rate")
    for index, name in enumerate(names):
        positive, score = truth == index, probabilities[:, index]
        axes.plot(*roc_points(positive, score), label=f"{name} (AUC {auc(positive, score):.3f})")
    axes.plot([0, 1], [0, 1], color="grey", linewidth=0.8, linestyle=":")
    axes.legend(loc="lower right", fontsize=7)
    return figure


def confusion_figure(truth: np.ndarray, probabilities: np.ndarray, names: Sequence[str]) -> Figure:
    """Counts, and per cent of the true class."""
    counts = confusion(truth, probabilities.argmax(axis=1), len(names))
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    figure, axes = _square("Predicted", "True")
    axes.imshow(shares, cmap="Blues", vmin=0.0, vmax=1.0)
    for (row, column), share in np.ndenumerate(shares):
        axes.text(
            column,
            row,
            f"{counts[row, column]}\n{share:.0%}",
            ha="center",
            va="center",
            color="white" if share > 0.5 else "black",
        )
    short = [name if len(name) <= 18 else f"{name[:17]}…" for name in names]
    axes.set_xticks(range(len(names)), short, fontsize=7)
    axes.set_yticks(range(len(names)), short, fontsize=7, rotation=90, va="center")
    return figure


def reliability_figure(truth: np.ndarray, probabilities: np.ndarray, bins: int = 10) -> Figure:
    confidence = probabilities.max(axis=1)
    correct = probabilities.argmax(axis=1) == truth
    place = np.minimum((confidence * bins).astype(int), bins - 1)
    figure, axes = _square("Stated probability", "Observed share that is right")
    axes.plot([0, 1], [0, 1], color="grey", linewidth=0.8, linestyle=":")
    filled = [index for index in range(bins) if (place == index).any()]
    stated = [confidence[place == index].mean() for index in filled]
    observed = [correct[place == index].mean() for index in filled]
    sizes = [10 + 200 * (place == index).mean() for index in filled]
    axes.scatter(stated, observed, s=sizes)
    axes.plot(stated, observed, linewidth=0.8)
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1)
    return figure


def _square(across: str, down: str):
    figure = Figure(figsize=(4.2, 4.2), layout="constrained")
    axes = figure.add_subplot()
    axes.set_xlabel(across)
    axes.set_ylabel(down)
    return figure, axes


def _save(figure: Figure, path: Path) -> None:
    # Without the library's version and date, the same figures give the same file.
    figure.savefig(path, dpi=110, metadata={"Software": None})
