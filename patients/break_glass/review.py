"""What the administrator sees of the records that were opened in an emergency: no name, no data."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count
from django.db.models.functions import Substr

from aicare.models import AuditEvent, Site
from aicare.request_context import OPENED
from aicare.roles import role_text
from patients.models import BreakGlassGrant

READ_ACTS = ("read", "listed", "searched", "exported", ".possible-duplicates")
BEFORE_ID, ID_LENGTH = len(OPENED) + 2, 36


@dataclass(frozen=True)
class ReviewedOpening:
    """One grant and what was done under it."""

    grant: BreakGlassGrant
    reads: int
    changes: int

    @property
    def roles(self) -> str:
        return ", ".join(role_text(group.name) for group in self.grant.user.groups.all())

    @property
    def home_sites(self) -> list[Site]:
        return list(self.grant.user.sites.all())


def grants_for_review():
    """Return every grant, newest first, with who, from where and at which site."""
    return BreakGlassGrant.objects.select_related(
        "user", "patient__site", "looked_at_by"
    ).prefetch_related("user__groups", "user__sites")


def reviewed(grants: Sequence[BreakGlassGrant]) -> list[ReviewedOpening]:
    """Return ``grants`` with the numbers of reads and changes under each, in one query."""
    acts = acts_under(grants)
    return [
        ReviewedOpening(grant, acts[grant.pk, "read"], acts[grant.pk, "change"]) for grant in grants
    ]


def acts_under(grants: Sequence[BreakGlassGrant]) -> Counter:
    """Return how many reads and changes the trail holds under each grant."""
    counts = Counter()
    if not grants:
        return counts
    rows = (
        AuditEvent.objects.filter(
            patient_id__in=_whose(grants),
            user__in={grant.user_id for grant in grants},
            at__gte=min(grant.granted_at for grant in grants),
            detail__startswith=f"{OPENED} ",
            outcome=AuditEvent.Outcome.SUCCESS,
        )
        .exclude(action__startswith=f"{OPENED}.")
        .order_by()
        .annotate(grant=Substr("detail", BEFORE_ID, ID_LENGTH))
        .values("grant", "action")
        .annotate(number=Count("pk"))
    )
    for row in rows:
        kind = "read" if row["action"].endswith(READ_ACTS) else "change"
        counts[UUID(row["grant"]), kind] += row["number"]
    return counts


def _whose(grants: Iterable[BreakGlassGrant]) -> set[UUID]:
    """Return whose records were opened, also as those into which they were merged."""
    ids = {one for grant in grants for one in (grant.patient_id, grant.patient.merged_into_id)}
    return ids - {None}


def number_not_looked_at() -> int:
    """Return how many openings wait for an administrator."""
    return BreakGlassGrant.objects.filter(looked_at=None).count()
