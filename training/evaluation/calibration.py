"""One number that makes confidence mean what it says, fitted on validation pictures."""

import numpy as np

from training.evaluation.metrics import softmax

CANDIDATES = np.geomspace(0.2, 5.0, 321)


def fit_temperature(truth: np.ndarray, logits: np.ndarray) -> float:
    """Return the temperature with the least log loss; the most likely class stays."""
    rows = np.arange(len(truth))
    losses = [
        -np.log(np.clip(softmax(logits / temperature)[rows, truth], 1e-12, 1.0)).mean()
        for temperature in CANDIDATES
    ]
    return float(round(CANDIDATES[int(np.argmin(losses))], 4))
