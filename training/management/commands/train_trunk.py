"""Train the body that several recipes begin with."""

from pathlib import Path

from django.conf import settings
from django.core.management.base import CommandError

from aicare.command_line import ExplainedCommand
from training.errors import TrainingError


class Command(ExplainedCommand):
    requires_system_checks = ()  # it needs neither database nor pages
    help = """Train one network on the tasks of several recipes at once, and keep its body.

example:
  python manage.py train_trunk training/recipes/trunk.toml

The weights lie in the run folder as trunk.weights.h5, where the recipes' "weights" look for them.
Interrupted, the same command goes on after the last finished epoch."""

    def add_arguments(self, parser):
        parser.add_argument("config", type=Path, metavar="CONFIG", help="the trunk's recipe")
        parser.add_argument(
            "--run", type=Path, help="run folder (default: in the data folder, by name and version)"
        )

    def handle(self, *args, config, run, **options):
        # Imported here: --help should not wait for TensorFlow.
        from training.trunk import read_trunk, train_trunk

        try:
            trunk = read_trunk(config)
            name = f"{trunk.recipe.name}-{trunk.recipe.version}"
            weights = train_trunk(trunk, run or settings.DATA_DIR / "training" / name, self.say)
        except TrainingError as error:
            raise CommandError(str(error)) from error
        except KeyboardInterrupt:
            raise CommandError(
                "Stopped. The same command goes on after the last finished epoch.", returncode=130
            ) from None
        self.say(f"Weights: {weights}")

    def say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
