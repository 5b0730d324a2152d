"""What a comparison leaves: one table as a page, as CSV and as JSON."""

import csv
import json
from collections.abc import Sequence
from pathlib import Path

from training.config import Recipe
from training.datasets.dataset import DataSet
from training.evaluation.page import write_page
from training.evaluation.parts import Row as TableRow
from training.evaluation.parts import Section, Table, Words, shown
from training.evaluation.plain_page import PlainPage
from training.feature_classifiers.comparison import FIGURES, SPLITS, Row, in_words
from training.whole_files import write_whole, written_whole

NAME = "comparison"
SPLIT_NAMES = {"val": "Validation", "test": "Test"}


def write_results(
    recipe: Recipe, dataset: DataSet, body: str, rows: Sequence[Row], best: str, folder: Path
) -> Path:
    """Write page, CSV and JSON to ``folder`` and return the page; ``best``: of the linear ones."""
    folder.mkdir(parents=True, exist_ok=True)
    content = {
        "features": body,
        "best_linear": best,
        "pictures": {split: int((dataset.splits == split).sum()) for split in ("train", *SPLITS)},
        "patients": {
            split: len(set(dataset.patients[dataset.splits == split].tolist()))
            for split in ("train", *SPLITS)
        },
        "rows": [row.for_json() for row in rows],
    }
    write_whole(folder / f"{NAME}.json", json.dumps(content, indent=1, default=str) + "\n")
    write_csv(folder / f"{NAME}.csv", rows)
    page = PlainPage(
        heading=f"Classifiers on features: {recipe.card['title']}",
        subject=f"Features of {body}. Test pictures chose nothing.",
        recipe=recipe,
        sections=sections_of(content, rows, best),
        warnings=[("Not trained:", "the features are those of random weights.")]
        if "not trained at all" in body
        else (),
    )
    write_page(folder / f"{NAME}.html", page)
    return folder / f"{NAME}.html"


def sections_of(content: dict, rows: Sequence[Row], best: str) -> list[Section]:
    notes = [
        "In brackets 95 % intervals over patients. Precision, recall, F1 and AUC are plain means "
        "over the labels. Each classifier is judged as its package would be: calibrated on the "
        "validation split; said is the likeliest label or, where labels do not exclude each "
        "other, every label above its cut-off, chosen there, too.",
        "Settings of each classifier were chosen from a small grid by the mean AUC on training "
        "patients left out in turn, or on the validation split where the network itself has learnt "
        "from the training patients; the best linear one by the same figure; test pictures chose "
        "nothing. The network's best epoch was chosen on validation, so there its row flatters.",
    ]
    tables = [
        Section(split, f"{SPLIT_NAMES[split]} split", [_table(content, rows, best, split)])
        for split in reversed(SPLITS)
    ]
    settings = Table(
        "What was chosen, and what it took",
        ["Classifier", "Settings", "Remark", "AUC that chose them", "Seconds to fit"],
        [
            TableRow(
                [
                    row.title,
                    in_words(row.settings),
                    row.remark or "–",
                    "–" if row.score is None else f"{row.score:.3f}",
                    "–" if row.seconds is None else f"{row.seconds:.1f}",
                ]
            )
            for row in rows
        ],
        words=3,
    )
    return [*tables, Section("settings", "Settings", [settings, Words(notes, muted=True)])]


def _table(content: dict, rows: Sequence[Row], best: str, split: str) -> Table:
    return Table(
        f"{content['pictures'][split]} pictures of {content['patients'][split]} patients; the "
        "best linear classifier is set in bold",
        ["Classifier", *FIGURES.values()],
        [
            TableRow(
                [row.title, *(shown(row.figures[split][name]) for name in FIGURES)],
                mark="chosen" if row.name == best else "",
            )
            for row in rows
        ],
    )


def write_csv(path: Path, rows: Sequence[Row]) -> None:
    """Write one line for each classifier and split."""
    with written_whole(path) as partial, partial.open("w", newline="") as handle:
        writer = csv.writer(handle)
        bounds = [f"{name}{end}" for name in FIGURES for end in ("", "_low", "_high")]
        writer.writerow(["classifier", "split", "settings", "seconds", *bounds])
        for row in rows:
            for split in SPLITS:
                figures = [
                    row.figures[split][name][end]
                    for name in FIGURES
                    for end in ("value", "low", "high")
                ]
                writer.writerow([row.name, split, in_words(row.settings), row.seconds, *figures])


def headline(row: Row) -> str:
    """Return one line: how good on the test split."""
    figures = row.figures["test"]
    return (
        f"{row.title}, test split: balanced accuracy {shown(figures['balanced_accuracy'])}, "
        f"AUC {shown(figures['auc'])}."
    )
