"""Calibration as the card says it: applied alike by training and serving, never certain."""

import numpy as np
import pytest

from inference.calibration import Calibration, calibration_on_card, read_calibration
from inference.packages import BrokenPackage, read_card
from tests.model_packages import LABELS, change_card, make_package

CURVE = ((0.0, 0.5, 1.0), (0.01, 0.3, 0.9))
LOGITS = np.log(np.array([[0.7, 0.2, 0.1], [0.1, 0.1, 0.8]]))


def test_a_temperature_softens_and_keeps_the_order():
    soft = Calibration("temperature", 2.0).probabilities(LOGITS, "softmax")
    assert soft[0, 0] < 0.7
    assert soft.argmax(axis=1).tolist() == [0, 2]
    assert soft.sum(axis=1) == pytest.approx(1.0)


def test_curves_bend_each_label_of_a_sigmoid_by_itself():
    logits = np.array([[0.0, 0.0]])
    curves = (CURVE, ((0.0, 1.0), (0.2, 0.8)))
    found = Calibration("isotonic", 1.0, curves).probabilities(logits, "sigmoid")
    assert found.tolist() == [[pytest.approx(0.3), pytest.approx(0.5)]]


def test_curves_of_a_softmax_still_sum_to_one():
    found = Calibration("isotonic", 1.0, (CURVE,) * 3).probabilities(LOGITS, "softmax")
    bent = np.interp([0.7, 0.2, 0.1], *CURVE)
    assert found[0] == pytest.approx(bent / bent.sum())
    assert found.sum(axis=1) == pytest.approx(1.0)


def test_a_card_gives_back_what_was_written_on_it():
    calibration = Calibration("isotonic", 1.2, (CURVE, ((0.0, 1.0), (0.2, 0.8))))
    card = calibration_on_card(calibration, ("a", "b"))
    # The order of the labels decides, not the order on the card.
    card["curves"] = dict(reversed(card["curves"].items()))
    assert read_calibration(card, ("a", "b")) == calibration


def isotonic(*, stated=(0.0, 1.0), calibrated=(0.1, 0.9), codes=LABELS):
    curves = {code: {"stated": stated, "calibrated": calibrated} for code in codes}
    return {"method": "isotonic", "temperature": 1.0, "curves": curves}


@pytest.mark.parametrize(
    ("calibration", "reason"),
    [
        ({"method": "magic", "temperature": 1.0}, "unknown"),
        ({"method": "isotonic", "temperature": 1.0}, "one calibration curve per label"),
        (isotonic(codes=LABELS[:2]), "other labels"),
        (isotonic(stated=(0.0, 0.5)), "rise from 0 to 1"),
        (isotonic(calibrated=(0.9, 0.1)), "rise from 0 to 1"),
        (isotonic(calibrated=(0.0, 0.9)), "certainty"),
        (isotonic(calibrated=(0.1, 1.0)), "certainty"),
        (isotonic(calibrated=(0.1, float("nan"))), "certainty"),
        (isotonic(calibrated=(0.1, 0.2, 0.9)), "rise from 0 to 1"),
    ],
)
def test_a_calibration_that_cannot_be_right_is_refused(tmp_path, calibration, reason):
    package = make_package(tmp_path / "package")
    change_card(package, calibration=calibration)
    with pytest.raises(BrokenPackage, match=reason):
        read_card(package)


def test_a_package_with_curves_is_read(tmp_path):
    package = make_package(tmp_path / "package", calibration=isotonic())
    assert read_card(package).calibration.curves == (((0.0, 1.0), (0.1, 0.9)),) * 3
