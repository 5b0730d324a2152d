"""From the graph's numbers to probabilities, calls and maps: pure arithmetic."""

import numpy as np


def probabilities(logits: np.ndarray, activation: str) -> np.ndarray:
    """Return probabilities per label: one of all (softmax) or each for itself (sigmoid)."""
    if activation == "sigmoid":
        return 1.0 / (1.0 + np.exp(-np.clip(logits, -60, 60)))
    shifted = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return shifted / shifted.sum(axis=-1, keepdims=True)


def call_for(
    probability: float, threshold: float | None, negative_below: float | None
) -> str | None:
    """Return the call; between the two limits the answer is "I don't know"."""
    if threshold is None or negative_below is None:
        return None
    if probability >= threshold:
        return "positive"
    return "negative" if probability < negative_below else "uncertain"


def evidence_strength(evidence: np.ndarray, activation: str, scale: float) -> np.ndarray:
    """Return what speaks for each label, 0..1, on one scale for all pictures.

    With softmax only the difference between labels counts, so their mean is taken off first.
    """
    if activation == "softmax":
        evidence = evidence - evidence.mean(axis=-1, keepdims=True)
    return np.clip(evidence / scale, 0.0, 1.0)
