"""The rows of the ward board: one open stay each, the most urgent first."""

import datetime
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils import timezone

from patients.banner import short_time
from patients.early_warning import HIGH
from patients.models import Encounter
from patients.monitoring import EarlyWarning, early_warnings
from patients.ward.images import OnImages, images_of
from patients.ward.places import Place, Scope
from patients.wording import Badge, age_words, badge_of, trend_of, urgency

FAR_AWAY = datetime.datetime.max.replace(tzinfo=datetime.UTC)
# A ward that discharges nobody must not fill the memory; the page says how many are left out.
MOST_ROWS = 300


@dataclass(frozen=True)
class OnWard:
    """One open stay with what the board tells about it."""

    encounter: Encounter
    early_warning: EarlyWarning | None
    badge: Badge
    trend: tuple[str, str]
    age: str
    images: OnImages

    @property
    def patient(self):
        return self.encounter.patient

    @property
    def is_overdue(self) -> bool:
        return self.early_warning is not None and self.early_warning.overdue

    @property
    def is_partial(self) -> bool:
        """Whether the newest set waits to be completed."""
        return self.early_warning is not None and bool(self.early_warning.latest_signs.missing)

    @property
    def emergency_phone(self) -> str:
        """Whom to call: the site's number while the patient is at high risk, else nothing."""
        return emergency_phone_for(self.early_warning, self.patient.site)

    @property
    def order(self):
        """The most urgent first, then whose set is due earliest, then by name."""
        due = self.early_warning.next_due_at if self.early_warning else None
        return urgency(self.badge.risk), due or FAR_AWAY, self.patient.name


@dataclass(frozen=True)
class WardRows:
    """The rows of one ward, below its heading."""

    place: Place
    rows: tuple[OnWard, ...]

    @property
    def overdue(self) -> int:
        return sum(one.is_overdue for one in self.rows)


def emergency_phone_for(warning: EarlyWarning | None, site) -> str:
    """Return the site's emergency number where risk is high and somebody observes."""
    is_high = warning is not None and warning.risk == HIGH and warning.next_due_at is not None
    return site.emergency_phone if is_high else ""


def build_board(user, scope: Scope, *, now: datetime.datetime) -> list[OnWard]:
    """Return the open stays, the most urgent first, in a fixed number of queries."""
    stays = list(
        Encounter.objects.of_own_sites(user)
        .open()
        .filter(scope.condition)
        .select_related("patient__site")
        .order_by("ward", "bed", "id")[:MOST_ROWS]
    )
    warnings = early_warnings([stay.patient for stay in stays], now=now)
    images = images_of([stay.patient_id for stay in stays])
    today = timezone.localdate(now)
    board = [
        OnWard(
            encounter=stay,
            early_warning=warnings.get(stay.patient_id),
            badge=badge_of(warnings.get(stay.patient_id), lambda moment: short_time(moment, now)),
            trend=trend_of(warnings.get(stay.patient_id)),
            age=age_words(stay.patient, today),
            images=images[stay.patient_id],
        )
        for stay in stays
    ]
    return sorted(board, key=lambda one: one.order)


def by_ward(board: Iterable[OnWard], scope: Scope) -> list[WardRows]:
    """Divide a board into the wards of its scope; each keeps the order of the board."""
    rows = defaultdict(list)
    for one in board:
        rows[one.patient.site_id, one.encounter.ward].append(one)
    return [
        WardRows(place, tuple(rows[key]))
        for place in scope.places
        if (key := (place.site_id, place.ward)) in rows
    ]
