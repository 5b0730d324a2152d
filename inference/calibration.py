"""From logits to probabilities that mean what they say: one temperature, or a curve per label."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from inference.reading import probabilities

METHODS = ("none", "temperature", "isotonic")
Curve = tuple[tuple[float, ...], tuple[float, ...]]
"""Stated and calibrated probabilities; between the points it is straight."""


@dataclass(frozen=True)
class Calibration:
    """What the card says of calibration; training fits it, serving applies it."""

    method: str = "none"
    temperature: float = 1.0
    curves: tuple[Curve, ...] = ()
    """isotonic: one per label, in the order of the labels"""

    def probabilities(self, logits: np.ndarray, activation: str) -> np.ndarray:
        """Return calibrated probabilities (…, labels).

        With softmax the curves are applied label by label and the sum brought back to 1
        (Zadrozny and Elkan 2002).
        """
        stated = probabilities(logits / self.temperature, activation)
        if self.method != "isotonic":
            return stated
        bent = np.stack(
            [np.interp(stated[..., index], *curve) for index, curve in enumerate(self.curves)],
            axis=-1,
        ).astype(stated.dtype)
        return bent / bent.sum(axis=-1, keepdims=True) if activation == "softmax" else bent

    def problem(self, labels: int) -> str:
        """Return why it cannot be applied to ``labels`` labels, if so."""
        if self.method not in METHODS:
            return "its method of calibration is unknown"
        if not self.temperature > 0:
            return "its temperature is not positive"
        if self.method == "isotonic" and len(self.curves) != labels:
            return "it has not one calibration curve per label"
        if not all(_is_sound(curve) for curve in self.curves):
            return "a calibration curve does not rise from 0 to 1, or gives certainty"
        return ""


def _is_sound(curve: Curve) -> bool:
    stated, calibrated = (np.asarray(values, dtype=float) for values in curve)
    return (
        stated.shape == calibrated.shape
        and len(stated) > 1
        and (stated[0], stated[-1]) == (0.0, 1.0)
        and bool((np.diff(stated) > 0).all() and (np.diff(calibrated) >= 0).all())
        # Nobody is certain: a 0 or a 1 would outweigh whatever else is known of the patient.
        and 0.0 < calibrated[0] <= calibrated[-1] < 1.0
    )


def read_calibration(given: Mapping[str, Any], codes: Sequence[str]) -> Calibration:
    """Return the calibration that a card says, its curves in the order of ``codes``."""
    curves = given.get("curves", {})
    if curves and set(curves) != set(codes):
        raise ValueError("calibration curves of other labels")
    return Calibration(
        method=given["method"],
        temperature=float(given["temperature"]),
        curves=tuple(
            (
                tuple(map(float, curves[code]["stated"])),
                tuple(map(float, curves[code]["calibrated"])),
            )
            for code in codes
            if curves
        ),
    )


def calibration_on_card(calibration: Calibration, codes: Sequence[str]) -> dict[str, Any]:
    """Return what ``read_calibration`` reads."""
    card = {"method": calibration.method, "temperature": calibration.temperature}
    if calibration.curves:
        card["curves"] = {
            code: {"stated": list(stated), "calibrated": list(calibrated)}
            for code, (stated, calibrated) in zip(codes, calibration.curves, strict=True)
        }
    return card
