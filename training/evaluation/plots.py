"""The figures of the report: each a title, an SVG, a legend and one sentence on how to read it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from training.evaluation.curves import EDGES, GRID
from training.evaluation.drawing import Plot, sample, ticks


@dataclass(frozen=True)
class Figure:
    """What the page shows as one figure; ``svg`` and the samples hold no text of others' making
    that was not escaped."""

    title: str
    svg: str
    legend: tuple[tuple[str, str], ...] = ()
    """sample and words"""


Names = Mapping[str, str]
"""What each code is called."""


def roc_figure(curves: Mapping[str, Any], figures: Mapping[str, Any], names: Names) -> Figure:
    plot = Plot("ROC curve of each label against the rest.", "1 − specificity", "Sensitivity")
    plot.line([(0, 0), (1, 1)], "chance")
    legend = []
    for style, (code, points) in enumerate(curves["roc"].items()):
        plot.line(points, style, step=True)
        legend.append(
            (sample(style), f"{names[code]}: AUC {short(figures['per_class'][code]['auc'])}")
        )
    return Figure("ROC", plot.svg(), (*legend, (sample("chance"), "guessing")))


def precision_recall_figure(
    curves: Mapping[str, Any], figures: Mapping[str, Any], names: Names
) -> Figure:
    plot = Plot("Precision against recall of each label.", "Recall (sensitivity)", "Precision")
    legend = []
    for style, code in enumerate(names):
        if code not in curves["precision_recall"]:
            continue
        row = figures["per_class"][code]
        share = row["pictures"] / (row["pictures"] + row["others"])
        plot.line([(0, share), (1, share)], "chance")
        plot.line(curves["precision_recall"][code], style)
        words = f"{names[code]}: average precision {short(row['average_precision'])}"
        legend.append((sample(style), words))
    return Figure(
        "Precision and recall",
        plot.svg(),
        (*legend, (sample("chance"), "guessing: the share of each label in these pictures")),
    )


def density_figure(
    code: str, curves: Mapping[str, Any], names: Names, cutoffs: Sequence[float]
) -> Figure:
    """The probability density of one label's score in each true class."""
    groups = curves["densities"][code]
    highest = max((max(values) for values in groups.values()), default=1.0)
    plot = Plot(
        f"Density of the probability of {names[code]} in each true class.",
        f"Probability of {names[code]}",
        "Density",
        y=(0.0, highest * 1.05),
        y_ticks=ticks(0, highest),
        height=250,
    )
    legend = []
    for group, values in groups.items():
        style = group if group in GROUPS else list(names).index(group)
        points = list(zip(GRID.tolist(), values, strict=True))
        plot.area(points, style)
        plot.line(points, style)
        legend.append((sample(style), GROUPS.get(group) or names[group]))
    mark_cutoffs(plot, cutoffs)
    return Figure(f"Scores of {names[code]} by true class", plot.svg(), tuple(legend))


GROUPS = {"with": "pictures with it", "without": "pictures without it"}


def histogram_figure(
    code: str, curves: Mapping[str, Any], names: Names, cutoffs: Sequence[float]
) -> Figure:
    """Which share of those with the finding (up) and without (down) has which score."""
    totals = {name: sum(counts) for name, counts in curves["histograms"][code].items()}
    sides = {
        name: [count / max(totals[name], 1) for count in counts]
        for name, counts in curves["histograms"][code].items()
    }
    up, down = max(sides["with"]), max(sides["without"])
    marks = ticks(0.0, max(up, down), 4)
    plot = Plot(
        f"Histogram of the probability of {names[code]}: with it upwards, without downwards.",
        f"Probability of {names[code]}",
        "Share of each side",
        y=(-max(down, up / 5) * 1.06, max(up, down / 5) * 1.25),
        y_ticks=[*(-mark for mark in marks if 0 < mark <= down), *(m for m in marks if m <= up)],
        height=250,
    )
    for low, high, with_it, without in zip(
        EDGES[:-1].tolist(), EDGES[1:].tolist(), sides["with"], sides["without"], strict=True
    ):
        plot.bar(low, high, with_it, "with")
        plot.bar(low, high, -without, "without")
    plot.line([(0, 0), (1, 0)], "axis")
    mark_cutoffs(plot, cutoffs)
    legend = (
        (sample("with", filled=True), f"{totals['with']} pictures with it, upwards"),
        (sample("without", filled=True), f"{totals['without']} without it, downwards"),
    )
    return Figure(f"Histogram of {names[code]}", plot.svg(), legend)


def mark_cutoffs(plot: Plot, cutoffs: Sequence[float]) -> None:
    """``cutoffs``: from where it is called, and below which it is denied if that is lower."""
    called, denied = cutoffs
    plot.upright(called, f"called from {called:.2f}")
    if denied < called:
        plot.upright(denied, f"denied below {denied:.2f}", row=1)


def reliability_figure(title: str, curves: Mapping[str, Any], code: str | None) -> Figure:
    """Stated against observed, before (hollow) and after calibration."""
    plot = Plot(
        f"Reliability of {title}: stated probability against the share that came true.",
        "Stated probability",
        "Observed share",
    )
    plot.line([(0, 0), (1, 1)], "chance")
    legend = []
    for name, style, words in (("before", "before", "as the network says"),
                               ("after", 0, "after calibration, with 95 % intervals")):  # fmt: skip
        if name not in curves["reliability"]:
            continue
        table = curves["reliability"][name]
        rows = table["per_label"][code] if code else table["top"]
        plot.line([(row["stated"], row["observed"]) for row in rows], style)
        for row in rows:
            ends = {"low": row["low"], "high": row["high"]} if name == "after" else {}
            plot.dot(row["stated"], row["observed"], style, **ends)
        legend.append((sample(style), words))
    return Figure(title, plot.svg(), (*legend, (sample("chance"), "exactly as stated")))


def history_figures(history: Sequence[Mapping[str, Any]]) -> list[Figure]:
    """The losses, and the shares (accuracy, AUC) of every epoch; a dashed line begins a stage."""
    keys = [key for key, value in (history[-1] if history else {}).items() if _is_number(value)]
    losses = [key for key in keys if key.endswith("loss")]
    shares = [key for key in keys if key.endswith(("accuracy", "auc"))]
    found = []
    for title, names in (("Loss", losses), ("Accuracy and AUC", shares)):
        if names and len(history) > 1:
            found.append(_history_figure(title, names, history))
    return found


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _history_figure(title: str, names: Sequence[str], history) -> Figure:
    epochs = [row["epoch"] for row in history]
    values = [row[name] for row in history for name in names if _is_number(row.get(name))]
    low, high = (0.0, max(values)) if title == "Loss" else (min(values), 1.0)
    marks = ticks(low, high)
    plot = Plot(
        f"{title} over the epochs.",
        "Epoch",
        title,
        x=(epochs[0], epochs[-1]),
        y=(min(low, marks[0]), max(high, marks[-1])),
        x_ticks=[one for one in ticks(epochs[0], epochs[-1]) if one == int(one)],
        y_ticks=marks,
        height=250,
    )
    begins = [row for before, row in pairwise(history) if before.get("stage") != row.get("stage")]
    for index, row in enumerate(begins):
        plot.upright(row["epoch"], str(row["stage"]), row=index % 4)
    legend = []
    for style, name in enumerate(names):
        plot.line([(row["epoch"], row[name]) for row in history if name in row], style)
        legend.append((sample(style), spoken(name)))
    return Figure(title, plot.svg(), tuple(legend))


def spoken(name: str) -> str:
    """Return a column of the history in words: val_macro_auc is "validation: macro AUC"."""
    which, _, what = name.partition("_")
    words = what.replace("_", " ").replace("auc", "AUC")
    return f"{ {'val': 'validation', 'train': 'training'}.get(which, which) }: {words}"


def short(figure: Mapping[str, Any]) -> str:
    """Return a figure with its interval, or a dash."""
    if figure["value"] is None:
        return "–"
    if figure["low"] is None:
        return f"{figure['value']:.2f}"
    return f"{figure['value']:.2f} ({figure['low']:.2f}–{figure['high']:.2f})"
