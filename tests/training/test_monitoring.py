"""What a person sees while a network learns."""

import csv
import io
from types import SimpleNamespace
from xml.etree import ElementTree

import pytest

from tests.training.runs import STAGES, make_recipe
from training.checkpoints import Checkpoint
from training.monitoring import CURVES, LOG, Monitor, duration


class Terminal(io.StringIO):
    def isatty(self):
        return True


def row(epoch, stage="learn", **values):
    return {
        "epoch": epoch, "stage": stage, "train_loss": 1.0 / epoch, "val_loss": 1.5 / epoch,
        "val_calibrated_loss": 1.2 / epoch,
        "val_balanced_accuracy": 0.5, "val_macro_auc": 0.5, "learning_rate": 0.01, "seconds": 2.0,
        "pictures": 100, **values,
    }  # fmt: skip


def state_after(epochs, *, stage=0, stage_epoch=1):
    state = Checkpoint(network=None, averaged=None)
    state.history = [row(epoch + 1) for epoch in range(epochs)]
    state.epoch, state.best_epoch = epochs, epochs
    state.stage, state.stage_epoch = stage, stage_epoch
    return state


def test_each_epoch_adds_a_row_a_line_and_a_point_to_the_curves(tmp_path):
    lines = []
    monitor = Monitor(make_recipe(), tmp_path, lines.append, [])
    monitor.end_epoch(state_after(1))
    monitor.end_epoch(state_after(2, stage_epoch=2))
    monitor.close(state_after(2, stage_epoch=2))
    with (tmp_path / LOG).open() as handle:
        rows = list(csv.DictReader(handle))
    assert [one["epoch"] for one in rows] == ["1", "2"]
    assert float(rows[1]["val_loss"]) == 0.75
    assert lines[0].startswith("epoch   1/5 learn: loss 1.000")
    assert "validation loss 1.500, calibrated 1.200" in lines[0]
    assert "50 pictures/s" in lines[0]
    assert "8 s left" in lines[0]
    assert ElementTree.parse(tmp_path / CURVES).getroot().tag.endswith("svg")
    assert sorted(path.name for path in tmp_path.iterdir()) == [CURVES, LOG]


def test_a_run_that_goes_on_begins_with_a_table_like_its_checkpoint(tmp_path):
    (tmp_path / LOG).write_text("epoch\n1\n2\n3, of which the checkpoint knows nothing\n")
    lines = []
    Monitor(make_recipe(), tmp_path, lines.append, [row(1), row(2)])
    assert lines == ["Going on after epoch 2 of 5."]
    with (tmp_path / LOG).open() as handle:
        assert [one["epoch"] for one in csv.DictReader(handle)] == ["1", "2"]


def test_a_terminal_shows_rate_and_time_left_within_the_epoch(tmp_path, monkeypatch):
    clock = SimpleNamespace(now=100.0)
    monkeypatch.setattr("training.monitoring.time.monotonic", lambda: clock.now)
    terminal = Terminal()
    monitor = Monitor(make_recipe(), tmp_path, print, [], terminal=terminal)
    monitor.show_step(state_after(1), 1, 10)
    clock.now = 102.0
    monitor.show_step(state_after(1), 3, 10)
    assert "epoch   2/5: 3/10 steps, 8 pictures/s, 7 s left of the epoch" in terminal.getvalue()


def test_a_log_file_is_spared_the_line_within_the_epoch(tmp_path, monkeypatch):
    monkeypatch.setattr("training.monitoring.SECONDS_BETWEEN_SHOWS", 0.0)
    terminal = io.StringIO()
    monitor = Monitor(make_recipe(), tmp_path, print, [], terminal=terminal)
    monitor.show_step(state_after(1), 1, 10)
    monitor.show_step(state_after(1), 2, 10)
    assert terminal.getvalue() == ""


def test_a_process_that_is_not_the_chief_writes_nothing(tmp_path):
    monitor = Monitor(make_recipe(), tmp_path, None, [])
    monitor.show_step(state_after(1), 2, 10)
    monitor.end_epoch(state_after(1))
    monitor.close(state_after(1))
    assert not list(tmp_path.iterdir())


def test_a_stage_that_was_cut_short_leaves_fewer_epochs(tmp_path):
    lines = []
    monitor = Monitor(make_recipe(stages=STAGES), tmp_path, lines.append, [])
    monitor.end_epoch(state_after(2, stage=2, stage_epoch=1))
    assert lines[0].startswith("epoch   2/2")


def test_tensorboard_gets_every_figure_where_the_recipe_wants_it(tmp_path):
    monitor = Monitor(make_recipe(tensorboard=True), tmp_path, print, [])
    monitor.end_epoch(state_after(1))
    monitor.close(state_after(1))
    events = list((tmp_path / "tensorboard").glob("events*"))
    assert len(events) == 1
    assert b"val_macro_auc" in events[0].read_bytes()


@pytest.mark.parametrize(("seconds", "words"), [(7.4, "7 s"), (99, "99 s"), (150, "2 min")])
def test_durations_are_short(seconds, words):
    assert duration(seconds) == words
