"""How long things may take: every number of the queue in one place."""

from datetime import timedelta

LEASE = timedelta(seconds=30)
"""A claim that was not renewed for so long is taken back."""
RENEW_EVERY = timedelta(seconds=10)
HARD_LIMIT = timedelta(seconds=45)
"""A claim that lasts longer hangs: its process is killed."""
ALARM_AFTER = timedelta(seconds=60)
"""When the kernel kills a hanging child itself, should its parent not have done so."""
SWEEP_EVERY = timedelta(seconds=5)
POLL_EVERY = timedelta(seconds=1.5)
"""How often a child looks for work that no doorbell announced."""
DEAF_AFTER = timedelta(seconds=15)
"""Work that waits longer while our children idle means that the worker is deaf: it is restarted."""
STOP_WITHIN = timedelta(seconds=6)
"""How long an orderly shutdown lets the work in hand go on before it is given back."""
DOORBELL_EXPIRES = timedelta(seconds=30)

BATCH = 8
"""The most jobs that one claim takes."""
PIXELS_AT_ONCE = 64_000_000
"""The most pixels that are decoded together, unless one study alone has more."""
PATIENCE = timedelta(seconds=15)
"""After so long the rest of a claim goes back to the queue, for others and for the hard limit."""
DEATHS_ALONE = 2
FAILURES = 3
RETRY_AFTER = timedelta(seconds=5)
MODEL_RETRY_AFTER = timedelta(seconds=20)
"""When a broken package is looked at again."""
MODEL_UNAVAILABLE_AFTER = timedelta(hours=24)

RECYCLE_AFTER_JOBS = 5_000
RECYCLE_ABOVE_BYTES = 1_500 * 1024 * 1024
MEASURED_JOBS = 50
"""How many finished jobs the expected seconds are measured by."""

SEAL_EVERY = timedelta(minutes=1)
FILES_EVERY = timedelta(hours=1)
ORPHANS_OLDER_THAN = timedelta(hours=1)
DAILY = timedelta(days=1)
