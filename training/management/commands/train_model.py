"""Train a classifier from a recipe and leave a finished package in the run folder."""

from pathlib import Path

from django.conf import settings
from django.core.management.base import CommandError

from aicare.command_line import ExplainedCommand
from training.config import read_recipe
from training.datasets.ready import data_for_training
from training.errors import TrainingError


class Command(ExplainedCommand):
    requires_system_checks = ()  # it needs neither database nor pages
    help = """Train a classifier from a recipe (a TOML file) and write its package.

example:
  python manage.py train_model training/recipes/chest_xray_covid.toml

Progress is shown epoch by epoch. Interrupted (Ctrl-C, a kill, a power cut), the same command goes
on after the last finished epoch. The package lies in the run folder's "package" afterwards, with
card, figures and report; publish_model brings it to where workers read."""

    def add_arguments(self, parser):
        parser.add_argument("config", type=Path, metavar="CONFIG", help="the recipe")
        parser.add_argument(
            "--data", type=Path, help="folder, CSV file or zip, instead of the recipe's"
        )
        parser.add_argument(
            "--run", type=Path, help="run folder (default: in the data folder, by name and version)"
        )

    def handle(self, *args, config, data, run, **options):
        try:
            recipe = read_recipe(config)
            folder = run or settings.DATA_DIR / "training" / f"{recipe.name}-{recipe.version}"
            dataset = data_for_training(recipe, folder, place=data, say=self.say)
            # Imported here: a mistake in the recipe or the data should not wait for TensorFlow.
            from training.run import train_and_package

            package = train_and_package(recipe=recipe, dataset=dataset, folder=folder, say=self.say)
        except TrainingError as error:
            raise CommandError(str(error)) from error
        except KeyboardInterrupt:
            raise CommandError(
                "Stopped. The same command goes on after the last finished epoch.", returncode=130
            ) from None
        self.say(f"Package: {package}")

    def say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
