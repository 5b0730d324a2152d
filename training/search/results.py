"""What a search leaves: the best recipe, ready to be trained, and a table of all trials."""

import csv
from pathlib import Path

import optuna
from optuna.study import Study
from optuna.trial import FrozenTrial, TrialState

from training.config import Recipe
from training.errors import TrainingError
from training.search.space import Plan, with_values
from training.search.studies import ENDED, finished
from training.whole_files import write_whole, written_whole

BEST, TRIALS = "best.toml", "trials.csv"
LEAST_FOR_IMPORTANCE = 4


def best_recipe(recipe: Recipe, plan: Plan, study: Study) -> Recipe:
    """Return the recipe with the best trial's values, all epochs, and no [search] table."""
    return with_values(recipe, plan, best_trial(study).params)


def best_trial(study: Study) -> FrozenTrial:
    """Return the best finished trial; a search without one has nothing to say."""
    if not finished(study):
        reasons = [t.user_attrs[ENDED] for t in study.trials if ENDED in t.user_attrs]
        because = f" The last one failed: {reasons[-1]}" if reasons else ""
        raise TrainingError(f"No trial of the study {study.study_name} has finished.{because}")
    return study.best_trial


def write_best(recipe: Recipe, plan: Plan, study: Study, folder: Path) -> Path:
    """Write the best recipe, with a comment that says where its values come from."""
    best = best_trial(study)
    lines = [
        f"# Found by tune_model: trial {best.number} of the study {study.study_name}, "
        f"{plan.figure} {best.value:.4f} on the validation split.",
        f"# Varied: {', '.join(f'{name} = {value}' for name, value in best.params.items())}.",
        f"# {len(finished(study))} trials finished; the figure is the best of them and flatters.",
        "",
        best_recipe(recipe, plan, study).text,
    ]
    return write_whole(folder / BEST, "\n".join(lines))


def write_table(plan: Plan, study: Study, folder: Path) -> Path:
    """Write one row per trial, settings in columns."""
    names = [one.name for one in plan.varied]
    path = folder / TRIALS
    with written_whole(path) as partial, partial.open("w", newline="") as handle:
        writer = csv.writer(handle)
        writer.writerow(["trial", "state", plan.figure, "epochs", "seconds", *names, "remark"])
        for trial in study.trials:
            writer.writerow(
                [
                    trial.number,
                    word_for(trial),
                    trial.value if trial.state == TrialState.COMPLETE else "",
                    trial.last_step or 0,
                    seconds_of(trial),
                    *(trial.params.get(name, "") for name in names),
                    trial.user_attrs.get(ENDED, ""),
                ]
            )
    return path


def word_for(trial: FrozenTrial) -> str:
    words = {
        TrialState.COMPLETE: "finished",
        TrialState.PRUNED: "stopped early",
        TrialState.RUNNING: "running",
        TrialState.WAITING: "to be taken up again",
    }
    return words.get(trial.state, "failed" if ENDED in trial.user_attrs else "interrupted")


def seconds_of(trial: FrozenTrial) -> int | str:
    return round(trial.duration.total_seconds()) if trial.duration else ""


def importance(study: Study) -> dict[str, float]:
    """Return how much of the figure's variation each setting explains, the largest first.

    PED-ANOVA (Watanabe, Bansal, Hutter, IJCAI 2023) over finished trials; of few trials, or of
    trials that do not differ, nothing can be said.
    """
    values = {trial.value for trial in finished(study)}
    if len(finished(study)) < LEAST_FOR_IMPORTANCE or len(values) < 2:
        return {}
    return optuna.importance.get_param_importances(study)
