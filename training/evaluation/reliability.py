"""Do the probabilities mean what they say? Before and after calibration, over all and per label."""

from typing import Any

import numpy as np

from training.evaluation import statistics
from training.evaluation.answers import Answers
from training.evaluation.bootstrap import Bootstrap, nothing, wilson

FLOOR_DRAWS = 200


def top_label(answers: Answers, probabilities: np.ndarray) -> tuple[np.ndarray, ...]:
    """Return (picture, confidence, right) of each decision as the more probable side takes it.

    Softmax decides once a picture; sigmoid once for each label that is known.
    """
    if answers.is_exclusive:
        pictures = np.arange(len(answers))
        best = probabilities.argmax(axis=1)
        return pictures, probabilities[pictures, best], answers.truth[pictures, best]
    pictures, places = np.nonzero(answers.known)
    stated = probabilities[pictures, places]
    right = answers.truth[pictures, places] == (stated >= 0.5)
    return pictures, np.maximum(stated, 1.0 - stated), right


def top_label_error(
    answers: Answers, drawn: Bootstrap, probabilities: np.ndarray | None = None
) -> dict:
    """Return the expected calibration error of the top label, in ten equally wide bins.

    Probabilities presume how frequent each class is: of one class alone there is no error to tell.
    """
    if answers.is_one_class:
        return nothing()
    given = answers.probabilities if probabilities is None else probabilities
    pictures, confidence, right = top_label(answers, given)
    return drawn.excess_free(
        lambda w: statistics.calibration_error(w[:, pictures], confidence, right),
        answers.everything,
    )


def calibration_figures(
    answers: Answers, uncalibrated: np.ndarray | None, drawn: Bootstrap
) -> dict[str, Any]:
    """Return calibration errors before and after, over all labels and for each.

    ``floor`` is what a perfectly calibrated classifier would show on average on as many pictures:
    an error below it cannot be told from none (Bröcker and Smith 2007).
    """
    _, confidence, _ = top_label(answers, answers.probabilities)
    figures: dict[str, Any] = {
        "after": top_label_error(answers, drawn),
        "floor": floor_of(confidence),
        "per_label": {
            label.code: {"after": _of_label(answers, index, answers.probabilities, drawn)}
            for index, label in enumerate(answers.labels)
        },
    }
    if uncalibrated is not None:
        figures["before"] = top_label_error(answers, drawn, uncalibrated)
        for index, label in enumerate(answers.labels):
            figures["per_label"][label.code]["before"] = _of_label(
                answers, index, uncalibrated, drawn
            )
    return figures


def _of_label(answers: Answers, index: int, probabilities: np.ndarray, drawn: Bootstrap) -> dict:
    if not answers.can_rank(index):
        return nothing()
    known = answers.known[:, index]
    stated, happened = probabilities[known, index], answers.truth[known, index]
    return drawn.excess_free(
        lambda weights: statistics.calibration_error(weights, stated, happened), known
    )


def floor_of(confidence: np.ndarray) -> float | None:
    if not len(confidence):
        return None
    random, one = np.random.default_rng(0), np.ones((1, len(confidence)))
    errors = [
        statistics.calibration_error(one, confidence, random.random(len(confidence)) < confidence)
        for _ in range(FLOOR_DRAWS)
    ]
    return round(float(np.mean(errors)), 4)


def reliability_points(
    stated: np.ndarray, happened: np.ndarray, bins: int = statistics.BINS
) -> list[dict[str, float]]:
    """Return, for each bin that holds a picture, the stated and the observed share with interval.

    The interval is Wilson's over pictures: it orients the eye, it is no test.
    """
    place = np.minimum((stated * bins).astype(int), bins - 1)
    rows = []
    for index in np.unique(place):
        inside = place == index
        observed, count = float(happened[inside].mean()), int(inside.sum())
        low, high = wilson(observed, count)
        values = {"stated": float(stated[inside].mean()), "observed": observed}
        values |= {"low": low, "high": high}
        rows.append({name: round(value, 4) for name, value in values.items()} | {"pictures": count})
    return rows
