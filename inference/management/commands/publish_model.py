"""Bring the package of a training run to where workers read it, and put it on record as a draft."""

import getpass
from pathlib import Path

from django.conf import settings
from django.core.management.base import CommandError
from django.utils import timezone

from aicare.command_line import ExplainedCommand
from aicare.errors import DomainError
from aicare.models import User
from inference.cautions import override_text
from inference.management.commands.activate_model import user_called
from inference.publishing import register_package
from training.errors import TrainingError
from training.packaging.publishing import Override, publish


class Command(ExplainedCommand):
    help = """Copy the package in a training run's folder to the models folder and register it as a
draft; activate_model puts it to work. A published version is never overwritten.

examples:
  python manage.py publish_model data/training/chest-xray-covid-1.1.0
  python manage.py publish_model data/training/chest-xray-covid-1.1.0 --by demo-model-manager \\
      --override "Research ward only; the label goes with the source, as the card says"

A model that failed a check is refused. With --override and a reason it is published all the same;
the reason, the checks, who and when stay on its card and on every page that shows the model."""

    def add_arguments(self, parser):
        parser.add_argument("run_folder", type=Path)
        parser.add_argument("--override", metavar="REASON", help="publish although a check failed")
        parser.add_argument("--by", metavar="USERNAME", help="whose decision it is, for the audit")

    def handle(self, *args, run_folder, override, by, **options):
        user = user_called(by)
        try:
            place = publish(
                run_folder,
                Path(settings.MODEL_PACKAGES_DIR),
                override=None if override is None else override_by(user, override),
            )
            version = register_package(place, by=user)
        except (TrainingError, DomainError, OSError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{version} is published as {version.get_state_display()}.")
        if text := override_text(version.card):
            self.stdout.write(text)


def override_by(user: User | None, reason: str) -> Override:
    """Return the override with who answers for it: a user, else whoever runs the command."""
    who = user.username if user else f"{getpass.getuser()} (at the command line)"
    return Override(reason=reason, by=who, at=timezone.now().isoformat(timespec="seconds"))
