"""What Celery runs: one doorbell without content, and the worker's processes around it."""

from celery.signals import worker_process_init, worker_process_shutdown

from aicare.celery import app
from inference.doorbell import TASK
from inference.watch import Watch
from inference.worker import Child

app.steps["worker"].add(Watch)
_child: Child | None = None


@app.task(name=TASK, ignore_result=True)
def work() -> None:
    """Look at the table; late, doubled or lost, it changes nothing."""
    if _child is not None:
        _child.ring()


@worker_process_init.connect
def start_child(**_) -> None:
    """Begin, right after the fork: nothing heavy was loaded before it."""
    global _child
    _child = Child(siblings=Watch.siblings)
    _child.start()


@worker_process_shutdown.connect
def stop_child(**_) -> None:
    if _child is not None:
        _child.stop()
