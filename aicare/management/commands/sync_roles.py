"""Write the roles of ``aicare.roles`` to Django's groups."""

from django.contrib.auth.models import Group, Permission
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from aicare.roles import ROLES


class Command(BaseCommand):
    help = "Give every role exactly the permissions listed in aicare/roles.py."

    @transaction.atomic
    def handle(self, *args, **options):
        known = {
            f"{permission.content_type.app_label}.{permission.codename}": permission
            for permission in Permission.objects.select_related("content_type")
        }
        for role, names in ROLES.items():
            if unknown := sorted(names - known.keys()):
                raise CommandError(f"Role {role} names unknown permissions: {', '.join(unknown)}")
            group, _ = Group.objects.get_or_create(name=role)
            group.permissions.set(known[name] for name in names)
        self.stdout.write(f"{len(ROLES)} roles are up to date.")
