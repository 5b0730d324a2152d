"""Whose record a user may see: the one place where it is decided."""

from django.db.models import Q

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
    """Return the condition for own sites, or for a record that break-glass opened for a while."""
    if not reads_records(user):
        return NOBODY
    granted = BreakGlassGrant.objects.of(user).running().values("patient")
    return Q(**{f"{patient}site__in": user.sites.order_by().values("pk")}) | Q(
        **{f"{patient}pk__in": granted}
    )
