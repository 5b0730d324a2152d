"""A whole run, as a person starts it: killed, continued, packaged, loaded, published."""

import json
import os
import signal
import subprocess
import sys
from io import StringIO
from pathlib import Path

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from inference.classifier import load_classifier
from inference.packages import digest_of, read_card, verify_package
from tests.training.pictures import make_dataset_folder
from training.errors import TrainingError
from training.packaging.publishing import PACKAGE, Override, publish

ROOT = Path(__file__).resolve().parents[2]
GATES = ["parity", "leaks", "canary", "minimum-data", "shortcuts", "complete-card"]
RECIPE = """
name = "invented"
version = "0.1.0"

[data]
folder = "nowhere"

[card]
title = "Computed trunks"
purpose = "Tests"
research_only = true
licence = "none"
notice = "NOTICE"
notice_text = "Pictures of nobody."
limits = ["It knows nothing."]
data_source = "computed"
data_split = "invented"
applies_to = [{ modality = "DX", body_part = "CHEST" }]

[[labels]]
code = "covid-19"
in_data = "covid"
display = "COVID-19"
role = "finding"
positive_text = "yes"
negative_text = "no"

[[labels]]
code = "viral-pneumonia"
in_data = "viral_pneumonia"
display = "Viral pneumonia"
role = "finding"
positive_text = "yes"
negative_text = "no"

[[labels]]
code = "normal"
display = "Neither"
role = "reference"
positive_text = "yes"
negative_text = "no"

[input]
height = 32
width = 32
channels = 1
preprocessing = "equalised_grey"
parameters = { border = 0.06 }
training_scale = 1.25

[network]
widths = [4, 8, 8]
convolution = "plain"
dropout = 0.1

[augmentation]
spectrum = 0.5

[training]
batch_size = 8
weight_decay = 0.01
averaging = 0.9
source_balance = 0.5
patience = 9
seed = 1

[[stages]]
name = "learn"
epochs = 1
learning_rate = 1e-2
last_learning_rate = 1e-3
mixup = 0.2
label_smoothing = 0.05

[[stages]]
name = "settle"
epochs = 1
learning_rate = 1e-3
last_learning_rate = 1e-4
"""


def command(*arguments):
    return subprocess.Popen(
        ["nice", sys.executable, "manage.py", *map(str, arguments)],
        cwd=ROOT,
        env=os.environ | {"TF_CPP_MIN_LOG_LEVEL": "3"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """A run that was killed after its first epoch and then continued to its end."""
    folder = tmp_path_factory.mktemp("training")
    data, run = make_dataset_folder(folder / "data"), folder / "run"
    (folder / "recipe.toml").write_text(RECIPE)
    arguments = ("train_model", folder / "recipe.toml", "--data", data, "--run", run)
    first = command(*arguments)
    for line in first.stdout:
        if line.startswith("epoch   1"):
            first.send_signal(signal.SIGKILL)
            break
    first.communicate()
    assert not (run / PACKAGE).exists()
    second = command(*arguments)
    output, errors = second.communicate()
    assert second.returncode == 0, errors
    return folder, output


@pytest.mark.slow
def test_a_killed_run_goes_on_after_its_last_epoch(finished):
    _, output = finished
    assert "Going on after epoch 1 of 2." in output
    assert "epoch   1/2" not in output
    assert "epoch   2/2 settle" in output
    assert " left\n" in output


@pytest.mark.slow
def test_its_package_is_complete_and_says_how_good_it_is(finished):
    package = finished[0] / "run" / PACKAGE
    card = verify_package(package, digest_of(package))
    test = card.metrics["test"]
    assert set(test["per_class"]) == {"covid-19", "viral-pneumonia", "normal"}
    assert set(test["per_source"]) == {"north", "south"}
    for name in ("balanced_accuracy", "macro_auc"):
        assert test[name]["low"] <= test[name]["value"] <= test[name]["high"]
    assert set(card.metrics["strangers"]) == {"blank pictures", "computed noise and patterns"}
    assert card.metrics["parity"]["changed_calls"] == 0
    assert card.outputs.evidence == (8, 8, 3)
    assert card.data["counts"]["train"]["normal"] == {"north": 6, "south": 6}
    assert "[[stages]]" in card.training["recipe"]


@pytest.mark.slow
def test_both_engines_read_a_picture_alike(finished):
    folder, _ = finished
    picture = folder / "data" / "covid" / "0001.png"
    answers = {}
    for engine in ("openvino", "keras"):
        arguments = ("--package", folder / "run" / PACKAGE, "--engine", engine, "--json")
        output, errors = command("predict_image", picture, *arguments).communicate()
        answers[engine] = json.loads(output)[0]
        assert answers[engine]["file"] == str(picture), errors
    for served, reference in zip(
        answers["openvino"]["findings"], answers["keras"]["findings"], strict=True
    ):
        assert served["probability"] == pytest.approx(reference["probability"], abs=0.001)
        assert served["call"] == reference["call"]


@pytest.mark.slow
def test_the_evidence_adds_up_to_the_logits_and_mirrors_with_the_picture(finished):
    package = finished[0] / "run" / PACKAGE
    engine = load_classifier(package, digest=digest_of(package), threads=1).engine
    batch = np.random.default_rng(1).uniform(size=(4, 32, 32, 1)).astype(np.float32)
    outputs, mirrored = engine.run(batch), engine.run(batch[:, :, ::-1])
    rest = outputs.logits - outputs.evidence.mean(axis=(1, 2))
    assert np.allclose(rest, rest[0], atol=1e-4)
    assert np.allclose(mirrored.logits, outputs.logits, atol=1e-4)
    assert np.allclose(mirrored.evidence[:, :, ::-1], outputs.evidence, atol=1e-4)


@pytest.mark.slow
def test_measuring_the_package_again_gives_the_figures_of_its_card(finished):
    package, output = finished[0] / "run" / PACKAGE, StringIO()
    arguments = {"data": finished[0] / "data", "split": "test", "json": True}
    call_command("evaluate_model", package, stdout=output, **arguments)
    again = json.loads(output.getvalue())
    test = read_card(package).metrics["test"]
    if not again["abstained"]:
        assert again["macro_auc"] == test["macro_auc"]
        assert again["confusion"] == test["confusion"]
    assert again["pictures"] + again["abstained"] == test["pictures"]


@pytest.mark.slow
def test_a_run_finishes_whatever_the_checks_say_and_is_published_with_a_reason(finished, tmp_path):
    folder, output = finished
    card = read_card(folder / "run" / PACKAGE)
    verdicts = {gate["name"]: gate["passed"] for gate in card.gates}
    assert list(verdicts) == GATES
    assert verdicts["canary"]
    assert verdicts["parity"]
    assert not verdicts["minimum-data"]
    assert "FAILED minimum-data: Too few patients" in output
    with pytest.raises(TrainingError, match="minimum-data"):
        publish(folder / "run", tmp_path)
    override = Override(reason="invented pictures", by="nobody", at="2026-01-01T00:00:00+00:00")
    place = publish(folder / "run", tmp_path, override=override)
    assert place == tmp_path / "invented" / "0.1.0"
    assert override.reason in (place / "report" / "report.html").read_text()
    assert publish(folder / "run", tmp_path) == place


@pytest.mark.parametrize(
    ("recipe", "reason"),
    [
        ("name = ", "not valid TOML"),
        ('name = "x"', "incomplete or misspelt"),
        (RECIPE.replace("equalised_grey", "magic"), "unknown preprocessing magic"),
        (RECIPE.replace("seed = 1", "seed = 1\nsead = 2"), "unknown settings"),
        (RECIPE, "nothing at"),
    ],
)
def test_what_cannot_be_trained_is_one_clear_line(tmp_path, recipe, reason):
    (tmp_path / "recipe.toml").write_text(recipe)
    with pytest.raises(CommandError, match=reason):
        call_command("train_model", tmp_path / "recipe.toml", run=tmp_path / "run")
    assert not (tmp_path / "run" / PACKAGE).exists()
