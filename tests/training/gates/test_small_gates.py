"""Each gate passes what is right and fails what is not."""

from dataclasses import replace

import numpy as np
import pytest

from inference.classifier import load_classifier
from inference.packages import BrokenPackage
from tests.training.gates.cases import make_dataset
from training.gates import canary
from training.gates.leaks import check_leaks
from training.gates.minimum_data import check_minimum_data
from training.gates.parity import check_parity


@pytest.mark.parametrize(
    ("difference", "changed", "passes"),
    [
        (0.0, 0, True),
        (0.0099, 0, True),
        (0.01, 0, False),
        (0.001, 1, False),
        (float("nan"), 0, False),
    ],
)
def test_an_export_that_changes_a_call_or_moves_a_probability_does_not_pass(
    difference, changed, passes
):
    tried = {"f32": {"largest_difference": difference, "changed_calls": changed}}
    assert check_parity(precision="f32", tried=tried).passed is passes


def test_the_chosen_precision_is_judged_not_the_others():
    tried = {
        "bf16": {"largest_difference": 0.2, "changed_calls": 3, "milliseconds": 1.0},
        "f32": {"largest_difference": 0.0, "changed_calls": 0, "milliseconds": 2.0},
    }
    verdict = check_parity(precision="f32", tried=tried)
    assert verdict.passed
    assert verdict.table[1][-1] == "differs"
    assert verdict.table[2][0] == "f32 (chosen)"


def test_without_leaks_the_splits_pass():
    assert check_leaks((), patients_known=True).passed


def test_where_no_patient_is_named_the_verdict_says_what_was_not_compared():
    verdict = check_leaks((), patients_known=False)
    assert verdict.passed
    assert "name no patients" in verdict.says


def test_a_leak_fails_with_its_line_and_a_long_list_is_cut():
    verdict = check_leaks([f"patient {number}" for number in range(25)], patients_known=True)
    assert not verdict.passed
    assert verdict.table[1] == ("patient 0",)
    assert verdict.table[-1] == ("and 5 more",)


def test_a_package_that_both_engines_load_passes(tmp_path, monkeypatch):
    monkeypatch.setattr(canary, "load_classifier", lambda *args, **options: None)
    monkeypatch.setattr(canary, "digest_of", lambda folder: "0" * 64)
    assert canary.check_canary(tmp_path).passed


def test_a_package_that_one_engine_refuses_does_not_pass(tmp_path, monkeypatch):
    def load(folder, *, engine, **options):
        if engine == "openvino":
            raise BrokenPackage("the canary's logits differ by 0.2000.")

    monkeypatch.setattr(canary, "load_classifier", load)
    monkeypatch.setattr(canary, "digest_of", lambda folder: "0" * 64)
    verdict = canary.check_canary(tmp_path)
    assert not verdict.passed
    assert ("keras", "agrees") in verdict.table
    assert "0.2000" in verdict.says


def test_the_gate_asks_the_loader_that_workers_use(tmp_path):
    assert canary.load_classifier is load_classifier
    assert not canary.check_canary(tmp_path).passed  # an empty folder is no package


def test_twenty_patients_of_each_kind_are_enough_to_measure_on():
    verdict = check_minimum_data(make_dataset({"train": 50, "val": 20, "test": 20}))
    assert verdict.passed
    assert "fewer than the advised" in verdict.says
    assert "advised" not in check_minimum_data(make_dataset(dict.fromkeys(
        ("train", "val", "test"), 100))).says  # fmt: skip


@pytest.mark.parametrize("split", ["train", "val", "test"])
def test_one_patient_too_few_in_any_split_does_not_pass(split):
    least = {"train": 50, "val": 20, "test": 20}
    verdict = check_minimum_data(make_dataset(least | {split: least[split] - 1}))
    assert not verdict.passed
    assert f"{least[split] - 1} of sick" in verdict.says


def test_many_pictures_of_few_people_are_not_enough():
    dataset = make_dataset({"train": 50, "val": 20, "test": 20})
    tested = (dataset.splits == "test") & (dataset.targets[:, 0] == 1)
    same = np.where(tested, "one-person", dataset.patients)
    assert not check_minimum_data(replace(dataset, patients=same)).passed


def test_where_labels_overlap_those_without_one_are_counted_too():
    dataset = make_dataset({"train": 50, "val": 20, "test": 20})
    overlapping = replace(dataset, targets=np.ones_like(dataset.targets))
    verdict = check_minimum_data(overlapping)
    assert not verdict.passed
    assert "0 of not sick" in verdict.says
