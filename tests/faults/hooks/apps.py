"""Make pictures dangerous by the name of their file, and the queue's patience short."""

import ctypes
import os
import time
from datetime import timedelta

from django.apps import AppConfig

from inference import pace

LEASE_SECONDS = 6
HARD_LIMIT_SECONDS = 14


class HooksConfig(AppConfig):
    name = "tests.faults.hooks"
    label = "faults"

    def ready(self):
        # Models exist only from here on.
        from inference import running

        pace.LEASE = timedelta(seconds=LEASE_SECONDS)
        pace.RENEW_EVERY = timedelta(seconds=2)
        pace.HARD_LIMIT = timedelta(seconds=HARD_LIMIT_SECONDS)
        pace.SWEEP_EVERY = timedelta(seconds=2)
        pace.DEAF_AFTER = timedelta(seconds=6)
        running.decode = dangerous(running.decode)


def dangerous(decode):
    """Return ``decode`` with a bad temper."""

    def decode_or_worse(instance):
        kind, _, _ = instance.file_name.partition("-")
        if kind == "crash":
            os.abort()
        if kind == "hang":
            # In native code, holding the interpreter's lock: no thread of the process can act.
            ctypes.PyDLL(None).sleep(1000)
        if kind == "slow":
            time.sleep(1)
        if kind == "dawdle":
            time.sleep(LEASE_SECONDS / 2)
        return decode(instance)

    return decode_or_worse
