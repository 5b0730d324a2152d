"""Compare classical classifiers on a network's features with the network itself."""

import os
from pathlib import Path

from django.conf import settings
from django.core.management.base import CommandError

from aicare.command_line import ExplainedCommand
from training.config import read_recipe
from training.datasets.ready import data_for_training
from training.errors import TrainingError


class Command(ExplainedCommand):
    requires_system_checks = ()  # it needs neither database nor pages
    help = """Fit logistic regression, support vector machines, nearest neighbours, random forest
and gradient boosting on the features of a recipe's network, and compare them in one table.

example:
  python manage.py compare_classifiers training/recipes/chest_xray_covid.toml

Where the recipe's run has finished, the features are those of its trained network, and the network
itself is in the table; otherwise they are those of the backbone with the weights that the recipe
names. In the run folder's "classifiers" afterwards: comparison.html, .csv and .json.

--publishable NAME makes the best linear classifier the head of the network and packages that under
NAME, for publish_model."""

    def add_arguments(self, parser):
        parser.add_argument("config", type=Path, metavar="CONFIG", help="the recipe")
        parser.add_argument("--data", type=Path, help="data set, instead of the one in the recipe")
        parser.add_argument(
            "--run", type=Path, help="run folder (default: in the data folder, by name and version)"
        )
        parser.add_argument(
            "--publishable", metavar="NAME", help="package the best linear one under this name"
        )
        parser.add_argument(
            "--jobs", type=int, default=os.cpu_count(), help="processor cores (default: all)"
        )

    def handle(self, *args, config, data, run, publishable, jobs, **options):
        training = settings.DATA_DIR / "training"
        try:
            recipe = read_recipe(config)
            folder = run or training / f"{recipe.name}-{recipe.version}"
            dataset = data_for_training(recipe, folder, place=data, say=self.say)
            # Imported here: a mistake in the recipe or the data should not wait for TensorFlow.
            from training.feature_classifiers.comparing import compare

            compare(
                recipe=recipe,
                dataset=dataset,
                folder=folder,
                publishable=publishable,
                target=training / f"{publishable}-{recipe.version}",
                jobs=jobs,
                say=self.say,
            )
        except (TrainingError, OSError) as error:
            raise CommandError(str(error)) from error
        except KeyboardInterrupt:
            raise CommandError(
                "Stopped. The same command uses again what has been computed.", returncode=130
            ) from None

    def say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
