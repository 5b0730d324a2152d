"""The parts of a card that need no network: words, sizes, counts, versions."""

import importlib.metadata
from collections.abc import Sequence
from typing import Any

from django.utils import timezone

from inference.engines import Outputs
from training.config import Recipe
from training.datasets.dataset import DataSet
from training.errors import TrainingError
from training.gates.claim_items import ITEMS
from training.packaging.packages import input_on_card
from training.packaging.people import people_of

WORDS = ("title", "purpose", "licence", "notice", "limits", "research_only", "applies_to")
IN_WORDS = {"left_out": "left out", "negative": "taken as absent", "positive": "taken as present"}
MORE_WORDS = ("notice_text", "data_source", "data_split")
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
        "answers": recipe.card.get("answers", {}),
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
        "people": people_of(dataset),
        "left_out": len(dataset.remarks),
        "missing": f"Uncertain labels: {IN_WORDS[recipe.data.uncertain]}.",
    }


def training_on_card(recipe: Recipe, history: Sequence[dict[str, Any]]) -> dict[str, Any]:
    return {
        "recipe": recipe.text,
        "seed": recipe.training.seed,
        "epochs": len(history),
        "seconds": round(sum(epoch["seconds"] for epoch in history)),
        "initialisation": _initialisation(recipe),
        "selection": "By the validation split; the test split chose nothing.",
        "ensemble": "One network; the answer is the mean of the picture and its mirror image."
        if recipe.network.both_views
        else "One network, one look.",
        "versions": {name: _version(name) for name in LIBRARIES},
    }


def check_words(recipe: Recipe) -> None:
    """Refuse a card that lacks words, or answers what nobody asked, before hours of training."""
    if lacking := [word for word in (*WORDS, *MORE_WORDS) if word not in recipe.card]:
        raise TrainingError(f"The recipe's [card] lacks {', '.join(lacking)}.")
    known = {item.key for item in ITEMS}
    if strange := sorted(set(recipe.card.get("answers", {})) - known):
        raise TrainingError(
            f"[card.answers] has {', '.join(strange)}; known are {', '.join(sorted(known))}."
        )


def _initialisation(recipe: Recipe) -> str:
    weights = recipe.network.weights
    if weights == "none":
        return f"At random, seed {recipe.training.seed}."
    return "ImageNet weights of Keras." if weights == "imagenet" else f"Weights from {weights}."


def _version(name: str) -> str | None:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None
