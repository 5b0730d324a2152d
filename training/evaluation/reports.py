"""Write the two editions of a report, and metrics.json beside each."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from inference.classifier import Classifier
from inference.preprocessing import to_whole_frame
from inference.reading import evidence_strength
from training.datasets.dataset import DataSet
from training.datasets.pictures import decode
from training.evaluation.answers import Answers, answers_of
from training.evaluation.contents import Page
from training.evaluation.curves import curves
from training.evaluation.examples import Example, examples
from training.evaluation.page import write_page
from training.whole_files import write_whole

REPORT = "report.html"
METRICS = "metrics.json"
LARGEST_IN_PACKAGE = 400_000


@dataclass(frozen=True)
class Measured:
    """A classifier's answers on prepared pictures, ready for the report."""

    answers: Answers
    uncalibrated: np.ndarray
    evidence: np.ndarray
    """(pictures, rows, columns, labels), 0..1 as readers see it"""
    classifier: Classifier

    def curves(self) -> dict[str, Any]:
        return curves(self.answers, self.uncalibrated)

    def examples(self) -> list[Example]:
        folder, spec = self.answers.dataset.folder, self.classifier.card.input
        return examples(
            self.answers,
            decode=lambda file: decode(folder / file),
            map_of=lambda picture, label, shape: to_whole_frame(
                self.evidence[picture, ..., label], shape, spec
            ),
        )


def measure(classifier: Classifier, dataset: DataSet, pictures: np.ndarray) -> Measured:
    """Run the classifier's graph over ``pictures``, prepared, a row for each of ``dataset``."""
    card, parts = classifier.card, []
    for start in range(0, len(pictures), 32):
        parts.append(classifier.engine.run(np.asarray(pictures[start : start + 32])))
    logits = np.concatenate([part.logits for part in parts])
    evidence = np.concatenate([part.evidence for part in parts])
    activation = card.outputs.activation
    probabilities = card.calibration.probabilities(logits, activation)
    return Measured(
        answers_of(dataset, probabilities, card.labels, activation),
        type(card.calibration)().probabilities(logits, activation),
        evidence_strength(evidence, activation, card.outputs.evidence_scale),
        classifier,
    )


def write_run_reports(
    *,
    card: Mapping[str, Any],
    measured: Measured,
    history: Sequence[Mapping[str, Any]],
    run_folder: Path,
    package: Path,
) -> None:
    """Write the report with pictures into the run folder, the one without into the package."""
    page = Page(
        card=card,
        figures=card["metrics"]["test"],
        curves=measured.curves(),
        subject="Measured on its own test split, which chose nothing",
        history=history,
        examples=measured.examples(),
    )
    write_edition(run_folder, REPORT, METRICS, page)
    write_edition(package / "report", REPORT, METRICS, page.without_pictures)


def write_edition(folder: Path, report: str, metrics: str, page: Page) -> None:
    """Write one report and its figures and points as JSON."""
    write_page(folder / report, page)
    content = {
        "name": page.name,
        "version": page.version,
        "subject": page.subject,
        "figures": page.figures,
        "curves": page.curves,
        "history": list(page.history),
    }
    write_json(folder / metrics, content)


def write_json(path: Path, content: Any) -> None:
    write_whole(path, json.dumps(content, ensure_ascii=False, separators=(",", ":")) + "\n")
