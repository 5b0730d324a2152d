"""Ask every app what cannot be and yet is."""

from django.core.management.base import BaseCommand, CommandError

from imaging import invariants as imaging
from inference import invariants as inference
from patients import invariants as patients


class Command(BaseCommand):
    help = (
        "Check that the record holds together: every finished job has one report, every study its"
        " pictures, every signed report a signature … One line for each thing that is wrong, and"
        " exit status 1. Example: manage.py check_invariants"
    )

    def handle(self, *args, **options):
        problems = [
            f"{name}: {sentence}"
            for name, app in (
                ("patients", patients),
                ("imaging", imaging),
                ("inference", inference),
            )
            for sentence in app.broken()
        ]
        for problem in problems:
            self.stderr.write(problem)
        if problems:
            raise CommandError(f"{len(problems)} things do not hold.", returncode=1)
        self.stdout.write("Everything holds.")
