"""The parts of a card that need no network: words, sizes, counts, versions."""

import importlib.metadata
from collections.abc import Sequence
from typing import Any

from django.utils import timezone

from inference.engines import Outputs
from training.config import Recipe
from training.datasets.dataset import DataSet
from training.packaging.familiarity import METHOD, RULE
from training.packaging.packages import input_on_card

WORDS = ("title", "purpose", "licence", "notice", "limits", "research_only", "applies_to")
LIBRARIES = ("keras", "tensorflow-cpu", "openvino", "numpy", "pillow")


def described(recipe: Recipe) -> dict[str, Any]:
    """Return what the recipe alone decides."""
    return {
        "name": recipe.name,
        "version": recipe.version,
        **{word: recipe.card[word] for word in WORDS},
        "created_at": timezone.now().isoformat(timespec="seconds"),
        "input": input_on_card(recipe.input),
        "aggregation": "max",
        "out_of_distribution": {"method": METHOD, "threshold": 1.0, "rule": RULE},
    }


def outputs_on_card(outputs: Outputs, evidence_scale: float, activation: str) -> dict[str, Any]:
    return {
        "activation": activation,
        "logits": outputs.logits.shape[1],
        "evidence": list(outputs.evidence.shape[1:]),
        "features": outputs.features.shape[1],
        "evidence_scale": evidence_scale,
    }


def data_on_card(recipe: Recipe, dataset: DataSet) -> dict[str, Any]:
    return {
        "source": recipe.card["data_source"],
        "fingerprint": dataset.fingerprint(),
        "counts": dataset.counts(),
        "split": recipe.card["data_split"],
    }


def training_on_card(recipe: Recipe, history: Sequence[dict[str, Any]]) -> dict[str, Any]:
    return {
        "recipe": recipe.text,
        "seed": recipe.training.seed,
        "epochs": len(history),
        "seconds": round(sum(epoch["seconds"] for epoch in history)),
        "versions": {name: _version(name) for name in LIBRARIES},
    }


def _version(name: str) -> str | None:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None
