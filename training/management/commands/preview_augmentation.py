"""Show what a recipe's augmentation makes of a few pictures, before hours are spent on them."""

from pathlib import Path

from django.conf import settings
from django.core.management.base import CommandError

from aicare.command_line import ExplainedCommand
from training.config import read_recipe
from training.datasets.reading import read_data_of
from training.errors import TrainingError


class Command(ExplainedCommand):
    requires_system_checks = ()  # it needs neither database nor pages
    help = """Write a page of examples of a recipe's augmentation: each change alone, then together.

example:
  python manage.py preview_augmentation training/recipes/chest_xray_covid.toml --out page.html

The page shows pictures of the data: keep it where the data may be."""

    def add_arguments(self, parser):
        parser.add_argument("config", type=Path, metavar="CONFIG", help="the recipe")
        parser.add_argument("--data", type=Path, help="data, instead of those in the recipe")
        parser.add_argument("--out", type=Path, help="the page (default: in the run folder)")
        parser.add_argument("--count", type=int, default=5, help="pictures to show")

    def handle(self, *args, config, data, out, count, **options):
        try:
            recipe = read_recipe(config)
            dataset = read_data_of(recipe, data)
            # Imported here: a mistake in the recipe or the data should not wait for TensorFlow.
            from training.preview import PREVIEW, pictures_to_show, prepared_few, write_preview

            run = settings.DATA_DIR / "training" / f"{recipe.name}-{recipe.version}"
            shown = pictures_to_show(dataset, count)
            write_preview(recipe, *prepared_few(recipe, dataset, shown), out or run / PREVIEW)
        except TrainingError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(str(out or run / PREVIEW))
