"""Prepare database, roles, static files and starter models without starting anything."""

from django.core.management.base import BaseCommand

from aicare.supervision.preparation import prepare


class Command(BaseCommand):
    help = (
        "Bring database and data folder up to this version: migrations, roles, static files,"
        " starter models. On a server it runs once before web, worker and scheduler start."
    )
    requires_system_checks = []

    def handle(self, *args, **options):
        prepare(lambda subject, text: self.stdout.write(f"{subject}: {text}"))
        self.stdout.write("AI Care is prepared.")
