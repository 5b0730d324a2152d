"""Remember which wards somebody works on."""

from django.db import transaction

from aicare.audit import record_access
from patients.models import OwnWard


@transaction.atomic
def call_ward_own(*, user, site, ward: str) -> None:
    """Let the user's board open with this ward."""
    OwnWard.objects.get_or_create(user=user, site=site, ward=ward)
    record_access(user=user, action="ward.called-own", detail=ward)


@transaction.atomic
def leave_own_ward(*, user, site, ward: str) -> None:
    """Open the user's board without this ward again."""
    OwnWard.objects.filter(user=user, site=site, ward=ward).delete()
    record_access(user=user, action="ward.left", detail=ward)
