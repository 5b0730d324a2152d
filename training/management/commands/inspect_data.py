"""Look at a data set before anything is learnt from it."""

from pathlib import Path

from django.conf import settings
from django.core.management.base import CommandError

from aicare.command_line import ExplainedCommand
from training.config import read_recipe
from training.datasets.account import account_of
from training.datasets.checks import check_enough
from training.datasets.gallery import write_galleries
from training.datasets.leaks import find_leaks, refuse_leaks
from training.datasets.reading import read_data_of
from training.datasets.ready import shown_remarks, with_split
from training.datasets.splitting import write_split
from training.errors import TrainingError


class Command(ExplainedCommand):
    requires_system_checks = ()  # it needs neither database nor pages
    help = """Read a recipe's data and say what is in them: pictures per label, source and split,
what was left out and why, copies, pictures that look alike, leaks between the splits.

example:
  python manage.py inspect_data training/recipes/chest_xray_covid.toml
  python manage.py inspect_data my_recipe.toml --data chest-films.zip

Writes split.csv, galleries to look at and, if there are any, leaks.csv. Ends with an error if the
split leaks or there is too little to train with."""

    def add_arguments(self, parser):
        parser.add_argument("config", type=Path, metavar="CONFIG", help="the recipe")
        parser.add_argument(
            "--data", type=Path, help="folder, CSV file or zip, instead of the recipe's"
        )
        parser.add_argument(
            "--out", type=Path, help="where to write (default: in the data folder, by name)"
        )

    def handle(self, *args, config, data, out, **options):
        try:
            recipe = read_recipe(config)
            folder = out or settings.DATA_DIR / "training" / f"{recipe.name}-{recipe.version}-data"
            dataset = read_data_of(recipe, data, say=self.say)
            for line in shown_remarks(dataset):
                self.say(line)
            split = with_split(dataset, recipe)
            for line in account_of(split):
                self.say(line)
            self.say(f"Written: {write_split(split.dataset, split.groups, split.rule, folder)}")
            for path in write_galleries(split.dataset, folder):
                self.say(f"Written: {path}")
            refuse_leaks(find_leaks(split.dataset, split.pairs), folder)
            check_enough(split.dataset, recipe.training.batch_size)
        except TrainingError as error:
            raise CommandError(str(error)) from error

    def say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
