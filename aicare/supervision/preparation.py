"""What must be in place before the processes start: tables, roles, static files, starter models."""

import hashlib
import io
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor

# Served by nobody: the other face of the API's documentation, and DRF's own pages.
UNUSED_STATIC_FILES = ["redoc", "rest_framework"]

Say = Callable[[str, str], None]


def prepare(say: Say) -> None:
    """Bring the data folder and the database up to this version of the code."""
    tighten_data_folder()
    refuse_missing_database()
    migrate(say)
    call_command("sync_roles", stdout=io.StringIO())
    collect_static(say)
    register_starter_models(say)


def tighten_data_folder() -> None:
    """Keep other users of the machine out, also where the folder was made by hand."""
    for name in ("", "files", "incoming", "logs", "models", "run"):
        folder = settings.DATA_DIR / name
        folder.mkdir(exist_ok=True)
        folder.chmod(0o700)


def refuse_missing_database() -> None:
    try:
        connection.ensure_connection()
    except OperationalError as error:
        raise CommandError(f"The database cannot be reached: {str(error).strip()}") from None


def migrate(say: Say) -> None:
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if not plan:
        return say("database", "is up to date")
    say("database", f"applying {len(plan)} migrations …")
    return call_command("migrate", interactive=False, verbosity=0)


def collect_static(say: Say) -> None:
    """Collect, hash and compress the static files unless they are as they were."""
    stamp = settings.STATIC_ROOT / ".collected"
    fingerprint = static_fingerprint()
    if stamp.exists() and stamp.read_text() == fingerprint:
        return say("static files", "are up to date")
    say("static files", "collecting and compressing …")
    call_command(
        "collectstatic",
        interactive=False,
        clear=True,
        ignore_patterns=UNUSED_STATIC_FILES,
        verbosity=0,
    )
    stamp.write_text(fingerprint)
    return None


def static_fingerprint() -> str:
    digest = hashlib.sha256(repr((settings.VERSION, settings.STORAGES["staticfiles"])).encode())
    for finder in get_finders():
        for path, storage in finder.list(UNUSED_STATIC_FILES):
            file = Path(storage.path(path)).stat()
            digest.update(f"{path} {file.st_size} {file.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def register_starter_models(say: Say) -> None:
    """Put the shipped packages on record; one that is broken must not keep the record away."""
    say("classifiers", "checking the starter models …")
    try:
        call_command("register_starter_models", stdout=io.StringIO())
    except CommandError as error:
        say("classifiers", f"{error} Everything else works; see docs/operations.md.")
