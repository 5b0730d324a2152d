"""From which probability a finding is called, below which denied; chosen on validation."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from inference.packages import Label
from training.config import EvaluationSettings
from training.errors import TrainingError
from training.evaluation import statistics
from training.evaluation.answers import Answers
from training.evaluation.bootstrap import Bootstrap, as_figure

SPECIFICITY = 0.95
SENSITIVITY = 0.95
LEAST, MOST = 0.5, 0.99
GAP = 0.004

RULE = (
    "Positive from the smallest calibrated probability that keeps a specificity of "
    f"{SPECIFICITY:.0%} on the validation pictures, and never below {LEAST}; negative below the "
    f"largest probability that {SENSITIVITY:.0%} of the validation pictures with the finding "
    "reach, if that is lower; uncertain in between."
)


def choose_thresholds(positive: np.ndarray, probability: np.ndarray) -> tuple[float, float]:
    """Return (threshold, negative_below) for one finding.

    Each lies in the middle of the nearest gap between scores that is wide enough for no picture
    to sit on its edge: the last digits, which another precision or processor may change, decide
    no call. It is looked for upwards and downwards, so that both keep what they promise.
    """
    scores = np.unique(probability)
    with_finding = np.sort(probability[positive])
    without = np.sort(probability[~positive])
    if not len(with_finding) or not len(without):
        raise TrainingError(
            "Thresholds need validation pictures with and without the finding; one kind is absent."
        )
    specific = max(LEAST, without[_index(len(without), SPECIFICITY)])
    sensitive = with_finding[len(with_finding) - 1 - _index(len(with_finding), SENSITIVITY)]
    above = np.array([specific, *scores[scores > specific], 1.0])
    below = np.array([sensitive, *scores[scores < sensitive][::-1], 0.0])
    threshold = min(_middle_of_gap(above), MOST)
    return round(threshold, 6), round(min(threshold, _middle_of_gap(below)), 6)


def _middle_of_gap(scores: np.ndarray) -> float:
    """Return the middle of the first wide gap between neighbours, or of the last gap."""
    gaps = np.abs(np.diff(scores))
    first = int(np.argmax(gaps >= GAP)) if (gaps >= GAP).any() else len(gaps) - 1
    return float(scores[first : first + 2].mean())


def choose_cutoffs(
    positive: np.ndarray,
    probability: np.ndarray,
    label: Label,
    settings: EvaluationSettings,
) -> list[dict[str, Any]]:
    """Return the rows of the threshold table: name, rule, and the cut-off that validation gives.

    A cut-off that no picture reaches is null.
    """
    cuts = np.unique(probability)
    sensitivity = 1.0 - _share_below(probability[positive], cuts)
    specificity = _share_below(probability[~positive], cuts)
    prevalence = settings.prevalence
    predictive = positive_predictive_value(sensitivity, specificity, prevalence)
    rows = [
        ("youden", "largest sum of both (Youden 1950)",
         cuts[np.argmax(sensitivity + specificity)]),
        ("sensitivity", f"sensitivity at least {settings.sensitivity:.0%}",
         _last(cuts, sensitivity >= settings.sensitivity)),
        ("specificity", f"specificity at least {settings.specificity:.0%}",
         _first(cuts, specificity >= settings.specificity)),
        ("positive_predictive_value",
         f"PPV at least {settings.positive_predictive_value:.0%} at prevalence {prevalence:.0%}",
         _first(cuts, predictive >= settings.positive_predictive_value)),
    ]  # fmt: skip
    return [
        *(
            {"name": name, "rule": rule, "cutoff": None if cut is None else _down(float(cut))}
            for name, rule, cut in rows
        ),
        *chosen_cutoffs(label),
    ]


def chosen_cutoffs(label: Label) -> list[dict[str, Any]]:
    """Return the two rows that the classifier itself uses."""
    return [
        {"name": "chosen", "rule": "called positive", "cutoff": label.threshold},
        {"name": "negative_below", "rule": "not called negative", "cutoff": label.negative_below},
    ]


def measure_cutoffs(
    rows: Sequence[Mapping[str, Any]],
    answers: Answers,
    index: int,
    drawn: Bootstrap,
    prevalence: float,
) -> list[dict[str, Any]]:
    """Return ``rows`` with what each cut-off does on these pictures.

    Predictive values are those at the stated prevalence, not at that of the pictures.
    """
    bare = [{name: row[name] for name in ("name", "rule", "cutoff")} for row in rows]
    return [
        row if row["cutoff"] is None else row | _measured(row["cutoff"], answers, index, drawn,
                                                          prevalence)
        for row in bare
    ]  # fmt: skip


def _measured(
    cutoff: float, answers: Answers, index: int, drawn: Bootstrap, prevalence: float
) -> dict[str, Any]:
    above = answers.probabilities[:, index] >= cutoff
    with_it, without = answers.with_label(index), answers.without_label(index)
    rates = {
        "sensitivity": drawn.share(above, with_it),
        "specificity": drawn.share(~above, without),
    }
    known = answers.known[:, index] if with_it.any() and without.any() else above & ~above
    of_with, of_without, over = (
        mask[known].astype(np.float64) for mask in (with_it, without, above)
    )

    def drawn_rates(weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        found = statistics.divided(weights @ (over * of_with), weights @ of_with)
        alarms = statistics.divided(weights @ (over * of_without), weights @ of_without)
        return found, 1.0 - alarms

    for name, value in PREDICTIVE_VALUES.items():
        figure = drawn.figure(
            lambda weights, value=value: value(*drawn_rates(weights), prevalence), known
        )
        rates[name] = _widened(figure, value, rates, prevalence)
    return rates


def _widened(figure, value, rates, prevalence: float) -> dict[str, float | None]:
    """Return ``figure`` with the interval that its two rates, one at a time, allow.

    Without one false alarm among the pictures every draw says that all calls are right.
    """
    found, cleared = rates["sensitivity"], rates["specificity"]
    if figure["value"] is None:
        return figure
    ends = [
        float(value(np.array(one), np.array(other), prevalence))
        for one, other in (
            (found["low"], cleared["value"]),
            (found["high"], cleared["value"]),
            (found["value"], cleared["low"]),
            (found["value"], cleared["high"]),
        )
    ]
    possible = [figure["low"], figure["high"], *(end for end in ends if not np.isnan(end))]
    return as_figure(figure["value"], min(possible), max(possible))


def positive_predictive_value(sensitivity, specificity, prevalence: float) -> np.ndarray:
    """Return the share of positive calls that would be right at this prevalence (Bayes)."""
    right = sensitivity * prevalence
    return statistics.divided(right, right + (1.0 - specificity) * (1.0 - prevalence))


def negative_predictive_value(sensitivity, specificity, prevalence: float) -> np.ndarray:
    """Return the share of the others that would be rightly free of it at this prevalence."""
    right = specificity * (1.0 - prevalence)
    return statistics.divided(right, right + (1.0 - sensitivity) * prevalence)


PREDICTIVE_VALUES = {"ppv": positive_predictive_value, "npv": negative_predictive_value}


def _share_below(values: np.ndarray, cuts: np.ndarray) -> np.ndarray:
    return np.searchsorted(np.sort(values), cuts, side="left") / max(len(values), 1)


def _first(cuts: np.ndarray, good: np.ndarray) -> float | None:
    return cuts[good][0] if good.any() else None


def _last(cuts: np.ndarray, good: np.ndarray) -> float | None:
    return cuts[good][-1] if good.any() else None


def _down(cut: float) -> float:
    """A cut-off is a score that calls: rounded down, it still calls the picture that gave it."""
    return float(np.floor(cut * 1e6) / 1e6)


def _index(count: int, share: float) -> int:
    """Return the place in sorted values up to which at least ``share`` of them lie."""
    return max(0, int(np.ceil(share * count)) - 1)
