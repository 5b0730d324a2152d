"""The page of a search: how the best was found, what each setting did, every trial."""

import math
from collections.abc import Sequence
from pathlib import Path

from optuna.study import Study
from optuna.trial import FrozenTrial, TrialState

from training.config import Recipe
from training.evaluation.drawing import Plot, sample, ticks
from training.evaluation.page import write_page
from training.evaluation.parts import Figures, Pairs, Row, Section, Table, Words
from training.evaluation.plain_page import PlainPage
from training.evaluation.plots import Figure
from training.search.results import (
    BEST,
    LEAST_FOR_IMPORTANCE,
    best_trial,
    importance,
    seconds_of,
    word_for,
)
from training.search.space import Plan, Varied
from training.search.studies import finished

REPORT = "report.html"
BLANK = '<svg class="sample" aria-hidden="true"></svg>'
"""Beside words of a legend that have no sample."""


def write_report(recipe: Recipe, plan: Plan, study: Study, folder: Path) -> Path:
    """Write the page of ``study`` to ``folder`` and return its path."""
    sections = [
        Section("best", "The best trial", best_parts(plan, study)),
        Section("course", "The course of the search", [Figures([course(plan, study)])]),
        Section("settings", "What each setting did", settings_parts(plan, study)),
        Section("trials", "Every trial", [trials_table(plan, study)]),
    ]
    page = PlainPage(
        heading=f"Search over {recipe.card['title']}",
        subject=(
            f"Study {study.study_name}: {len(study.trials)} trials, judged by the "
            f"{plan.figure_in_words} on the validation split. No trial saw the test split."
        ),
        recipe=recipe,
        sections=sections,
    )
    write_page(folder / REPORT, page)
    return folder / REPORT


def best_parts(plan: Plan, study: Study) -> list:
    best = best_trial(study)
    lines = [
        f"Trial {best.number} of {len(study.trials)}, with the values below, is written to {BEST} "
        "for train_model. It is the best of many tries on the same validation pictures: its "
        "figure flatters, and only the test split of the model that ships says how good it is.",
    ]
    if plan.share_of_epochs != 1.0:
        lines.append(
            f"Trials trained for {plan.share_of_epochs:.0%} of the recipe's epochs; {BEST} has "
            "all of them."
        )
    values = [(name, shown(value)) for name, value in best.params.items()]
    return [Words(lines), Pairs([(plan.figure_in_words, f"{best.value:.4f}"), *values])]


def course(plan: Plan, study: Study) -> Figure:
    """Every finished trial's figure, and the best so far."""
    done = finished(study)
    last = max(trial.number for trial in done)
    low, high = _range([trial.value for trial in done])
    plot = Plot(
        f"The {plan.figure_in_words} of each trial and the best so far.",
        "Trial", plan.figure_in_words,
        x=(-0.5, last + 0.5), y=(low, high),
        x_ticks=[one for one in ticks(0, max(last, 1)) if one == int(one)],
        y_ticks=ticks(low, high),
    )  # fmt: skip
    best, path = None, []
    better = min if plan.direction == "minimize" else max
    for trial in done:
        best = trial.value if best is None else better(best, trial.value)
        path.append((trial.number, best))
        plot.dot(trial.number, trial.value, 0)
    plot.line([*path, (last + 0.5, best)], 1, step=True)
    legend = ((sample(0, filled=True), "a finished trial"), (sample(1), "best so far"))
    return Figure("Trials in order", plot.svg(), legend)


def settings_parts(plan: Plan, study: Study) -> list:
    shares = importance(study)
    if shares:
        rows = [Row([name, f"{share:.0%}"]) for name, share in shares.items()]
        says = Words(
            [
                "Importance: how strongly the best trials' values of a setting differ from all "
                "trials' (PED-ANOVA, Watanabe, Bansal and Hutter, IJCAI 2023). Of few trials it "
                "is a hint, not a finding."
            ],
            muted=True,
        )
        parts = [Table("Importance of each setting", ["Setting", "Share"], rows), says]
    else:
        parts = [Words([f"Importance needs {LEAST_FOR_IMPORTANCE} finished trials that differ."])]
    figures = [setting_figure(one, plan, study) for one in plan.varied]
    return [*parts, Figures(figures), Figures([parallel(plan, study)])]


def setting_figure(one: Varied, plan: Plan, study: Study) -> Figure:
    """One setting against the figure; trials stopped early at the figure they had reached."""
    ended = [trial for trial in study.trials if one.name in trial.params and reached(trial)]
    low, high = _range([reached(trial) for trial in ended])
    places = [place_of(one, trial.params[one.name]) for trial in ended]
    across, x, x_ticks = _axis(one)
    plot = Plot(
        f"{plan.figure_in_words} against {one.name}.", across, plan.figure_in_words,
        x=x, y=(low, high), x_ticks=x_ticks, y_ticks=ticks(low, high), height=250,
    )  # fmt: skip
    for trial, place in zip(ended, places, strict=True):
        is_whole = trial.state == TrialState.COMPLETE
        plot.dot(place, reached(trial), 0 if is_whole else "before")
    legend = [(sample(0, filled=True), "finished trial; hollow: stopped early")]
    legend += [(BLANK, f"{number}: {option}") for number, option in enumerate(one.options)]
    return Figure(one.name, plot.svg(), tuple(legend))


def parallel(plan: Plan, study: Study) -> Figure:
    """Each finished trial as a line over all settings; the best fifth stands out."""
    done = sorted(finished(study), key=lambda trial: trial.value)
    if plan.direction == "maximize":
        done.reverse()
    names = [one.name for one in plan.varied]
    plot = Plot(
        "Each finished trial as a line over the settings, each from its lowest to its highest.",
        "Settings, by number",
        "lowest to highest value",
        x=(0, max(len(names) - 1, 1)), x_ticks=list(range(len(names))), y_ticks=(0, 1),
    )  # fmt: skip
    best = max(1, len(done) // 5)
    for rank, trial in reversed(list(enumerate(done))):
        points = [
            (number, _share(one, trial.params[one.name]))
            for number, one in enumerate(plan.varied)
            if one.name in trial.params
        ]
        plot.line(points, 0 if rank < best else "before")
    legend = (
        (sample(0), f"the best {best} of {len(done)} finished trials"),
        (sample("before"), "the others"),
        *((BLANK, f"{number}: {name}") for number, name in enumerate(names)),
    )
    return Figure("All settings at once", plot.svg(), legend)


def trials_table(plan: Plan, study: Study) -> Table:
    best = best_trial(study).number
    names = [one.name for one in plan.varied]
    rows = [
        Row(
            [
                str(trial.number),
                word_for(trial),
                f"{trial.value:.4f}" if trial.state == TrialState.COMPLETE else "–",
                str(trial.last_step or 0),
                str(seconds_of(trial)),
                *(shown(trial.params.get(name, "–")) for name in names),
            ],
            mark="chosen" if trial.number == best else "",
        )
        for trial in study.trials
    ]
    header = ["Trial", "Ended", plan.figure_in_words, "Epochs", "Seconds", *names]
    return Table("All trials, in order", header, rows, words=2)


def reached(trial: FrozenTrial) -> float | None:
    """Return the figure of a finished trial, or the last one of a trial that was stopped early."""
    if trial.state == TrialState.COMPLETE:
        return trial.value
    if trial.state == TrialState.PRUNED and trial.intermediate_values:
        last = trial.intermediate_values[trial.last_step]
        return last if math.isfinite(last) else None
    return None


def place_of(one: Varied, option: object) -> float:
    """Return where a value lies along its axis; choices stand one after the other."""
    if one.choices:
        return float(one.options.index(option))
    return math.log10(option) if one.log else float(option)


def _axis(one: Varied) -> tuple[str, tuple[float, float], Sequence[float]]:
    if one.choices:
        places = range(len(one.choices))
        return one.name, (-0.5, len(one.choices) - 0.5), list(places)
    low, high = place_of(one, one.low), place_of(one, one.high)
    words = f"{one.name}, power of 10" if one.log else one.name
    return words, (low, high), ticks(low, high, 4)


def _share(one: Varied, option: object) -> float:
    if one.choices:
        return place_of(one, option) / max(len(one.choices) - 1, 1)
    low, high = place_of(one, one.low), place_of(one, one.high)
    return (place_of(one, option) - low) / (high - low)


def _range(values: Sequence[float]) -> tuple[float, float]:
    if not values:
        return 0.0, 1.0
    low, high = min(values), max(values)
    margin = 0.05 * (high - low) or 0.05
    return low - margin, high + margin


def shown(value: object) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)
