"""Check that no sealed audit event was altered or removed."""

from django.core.management.base import BaseCommand, CommandError

from aicare.models import AuditEvent, AuditSeal
from aicare.sealing import broken_seals


class Command(BaseCommand):
    help = "Recompute the seals of the audit trail. Example: manage.py verify_audit"

    def handle(self, *args, **options):
        broken = list(broken_seals())
        for seal in broken:
            self.stderr.write(
                f"Events {seal.first_event_id} to {seal.last_event_id} do not match their seal."
            )
        if broken:
            raise CommandError(f"The audit trail was altered: {len(broken)} seals are broken.")
        last = AuditSeal.objects.last()
        waiting = AuditEvent.objects.filter(pk__gt=last.last_event_id if last else 0).count()
        self.stdout.write(
            f"The audit trail is whole: {AuditSeal.objects.count()} seals, "
            f"{waiting} newer events wait for theirs."
        )
