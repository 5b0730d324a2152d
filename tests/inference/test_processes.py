"""Who a process is: alive, dead, another one under the same number."""

import subprocess
import sys

import pytest

from inference import processes
from inference.processes import Process, memory_in_bytes, this_process


@pytest.fixture
def child():
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    yield process
    process.communicate(b"\n")


def identity_of(pid: int) -> Process:
    me = this_process()
    return Process(me.host, me.boot, pid, processes._start_and_parent(pid)[0])


def test_a_process_reads_back_as_it_was_written():
    assert Process.parse(str(this_process())) == this_process()


@pytest.mark.parametrize("text", ["", "host boot", "host boot pid start", "a b 1 2 3"])
def test_what_is_no_process_reads_as_none(text):
    assert Process.parse(text) is None


def test_this_process_is_alive_local_and_not_its_own_child():
    assert this_process().is_alive
    assert this_process().is_local
    assert not this_process().is_our_child


def test_a_child_is_alive_until_it_ends_and_dead_before_it_is_buried(child):
    one = identity_of(child.pid)
    assert one.is_alive
    assert one.is_our_child
    child.kill()
    child_exit = subprocess.run(["true"], check=True).returncode  # lets the kernel end it
    assert child_exit == 0
    while processes._start_and_parent(child.pid)[0]:
        pass
    assert not one.is_alive
    assert not one.is_our_child


def test_another_process_under_the_same_number_is_not_it(child):
    one = identity_of(child.pid)
    assert not Process(one.host, one.boot, one.pid, "12345").is_alive


def test_the_way_without_proc_says_the_same(child):
    start, parent = processes._start_and_parent_by_ps(child.pid)
    assert parent == processes._start_and_parent(child.pid)[1]
    assert start
    assert processes._start_and_parent_by_ps(2**22 + 1) == ("", 0)


def test_memory_is_told_in_bytes():
    assert 10_000_000 < memory_in_bytes() < 10_000_000_000
