"""Several processes train one network."""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from training.checkpoints import history_of
from training.config import TrainingSettings
from training.distribution import distribution_of

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 540
FIGURES = ("train_loss", "val_loss")


def free_ports(count):
    """Return ports that were free a moment ago; held together, so that they differ."""
    sockets = [socket.socket() for _ in range(count)]
    for one in sockets:
        one.bind(("127.0.0.1", 0))
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


def start(folder, strategy, out, **environment):
    return subprocess.Popen(
        [sys.executable, "-m", "tests.training.runs", folder, strategy, out],
        cwd=ROOT,
        env=os.environ | {"TF_CPP_MIN_LOG_LEVEL": "3"} | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def finish(processes):
    """Wait for all; none outlives the test."""
    try:
        outputs = [process.communicate(timeout=SECONDS)[0] for process in processes]
    finally:
        for process in processes:
            process.kill()
    for process, output in zip(processes, outputs, strict=True):
        assert process.returncode == 0, output
    return outputs


@pytest.mark.slow
def test_two_processes_train_the_network_that_one_would(tmp_path):
    workers = [f"127.0.0.1:{port}" for port in free_ports(2)]
    two = [
        start(
            tmp_path / "two",
            "multi_worker",
            tmp_path / f"{index}.npz",
            TF_CONFIG=json.dumps(
                {"cluster": {"worker": workers}, "task": {"type": "worker", "index": index}}
            ),
        )
        for index in range(2)
    ]
    said = finish(two)
    finish([start(tmp_path / "one", "none", tmp_path / "one.npz")])
    first, second, alone = (np.load(tmp_path / f"{name}.npz") for name in ("0", "1", "one"))
    for name in first.files:
        assert np.array_equal(first[name], second[name])
        assert np.allclose(first[name], alone[name], atol=1e-3)
    rows, rows_of_one = (history_of(tmp_path / name) for name in ("two", "one"))
    for row, row_of_one in zip(rows, rows_of_one, strict=True):
        for figure in FIGURES:
            assert row[figure] == pytest.approx(row_of_one[figure], rel=1e-2)
    assert "epoch   3/3" in said[0]
    assert "epoch" not in said[1].replace("oneDNN", "")


def test_one_process_is_its_own_chief_and_waits_for_nobody():
    distribution = distribution_of(TrainingSettings(batch_size=3, seed=1))
    with distribution.chief_first():
        assert distribution.is_chief
        assert distribution.replicas == 1
    rows = distribution.share(np.array([2, 0]), np.arange(5), np.arange(5) * 10)
    assert [one.numpy().tolist() for one in rows] == [[2, 0], [20, 0]]
