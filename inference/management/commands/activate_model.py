"""Put a published model version to work, in the shadow or for all, or out of it."""

from django.core.management.base import BaseCommand, CommandError

from aicare.errors import DomainError
from aicare.models import User
from inference.cautions import override_text
from inference.models import ModelVersion
from inference.publishing import activate, retire, start_shadow


class Command(BaseCommand):
    help = (
        "Make a version the active one of its classifier; the version before is retired and what"
        " waits for it is handed over."
        " Example: manage.py activate_model chest-xray-covid 1.0.0 [--shadow | --retire]"
    )

    def add_arguments(self, parser):
        parser.add_argument("classifier")
        parser.add_argument("version")
        parser.add_argument("--by", metavar="USERNAME", help="whose decision it is, for the audit")
        how = parser.add_mutually_exclusive_group()
        how.add_argument("--shadow", action="store_true", help="analyse unseen by the readers")
        how.add_argument("--retire", action="store_true", help="take it out of use")

    def handle(self, *args, **options):
        version = ModelVersion.objects.filter(
            classifier=options["classifier"], version=options["version"]
        ).first()
        if version is None:
            known = ", ".join(map(str, ModelVersion.objects.all())) or "none"
            raise CommandError(f"No such version is published. Published: {known}.")
        act = start_shadow if options["shadow"] else retire if options["retire"] else activate
        try:
            version = act(model_version=version, by=user_called(options["by"]))
        except DomainError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{version} is now {version.get_state_display()}.")
        for known in (override_text(version.card), version.card.get("state_reason")):
            if known and act is activate:
                self.stdout.write(known)


def user_called(name: str | None) -> User | None:
    if name is None:
        return None
    user = User.objects.filter(username=name).first()
    if user is None:
        raise CommandError(f"There is no user called {name}.")
    return user
