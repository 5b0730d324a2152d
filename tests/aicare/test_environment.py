"""What the environment says is checked once, and refused in a line that names the variable."""

import os
import subprocess
import sys

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError
from django.db import OperationalError

from aicare import environment
from aicare.supervision import preparation


@pytest.mark.parametrize(("value", "port"), [("", 8000), ("1", 1), ("65535", 65535)])
def test_a_port_is_a_number(monkeypatch, value, port):
    monkeypatch.setenv("AICARE_PORT", value)
    assert environment.port() == port
    assert environment.public_url() == f"http://127.0.0.1:{port}"


@pytest.mark.parametrize(
    ("name", "value", "read"),
    [
        ("AICARE_PORT", "abc", environment.port),
        ("AICARE_PORT", "0", environment.port),
        ("AICARE_PORT", "65536", environment.port),
        ("AICARE_PORT", "-1", environment.port),
        ("AICARE_PORT", "²", environment.port),
        ("AICARE_PUBLIC_URL", "aicare.example", environment.public_url),
        ("AICARE_PUBLIC_URL", "ftp://aicare.example", environment.public_url),
        ("AICARE_DATA_DIR", f"{__file__}/data", environment.data_folder),
    ],
)
def test_a_setting_that_cannot_be_is_refused_by_name(monkeypatch, name, value, read):
    monkeypatch.setenv(name, value)
    with pytest.raises(ImproperlyConfigured, match=name):
        read()


def test_a_command_under_a_wrong_setting_ends_with_one_line(tmp_path):
    wrong = os.environ | {"AICARE_PORT": "abc", "AICARE_DATA_DIR": str(tmp_path)}
    command = [sys.executable, environment.PROJECT_ROOT / "manage.py", "up"]
    result = subprocess.run(command, env=wrong, capture_output=True, text=True, check=False)
    assert result.returncode == 1
    assert result.stderr == "Configuration: AICARE_PORT must be a number from 1 to 65535.\n"


def test_a_database_that_is_away_is_said_in_one_line(monkeypatch):
    def away():
        raise OperationalError("connection refused\n")

    monkeypatch.setattr(preparation.connection, "ensure_connection", away)
    with pytest.raises(CommandError, match="cannot be reached: connection refused$"):
        preparation.refuse_missing_database()


@pytest.mark.parametrize(
    ("cores", "gibibytes", "children"), [(2, 8, 2), (64, 8, 8), (4, 0, 1), (1, 64, 1)]
)
def test_a_worker_has_a_child_per_core_as_far_as_the_memory_carries(
    monkeypatch, cores, gibibytes, children
):
    monkeypatch.setattr(os, "sched_getaffinity", lambda pid: set(range(cores)), raising=False)
    monkeypatch.setattr(
        os, "sysconf", lambda name: {"SC_PAGE_SIZE": 4096}.get(name, gibibytes * 2**18)
    )
    assert environment.worker_children() == children
