"""A study in a database that several processes or hosts share: opened, counted, taken up again.

Optuna keeps trials; a process that dies leaves one "running". Its heartbeat goes stale, the next
process to look marks it failed and puts it in the queue once more (optuna.storages: heartbeat).
"""

import contextlib
import copy
import hashlib
import json
import re
import sqlite3
import time
import tomllib
import warnings
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

import optuna
import sqlalchemy
from optuna.storages import RDBStorage, RetryHeartbeatStaleTrialCallback
from optuna.study import Study
from optuna.trial import FrozenTrial, TrialState

from training.config import Recipe
from training.datasets.dataset import DataSet
from training.errors import TrainingError
from training.search.space import Plan

HEARTBEAT_SECONDS = 10
GRACE_SECONDS = 60
"""Without a heartbeat for this long a trial's process counts as dead."""
RETRIES = 1
"""How often a trial is taken up again after the death of its process."""
LOCK_SECONDS = 60
SUBJECT, PROCESS, ENDED, DEATHS = "subject", "process", "ended", "deaths"
"""Attributes: what the study is about; who runs a trial; why it ended without a figure; how often
its process died."""


def sqlite_url(path: Path) -> str:
    return f"sqlite:///{path.resolve()}"


def open_study(
    url: str,
    name: str,
    plan: Plan,
    subject: str,
    *,
    epochs: int,
    heartbeat_seconds: int = HEARTBEAT_SECONDS,
    grace_seconds: int = GRACE_SECONDS,
) -> Study:
    """Return the study ``name`` at ``url``, made if it is new.

    ``subject`` identifies recipe and data: a study of others is refused, because its trials could
    not be compared.
    """
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
    # RuntimeError: Optuna's way to say that the tables are of another version.
    with clear_storage_errors(url, sqlite3.Error, ImportError, OSError, RuntimeError):
        study = optuna.create_study(
            storage=_storage(url, heartbeat_seconds, grace_seconds),
            study_name=name,
            direction=plan.direction,
            load_if_exists=True,
            # The sampler reckons with trials of other processes that are not finished yet.
            sampler=optuna.samplers.TPESampler(multivariate=True, constant_liar=True),
            pruner=_pruner(plan, epochs),
        )
        if study.user_attrs.get(SUBJECT, subject) != subject:
            raise TrainingError(
                f"The study {name} was begun with another recipe or other data: give a new one "
                "with --study."
            )
        study.set_user_attr(SUBJECT, subject)
    return study


def subject_of(recipe: Recipe, plan: Plan, dataset: DataSet) -> str:
    """Return a digest of what makes figures comparable; more trials do not change it."""
    table = tomllib.loads(recipe.text)
    table.pop("search", None)
    plan_table = asdict(plan) | {"trials": None}
    words = json.dumps([table, plan_table, dataset.fingerprint()], sort_keys=True, default=str)
    return hashlib.sha256(words.encode()).hexdigest()


def still_to_do(study: Study, wanted: int) -> int:
    """Return how many trials are missing; one that another process runs counts as there.

    A trial that was interrupted does not count: it waits to be taken up again.
    """
    return wanted - sum(_counts(trial) for trial in study.get_trials(deepcopy=False))


def is_running(trial: FrozenTrial) -> bool:
    """Whether a process says that it runs the trial; one killed before it could is forgotten."""
    return trial.state == TrialState.RUNNING and PROCESS in trial.user_attrs


def finished(study: Study) -> list[FrozenTrial]:
    return [t for t in study.get_trials(deepcopy=False) if t.state == TrialState.COMPLETE]


def put_back(study: Study, trial: FrozenTrial, *, died: bool = False) -> None:
    """Queue a trial once more: as often as it is interrupted, but not when its process dies again.

    Settings that kill their process, for want of memory say, would do so for ever.
    """
    deaths = trial.user_attrs.get(DEATHS, 0) + died
    if deaths > RETRIES:
        return
    again = copy.deepcopy(trial)
    again.user_attrs = {DEATHS: deaths}
    RetryHeartbeatStaleTrialCallback()(study, again)


def wait_for_the_last(study: Study, grace_seconds: float) -> None:
    """Wait until running trials of others have ended, or for so long that they must be alive.

    One whose process died is in the queue again afterwards.
    """
    give_up_at = time.monotonic() + grace_seconds + 2
    while time.monotonic() < give_up_at:
        optuna.storages.fail_stale_trials(study)
        states = [trial.state for trial in study.get_trials(deepcopy=False)]
        if TrialState.WAITING in states or TrialState.RUNNING not in states:
            return
        time.sleep(1)


@contextlib.contextmanager
def clear_storage_errors(url: str, *more: type[Exception]):
    """Turn what a database does wrong into one line, without the password of its address."""
    errors = (sqlalchemy.exc.SQLAlchemyError, optuna.exceptions.StorageInternalError)
    try:
        yield
    except errors + more as error:
        reason = str(error.__cause__ or error).strip().splitlines()[0]
        raise TrainingError(
            f"The study's database {_without_password(url)} cannot be used: {reason}"
        ) from error


def _counts(trial: FrozenTrial) -> bool:
    if trial.state == TrialState.FAIL:
        return ENDED in trial.user_attrs
    return trial.state in (TrialState.COMPLETE, TrialState.PRUNED) or is_running(trial)


def _storage(url: str, heartbeat_seconds: int, grace_seconds: int) -> RDBStorage:
    is_sqlite = url.startswith("sqlite")
    if is_sqlite:
        _prepare_sqlite(url)
        engine: dict[str, Any] = {"connect_args": {"timeout": LOCK_SECONDS}}
    else:
        # SQLAlchemy would choose another driver than the one that is installed.
        url = re.sub("^postgres(ql)?://", "postgresql+psycopg2://", url)
        # A server that was restarted between two epochs does not end the search.
        engine = {"connect_args": {"connect_timeout": 10}, "pool_pre_ping": True}
    storage = _created(
        url,
        engine_kwargs=engine,
        heartbeat_interval=heartbeat_seconds,
        grace_period=grace_seconds,
        heartbeat_stale_trial_callback=partial(put_back, died=True),
    )
    if is_sqlite:
        _write_lock_first(storage.engine)
    return storage


def _created(url: str, **options: Any) -> RDBStorage:
    """Two processes that make the same tables at once trip over each other: once more, then."""
    for attempt in range(5):
        try:
            return RDBStorage(url, **options)
        except (sqlalchemy.exc.OperationalError, sqlalchemy.exc.ProgrammingError):
            if attempt == 4 or not _seems_reachable(url):
                raise
            time.sleep(0.5 * (attempt + 1))
        except (sqlalchemy.exc.IntegrityError, AssertionError):
            if attempt == 4:
                raise
            time.sleep(0.5 * (attempt + 1))
    raise AssertionError("not reached")


def _seems_reachable(url: str) -> bool:
    engine = sqlalchemy.create_engine(url)
    try:
        engine.connect().close()
    except sqlalchemy.exc.OperationalError:
        return False
    finally:
        engine.dispose()
    return True


def _prepare_sqlite(url: str) -> None:
    """Set write-ahead logging, which stays with the file: readers and a writer do not wait."""
    path = Path(sqlalchemy.make_url(url).database or "")
    path.parent.mkdir(parents=True, exist_ok=True)
    with contextlib.closing(sqlite3.connect(path, timeout=LOCK_SECONDS)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")


def _write_lock_first(engine: sqlalchemy.Engine) -> None:
    """Begin every transaction with the write lock.

    Optuna reads a trial's state and then changes it; SQLite has no row locks, so two processes
    could take up the same trial, or one be told "database is locked" without any wait.
    """

    @sqlalchemy.event.listens_for(engine, "connect")
    def leave_transactions_to_us(connection, _record):
        connection.isolation_level = None
        # A power cut may cost the last epochs' figures, never the file.
        connection.execute("PRAGMA synchronous = NORMAL")

    @sqlalchemy.event.listens_for(engine, "begin")
    def begin(connection):
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    engine.dispose()


def _pruner(plan: Plan, epochs: int) -> optuna.pruners.BasePruner:
    if plan.pruning == "hyperband":
        return optuna.pruners.HyperbandPruner(min_resource=1, max_resource=epochs)
    if plan.pruning == "median":
        # The first epochs tell how fast a trial starts, not where it ends.
        return optuna.pruners.MedianPruner(plan.startup_trials, n_warmup_steps=epochs // 8)
    return optuna.pruners.NopPruner()


def _without_password(url: str) -> str:
    try:
        return sqlalchemy.make_url(url).render_as_string(hide_password=True)
    except sqlalchemy.exc.ArgumentError:
        return "of --storage"
