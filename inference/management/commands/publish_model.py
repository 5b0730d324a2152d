"""Bring the package of a training run to where workers read it, and put it on record as a draft."""

from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from aicare.errors import DomainError
from inference.publishing import register_package
from training.errors import TrainingError
from training.packaging.publishing import publish


class Command(BaseCommand):
    help = (
        "Copy the package in a training run's folder to the models folder and register it as a"
        " draft; activate_model puts it to work. A published version is never overwritten."
        " Example: manage.py publish_model data/runs/chest-xray-covid-1.1.0"
    )

    def add_arguments(self, parser):
        parser.add_argument("run_folder", type=Path)

    def handle(self, *args, **options):
        try:
            place = publish(options["run_folder"], Path(settings.MODEL_PACKAGES_DIR))
            version = register_package(place, by=None)
        except (TrainingError, DomainError, OSError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{version} is published as {version.get_state_display()}.")
