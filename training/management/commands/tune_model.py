"""Search for a better recipe: many short trainings, the best one's settings written down."""

import dataclasses
import time
from pathlib import Path

from django.conf import settings
from django.core.management.base import CommandError

from aicare.command_line import ExplainedCommand
from training.config import read_recipe
from training.datasets.ready import data_for_training
from training.errors import TrainingError
from training.search.results import best_trial, write_best, write_table
from training.search.space import read_plan
from training.search.studies import open_study, sqlite_url, subject_of


class Command(ExplainedCommand):
    requires_system_checks = ()  # it needs neither database nor pages
    help = """Try many settings of a recipe and write the best one as a new recipe.

example:
  python manage.py tune_model training/recipes/chest_xray_covid.toml --trials 40

What varies stands in the recipe's [search] table (docs/model-building.md); without one, learning
rates, augmentation, dropout and batch size do. Trials are judged on the validation split; no
trial sees the test split. Trials that fall behind are stopped early.

Interrupted (Ctrl-C, a kill, --timeout), the same command goes on. Several processes may work on one
study at once: start the command again, on other hosts with --storage postgresql://…

In the run folder afterwards: best.toml for train_model, report.html and trials.csv."""

    def add_arguments(self, parser):
        parser.add_argument("config", type=Path, metavar="CONFIG", help="the recipe")
        parser.add_argument(
            "--trials", type=int, help="trials the study shall have (default: as in the recipe)"
        )
        parser.add_argument(
            "--timeout", type=float, metavar="MINUTES", help="stop after these minutes"
        )
        parser.add_argument(
            "--storage", help="database address (default: an SQLite file in the data folder)"
        )
        parser.add_argument("--study", help="name of the study (default: of the recipe)")
        parser.add_argument("--data", type=Path, help="data set, instead of the one in the recipe")
        parser.add_argument("--run", type=Path, help="folder for caches and results")

    def handle(self, *args, config, data, run, storage, study, **options):
        try:
            recipe = read_recipe(config)
            plan = planned(recipe, options["trials"])
            name = study or f"{recipe.name}-{recipe.version}"
            place = settings.DATA_DIR / "training"
            folder = run or place / "studies" / name
            dataset = data_for_training(recipe, folder, place=data, say=self.say)
            dataset = dataset.where(dataset.splits != "test")
            url = storage or sqlite_url(place / "studies.sqlite3")
            epochs = sum(max(1, round(s.epochs * plan.share_of_epochs)) for s in recipe.stages)
            opened = open_study(url, name, plan, subject_of(recipe, plan, dataset), epochs=epochs)
            # Imported here: what is said above of a mistake should not wait for TensorFlow.
            from training.search.report import write_report
            from training.search.training_trials import TrialTrainer
            from training.search.trials import Search, run_trials

            search = Search(
                recipe=recipe,
                plan=plan,
                train=TrialTrainer(dataset, folder / "cache", self.say),
                folder=folder,
                say=self.say,
                deadline=time.monotonic() + 60 * (options["timeout"] or float("inf")),
            )
            run_trials(opened, search, url=url)
            best = best_trial(opened)
            write_table(plan, opened, folder)
            report = write_report(recipe, plan, opened, folder)
            best_path = write_best(recipe, plan, opened, folder)
        except (TrainingError, OSError) as error:
            raise CommandError(str(error)) from error
        except KeyboardInterrupt:
            raise CommandError(
                "Stopped. The same command takes the study up again.", returncode=130
            ) from None
        self.say(f"Best: trial {best.number}, {plan.figure} {best.value:.4f} on validation.")
        self.say(f"Report: {report}")
        self.say(f"Recipe: {best_path} (for train_model)")

    def say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()


def planned(recipe, trials):
    """Return the recipe's search, with the number of trials that the command asks for."""
    if trials is not None and trials < 1:
        raise TrainingError("--trials is at least 1.")
    plan = read_plan(recipe)
    return plan if trials is None else dataclasses.replace(plan, trials=trials)
