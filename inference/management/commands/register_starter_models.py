"""Put the shipped and the published model packages on record."""

import json
import re
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from aicare.errors import DomainError
from inference.models import ModelVersion
from inference.models.model_version import package_roots
from inference.packages import CARD
from inference.publishing import activate, register_package, start_shadow

State = ModelVersion.State


class Command(BaseCommand):
    help = (
        "Register every package in the starter and the models folder that is not on record yet."
        " A starter model becomes active (or shadow, if its card says so) where no version of its"
        " classifier was ever in use; any other waits as a draft for activate_model."
    )

    def handle(self, *args, **options):
        broken = 0
        for root_name, root in package_roots().items():
            for card_file in sorted(root.glob(f"*/*/{CARD}"), key=in_order):
                broken += not self.register(card_file.parent, is_starter=root_name == "starter")
        if broken:
            raise CommandError(f"{broken} package(s) could not be registered.")

    def register(self, folder: Path, *, is_starter: bool) -> bool:
        try:
            version = register_package(folder, by=None)
        except DomainError as error:
            self.stderr.write(f"{folder}: {error}")
            return False
        if is_starter and version.state == State.DRAFT and not was_ever_in_use(version):
            wished = json.loads((folder / CARD).read_bytes()).get("state", State.ACTIVE)
            (start_shadow if wished == State.SHADOW else activate)(model_version=version, by=None)
            version.refresh_from_db()
        self.stdout.write(f"{version}: {version.state}")
        return True


def in_order(card_file: Path) -> list:
    """Sort 1.9.0 before 1.10.0: of two starters the newer one is activated last."""
    words = re.split(r"(\d+)", card_file.parent.as_posix())
    return [int(word) if word.isdigit() else word for word in words]


def was_ever_in_use(version: ModelVersion) -> bool:
    """Tell whether people have decided about this classifier already."""
    same = ModelVersion.objects.filter(classifier=version.classifier)
    return same.exclude(state=State.DRAFT).exclude(package_path__startswith="starter/").exists()
