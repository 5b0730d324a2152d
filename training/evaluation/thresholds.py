"""From which probability a finding is called, below which denied; chosen on validation."""

import numpy as np

SPECIFICITY = 0.95
SENSITIVITY = 0.95
LEAST = 0.5

RULE = (
    "Positive from the smallest calibrated probability that keeps a specificity of "
    f"{SPECIFICITY:.0%} on the validation pictures, and never below {LEAST}; negative below the "
    f"largest probability that {SENSITIVITY:.0%} of the validation pictures with the finding "
    "reach, if that is lower; uncertain in between."
)


def choose_thresholds(positive: np.ndarray, probability: np.ndarray) -> tuple[float, float]:
    """Return (threshold, negative_below) for one finding."""
    with_finding = np.sort(probability[positive])
    without = np.sort(probability[~positive])
    specific = _just_above(without[_index(len(without), SPECIFICITY)])
    sensitive = with_finding[len(with_finding) - 1 - _index(len(with_finding), SENSITIVITY)]
    threshold = min(max(LEAST, specific), 0.99)
    return round(threshold, 4), round(min(threshold, float(sensitive) - 5e-5), 4)


def _index(count: int, share: float) -> int:
    """Return the place in sorted values up to which at least ``share`` of them lie."""
    return max(0, int(np.ceil(share * count)) - 1)


def _just_above(value: float) -> float:
    return float(value) + 1e-4
