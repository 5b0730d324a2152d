"""Whom somebody opened last, and who is on their wards: what the patients page begins with."""

import datetime
from dataclasses import dataclass

from aicare.models import AuditEvent
from patients.banner import short_time
from patients.models import Encounter, Patient
from patients.monitoring import early_warnings
from patients.ward import places_of, scope_of
from patients.wording import Badge, badge_of

MOST_RECENT = 8
# So far back in the reader's own trail; a list of all they ever did would cost more every day.
EVENTS_LOOKED_AT = 300
MOST_ON_WARDS = 24


@dataclass(frozen=True)
class OnMyWards:
    """Open stays on the reader's wards with their scores; ``total`` counts all of them."""

    rows: list[tuple[Encounter, Badge]]
    total: int

    @property
    def left_out(self) -> int:
        return self.total - len(self.rows)


def recently_opened(user) -> list[Patient]:
    """Return the patients whose record the user opened or wrote last, the latest first."""
    events = AuditEvent.objects.filter(user=user).order_by("-id")
    seen = events.values_list("patient_id", "outcome")[:EVENTS_LOOKED_AT]
    done = AuditEvent.Outcome.SUCCESS
    ids = dict.fromkeys(pk for pk, outcome in seen if pk and outcome == done)
    # Some may be of a site that the user has left, or were merged since.
    some = list(ids)[: 3 * MOST_RECENT]
    known = Patient.objects.of_own_sites(user).standing().in_bulk(some)
    return [known[pk] for pk in some if pk in known][:MOST_RECENT]


def on_my_wards(user, *, now: datetime.datetime) -> OnMyWards | None:
    """Return who is on the wards that the user calls their own; None without such a ward."""
    scope = scope_of(places_of(user), ward=None, site_id=None, wants_all=False)
    if not scope.is_own:
        return None
    stays = list(
        Encounter.objects.of_own_sites(user)
        .open()
        .filter(scope.condition)
        .select_related("patient__site")
        .order_by("ward", "bed", "id")[:MOST_ON_WARDS]
    )
    warnings = early_warnings([stay.patient for stay in stays], now=now)
    rows = [
        (stay, badge_of(warnings.get(stay.patient_id), lambda moment: short_time(moment, now)))
        for stay in stays
    ]
    return OnMyWards(rows, total=max(len(stays), scope.patients))
