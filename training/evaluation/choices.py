"""What is chosen on validation pictures and then only measured: calibration and cut-offs."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from inference.calibration import Calibration, calibration_on_card
from inference.packages import Label
from inference.preprocessing import InputSpec
from inference.reading import evidence_strength
from training.config import EvaluationSettings, Recipe
from training.datasets.dataset import DataSet
from training.errors import TrainingError
from training.evaluation.calibration import fit_calibration
from training.evaluation.figures import evaluate
from training.evaluation.pointing import pointing_game
from training.evaluation.thresholds import RULE, choose_cutoffs, choose_thresholds


@dataclass(frozen=True)
class Choices:
    """Everything between the graph's logits and a call."""

    labels: tuple[Label, ...]
    activation: str
    calibration: Calibration
    cutoffs: Mapping[str, Sequence[Mapping[str, Any]]]
    """rows of the threshold tables, by code"""
    settings: EvaluationSettings

    def probabilities(self, logits: np.ndarray) -> np.ndarray:
        return self.calibration.probabilities(logits, self.activation)

    def uncalibrated(self, logits: np.ndarray) -> np.ndarray:
        return Calibration().probabilities(logits, self.activation)

    def measure(
        self,
        dataset: DataSet,
        logits: np.ndarray,
        *,
        evidence: np.ndarray | None = None,
        spec: InputSpec | None = None,
    ) -> dict[str, Any]:
        """Return the figures of one split; with ``evidence``, where its maps point, too."""
        figures = evaluate(
            dataset,
            self.probabilities(logits),
            self.labels,
            activation=self.activation,
            settings=self.settings,
            cutoffs=self.cutoffs,
            uncalibrated=self.uncalibrated(logits),
        )
        if evidence is not None and spec is not None and dataset.boxes:
            strength = evidence_strength(evidence, self.activation, float(np.abs(evidence).max()))
            figures["pointing"] = pointing_game(dataset, strength, self.labels, spec)
        return figures

    def on_card(self) -> dict[str, Any]:
        codes = [label.code for label in self.labels]
        return {
            "labels": [asdict(label) for label in self.labels],
            "calibration": calibration_on_card(self.calibration, codes),
        }


def choose(recipe: Recipe, val_set: DataSet, logits: np.ndarray) -> Choices:
    """Fit the calibration and choose the cut-offs on the validation pictures' ``logits``."""
    activation, settings = recipe.network.activation, recipe.evaluation
    calibration = fit_calibration(
        val_set.targets, logits, activation=activation, method=settings.calibration
    )
    probabilities = calibration.probabilities(logits, activation)
    labels, cutoffs = [], {}
    for index, given in enumerate(recipe.labels):
        known = ~np.isnan(val_set.targets[:, index])
        positive = val_set.targets[known, index] > 0.5
        label = with_thresholds(given, positive, probabilities[known, index])
        labels.append(label)
        if not label.is_reference:
            cutoffs[label.code] = choose_cutoffs(
                positive, probabilities[known, index], label, settings
            )
    return Choices(tuple(labels), activation, calibration, cutoffs, settings)


def with_thresholds(
    given: Mapping[str, Any], positive: np.ndarray, probability: np.ndarray
) -> Label:
    """Return the recipe's label; a finding gets the thresholds that validation gives."""
    words = {"system": None} | {key: value for key, value in given.items() if key != "in_data"}
    if words["role"] != "finding":
        return Label(threshold=None, negative_below=None, threshold_rule=None, **words)
    try:
        threshold, negative_below = choose_thresholds(positive, probability)
    except TrainingError as error:
        raise TrainingError(f"{words['display']}: {error}") from None
    return Label(threshold=threshold, negative_below=negative_below, threshold_rule=RULE, **words)
