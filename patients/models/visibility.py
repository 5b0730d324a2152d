"""Whose record a user may see: the one place where it is decided."""

from django.db.models import Q

from aicare import request_context
from patients.models.break_glass import BreakGlassGrant

READ = "patients.view_patient"
NOBODY = Q(pk__in=[])


def reads_records(user) -> bool:
    """Tell whether the user's role reads records of patients at all."""
    return user.is_active and user.has_perm(READ)


def of_own_sites(user, patient: str = "") -> Q:
    """Return the condition that the patient is of the user's sites.

    ``patient`` is the way to the patient's columns, such as "study__patient__". The sites are read
    at once: with a plain value the database walks a list of a million in the order of its index.
    """
    if not reads_records(user):
        return NOBODY
    return Q(**{f"{patient}site__in": list(user.sites.values_list("pk", flat=True))})


def in_sight_of(user, patient: str = "") -> Q:
    """Return the condition for own sites, or for a record that break-glass opened for a while.

    A request sees by the grants of its own session alone: a program with a token, or the same
    person elsewhere, has none. Whether they still run is asked of the database each time. Where the
    record was merged meanwhile, the one that stands for the person is open.
    """
    if not reads_records(user):
        return NOBODY
    own = Q(**{f"{patient}site__in": user.sites.order_by().values("pk")})
    grants = BreakGlassGrant.objects.of(user).running()
    openings = request_context.openings.get()
    if openings is not None:
        if not openings.grant_ids:
            return own
        grants = grants.filter(pk__in=openings.grant_ids)
    opened = Q(**{f"{patient}pk__in": grants.values("patient")})
    merged = grants.exclude(patient__merged_into=None).values("patient__merged_into")
    return own | opened | Q(**{f"{patient}pk__in": merged})
