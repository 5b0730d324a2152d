"""The search: one trial after the other until enough are there, killed at any moment or not."""

import os
import shutil
import socket
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import optuna
from optuna.storages import RetryHeartbeatStaleTrialCallback
from optuna.study import Study
from optuna.trial import FrozenTrial, Trial, TrialState

from training.config import Recipe
from training.errors import TrainingError
from training.search.space import Plan, Varied, with_values
from training.search.studies import (
    ENDED,
    GRACE_SECONDS,
    PROCESS,
    clear_storage_errors,
    is_running,
    put_back,
    still_to_do,
    wait_for_the_last,
)

FAILS = (TrainingError, MemoryError, ValueError)
"""What ends a trial but not the search: settings that do not go together, or do not fit."""
Row = dict[str, Any]
"""One epoch of a trial's history."""


class Trainer(Protocol):
    """Trains a recipe in a folder, going on where an earlier call there ended."""

    def __call__(
        self, recipe: Recipe, folder: Path, on_epoch: Callable[[Row], None]
    ) -> Sequence[Row]:
        """Return the history; ``on_epoch`` gets each row of it and may end the training."""
        ...


class TimeIsUp(Exception):
    """The search has had its minutes; the trial is taken up again next time."""


@dataclass(frozen=True)
class Search:
    """What one process needs to run trials of a study."""

    recipe: Recipe
    plan: Plan
    train: Trainer
    folder: Path
    say: Callable[[str], None]
    deadline: float = float("inf")
    """of ``time.monotonic``"""
    grace_seconds: float = GRACE_SECONDS
    """How long to wait for a sign of life of other processes when no trial is left to begin."""


def run_trials(study: Study, search: Search, *, url: str) -> None:
    """Run trials until the study has as many as planned, or time is up.

    Several processes may do so at once. Ctrl-C, a kill and the deadline leave a study that goes
    on: the trial in hand is taken up again after its last epoch.
    """
    with clear_storage_errors(url):
        while time.monotonic() < search.deadline and _something_left(study, search):
            try:
                study.optimize(
                    lambda trial: run_trial(trial, study, search), n_trials=1, catch=FAILS
                )
            except TimeIsUp:
                search.say("Time is up; the trial in hand is taken up again next time.")


def run_trial(trial: Trial, study: Study, search: Search) -> float:
    """Train one trial's recipe and return its figure; the median or the deadline may end it."""
    trial.set_user_attr(PROCESS, f"{socket.gethostname()}:{os.getpid()}")
    options = {one.name: suggest(trial, one) for one in search.plan.varied}
    settings = ", ".join(f"{name} {_short(option)}" for name, option in options.items())
    search.say(f"Trial {trial.number} (until {search.plan.trials} are done): {settings}.")
    folder = folder_of(study.trials[trial.number], search.folder)
    column, reported = search.plan.column, set(study.trials[trial.number].intermediate_values)

    def report(row: Row) -> None:
        if row["epoch"] not in reported:
            trial.report(row[column], row["epoch"])
        if trial.should_prune():
            raise optuna.TrialPruned
        if time.monotonic() > search.deadline:
            raise TimeIsUp

    try:
        share = search.plan.share_of_epochs
        recipe = with_values(search.recipe, search.plan, options, share_of_epochs=share)
        kept = epoch_that_is_kept(search.train(recipe, folder, report))
    except (KeyboardInterrupt, TimeIsUp):
        put_back(study, study.trials[trial.number])
        raise
    except optuna.TrialPruned:
        search.say(f"Trial {trial.number}: stopped after epoch {last_epoch(study, trial)}.")
        _forget(folder)
        raise
    except FAILS as error:
        reason = (str(error).strip() or repr(error)).splitlines()[0][:300]
        trial.set_user_attr(ENDED, reason)
        search.say(f"Trial {trial.number} failed: {reason}")
        _forget(folder)
        raise
    trial.set_user_attr("epoch", kept["epoch"])
    _forget(folder)
    search.say(f"Trial {trial.number}: {search.plan.figure} {kept[column]:.4g}{_best(study)}.")
    return kept[column]


def suggest(trial: Trial, one: Varied) -> Any:
    if one.choices:
        return trial.suggest_categorical(one.name, one.options)
    if one.is_whole:
        return trial.suggest_int(one.name, int(one.low), int(one.high), log=one.log)
    return trial.suggest_float(one.name, one.low, one.high, log=one.log)


def folder_of(trial: FrozenTrial, folder: Path) -> Path:
    """Return the trial's folder; one that is taken up again brings what it had learnt.

    That is moved, not shared: should the process thought dead wake up, it writes elsewhere.
    """
    place = folder / "trials" / str(trial.number)
    place.parent.mkdir(parents=True, exist_ok=True)
    for number in reversed(RetryHeartbeatStaleTrialCallback.retry_history(trial)):
        before = place.with_name(str(number))
        if before.is_dir() and not place.exists():
            before.rename(place)
    place.mkdir(exist_ok=True)
    return place


def epoch_that_is_kept(history: Sequence[Row]) -> Row:
    """Return the row of the epoch whose network a run keeps, as ``training.checkpoints`` does.

    The best of another figure over all epochs would flatter: no run keeps that network.
    """
    return min(history, key=lambda row: np.nan_to_num(row["val_calibrated_loss"], nan=np.inf))


def last_epoch(study: Study, trial: Trial) -> int | None:
    return study.trials[trial.number].last_step


def _something_left(study: Study, search: Search) -> bool:
    """Whether to begin another trial; those that died elsewhere are put back first."""
    optuna.storages.fail_stale_trials(study)
    if still_to_do(study, search.plan.trials) > 0:
        return True
    running = [t for t in study.get_trials(deepcopy=False) if is_running(t)]
    if running:
        search.say(f"{len(running)} of the trials run elsewhere: waiting for a sign of life.")
        wait_for_the_last(study, min(search.grace_seconds, search.deadline - time.monotonic()))
    return still_to_do(study, search.plan.trials) > 0


def _best(study: Study) -> str:
    done = [t for t in study.get_trials(deepcopy=False) if t.state == TrialState.COMPLETE]
    return f"; best of the earlier ones {study.best_value:.4g}" if done else ""


def _forget(folder: Path) -> None:
    """Checkpoints of a trial that has ended would fill the disk; its figures are in the study."""
    shutil.rmtree(folder, ignore_errors=True)


def _short(option: Any) -> str:
    return f"{option:.3g}" if isinstance(option, float) else str(option)
