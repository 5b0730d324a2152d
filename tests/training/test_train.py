"""The loop: stages, patience, what is learnt from, and what a kill leaves."""

import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.training.runs import make_data, make_recipe, run
from training import checkpoints, lessons
from training.checkpoints import LAST, history_of
from training.config import Stage
from training.errors import TrainingError
from training.losses import validation_figures
from training.networks.build import parts

ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.slow


def silent(line):
    pass


def short(**settings):
    return Stage(**{"name": "short", "epochs": 1, "learning_rate": 1e-3, **settings})


@pytest.fixture(scope="module")
def unbroken(tmp_path_factory):
    """The weights of a run of three stages that nobody disturbed, and its folder."""
    folder = tmp_path_factory.mktemp("unbroken")
    return run(make_recipe(), folder, say=silent).get_weights(), folder


def are_equal(some, others):
    return all(np.array_equal(one, other) for one, other in zip(some, others, strict=True))


def test_a_run_that_was_killed_within_an_epoch_ends_with_the_same_weights(unbroken, tmp_path):
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.training.runs", tmp_path],
        cwd=ROOT,
        env=os.environ | {"TF_CPP_MIN_LOG_LEVEL": "3", "DJANGO_SETTINGS_MODULE": "aicare.settings"},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    for line in process.stdout:
        if line.startswith("epoch   1"):
            process.send_signal(signal.SIGKILL)
            break
    process.communicate()
    assert process.returncode == -signal.SIGKILL
    assert 1 <= len(history_of(tmp_path)) < 5
    assert are_equal(unbroken[0], run(make_recipe(), tmp_path, say=silent).get_weights())


@pytest.mark.parametrize("epoch", [2, 3, 4])
def test_a_run_that_was_stopped_at_a_border_or_in_a_stage_ends_with_the_same_weights(
    unbroken, tmp_path, epoch
):
    def stop(row):
        if row["epoch"] == epoch:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(make_recipe(), tmp_path, say=silent, on_epoch=stop)
    lines = []
    again = run(make_recipe(), tmp_path, say=lines.append)
    assert f"Going on after epoch {epoch} of 5." in lines
    assert are_equal(unbroken[0], again.get_weights())
    assert (tmp_path / "log.csv").read_text().count("\n") == 6


def test_a_kill_between_the_best_and_the_last_file_ends_with_the_same_weights(
    unbroken, tmp_path, monkeypatch
):
    rename, renamed = Path.rename, []

    def killed(source, target):
        if Path(target).name == LAST and len(renamed) == 2:
            raise KeyboardInterrupt
        if Path(target).name == LAST:
            renamed.append(target)
        return rename(source, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "rename", killed)
        with pytest.raises(KeyboardInterrupt):
            run(make_recipe(), tmp_path, say=silent)
    assert len(history_of(tmp_path)) == 2
    assert are_equal(unbroken[0], run(make_recipe(), tmp_path, say=silent).get_weights())


def test_features_of_the_frozen_body_teach_the_head_what_the_pictures_would(tmp_path, monkeypatch):
    still = make_recipe(
        stages=(short(epochs=3, learning_rate=1e-2, trainable="head"),), augmentation={}
    )
    by_features = run(still, tmp_path / "features", say=silent).get_weights()
    assert len(list((tmp_path / "features" / "cache").glob("features-*.npy"))) == 2
    with np.load(tmp_path / "features" / LAST) as stored:
        assert len([name for name in stored.files if name.startswith("network_")]) == 2
    monkeypatch.setattr(lessons, "reads_features", lambda recipe, stage: False)
    by_pictures = run(still, tmp_path / "pictures", say=silent).get_weights()
    assert not (tmp_path / "pictures" / "cache").exists()
    for one, other in zip(by_features, by_pictures, strict=True):
        assert np.allclose(one, other, atol=1e-4)


def test_a_stage_that_trains_the_head_leaves_the_body_as_it_was(tmp_path):
    bodies = []
    for name, epochs in (("one", 1), ("two", 2)):
        stages = (short(epochs=1), short(name="head", epochs=epochs, trainable="head"))
        recipe = make_recipe(stages=stages, averaging=0.9, network={"head": "dense"})
        network = run(recipe, tmp_path / name, say=silent)
        bodies.append([w.numpy() for layer in parts(network)[0] for w in layer.weights])
    assert are_equal(*bodies)


def test_a_stage_without_gain_gives_way_to_the_next_which_begins_from_the_best(tmp_path):
    # Steps this large spoil the network, so that the first epoch stays the best.
    wild = short(name="wild", epochs=6, learning_rate=3.0, patience=1, schedule="constant")
    still = short(name="still", learning_rate=1e-12)
    calm = replace(wild, name="calm", learning_rate=1e-3, epochs=1)
    recipe = make_recipe(stages=(calm, wild, still), augmentation={}, averaging=0.0)
    lines = []
    run(recipe, tmp_path, say=lines.append)
    rows = history_of(tmp_path)
    assert [row["stage"] for row in rows] == ["calm", "wild", "still"]
    assert rows[1]["val_loss"] > 1.2 * rows[0]["val_loss"]
    # Not quite the same: BatchNorm's statistics go on moving.
    assert rows[2]["val_loss"] == pytest.approx(rows[0]["val_loss"], rel=0.05)
    assert lines[-1].startswith("epoch   3/3 still")


def test_the_run_ends_when_its_patience_does_and_keeps_its_best(tmp_path):
    wild = short(epochs=9, learning_rate=3.0, schedule="constant")
    recipe = make_recipe(stages=(short(), wild, wild), augmentation={}, averaging=0.0, patience=2)
    network = run(recipe, tmp_path, say=silent)
    rows = history_of(tmp_path)
    assert len(rows) == 3
    assert min(rows, key=lambda row: row["val_calibrated_loss"])["epoch"] == 1
    with np.load(tmp_path / "best-00001.npz") as stored:
        assert np.array_equal(stored["averaged_0"], network.get_weights()[0])


@pytest.mark.parametrize(
    ("sampling", "optimizer"), [("balanced", "adam"), ("weighted", "sgd"), ("plain", "adamw")]
)
def test_labels_that_are_not_exclusive_and_partly_unknown_are_learnt(tmp_path, sampling, optimizer):
    recipe = make_recipe(
        stages=(short(epochs=12, learning_rate=2e-2),),
        augmentation={},
        network={"activation": "sigmoid", "dropout": 0.0},
        sampling=sampling,
        optimizer=optimizer,
        averaging=0.5,
    )
    run(recipe, tmp_path, exclusive=False, say=silent)
    rows = history_of(tmp_path)
    assert rows[-1]["train_loss"] < 0.8 * rows[0]["train_loss"]
    assert all(np.isfinite(row["val_macro_auc"]) for row in rows)


def test_a_batch_larger_than_the_data_is_filled_up(tmp_path):
    run(make_recipe(stages=(short(),), batch_size=64, sampling="plain"), tmp_path, say=silent)
    assert history_of(tmp_path)[0]["pictures"] == 64


def test_a_loss_that_is_no_number_ends_the_run_with_one_clear_line(tmp_path):
    wild = short(learning_rate=1e30, epochs=3, schedule="constant")
    with pytest.raises(TrainingError, match="The loss became .* lower its learning rate"):
        run(make_recipe(stages=(wild,)), tmp_path, say=silent)


def test_a_full_disk_is_one_clear_line_and_the_run_goes_on_later(unbroken, tmp_path, monkeypatch):
    def full(handle, **arrays):
        handle.write(b"half of it")
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(checkpoints.np, "savez", full)
        with pytest.raises(TrainingError, match="disk of .* is full"):
            run(make_recipe(), tmp_path, say=silent)
    assert not list(tmp_path.glob(".*"))
    assert are_equal(unbroken[0], run(make_recipe(), tmp_path, say=silent).get_weights())


def test_what_is_validated_in_a_stage_of_the_head_is_what_is_kept(tmp_path):
    """The running average's body differs from the network's until the head learns alone."""
    stages = (short(epochs=2), short(name="head", epochs=4, learning_rate=3e-2, trainable="head"))
    recipe = make_recipe(
        stages=stages, augmentation={}, averaging=0.9, network={"dropout": 0.0, "head": "dense"}
    )
    network = run(recipe, tmp_path, say=silent)
    best = min(history_of(tmp_path), key=lambda row: row["val_calibrated_loss"])
    assert best["stage"] == "head"
    val_set, val_pictures = make_data(12, seed=2)
    logits = network(val_pictures, training=False).numpy()
    again = validation_figures(val_set.targets, logits, exclusive=True)
    assert again["val_loss"] == pytest.approx(best["val_loss"], rel=1e-4)
