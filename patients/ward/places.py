"""The wards that a board can show, and which of them it shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from patients.models import Encounter, OwnWard

# Beyond this many open stays the reader chooses a ward first.
MOST_AT_ONCE = 100


@dataclass(frozen=True)
class Place:
    """A ward of a site; ``patients`` counts its open stays."""

    ward: str
    site: str
    site_id: UUID
    patients: int = 0
    is_own: bool = False

    @property
    def name(self) -> str:
        return self.ward or _("Without a ward")

    @property
    def order(self):
        """By name; who is on no ward comes last."""
        return not self.ward, self.ward, self.site, self.site_id

    def is_named(self, ward: str, site_id: UUID | None) -> bool:
        return self.ward == ward and site_id in {None, self.site_id}


@dataclass(frozen=True)
class Scope:
    """What a board shows: one ward, the reader's own wards or all of them."""

    places: tuple[Place, ...]
    chosen: str | None = None
    is_own: bool = False

    @property
    def patients(self) -> int:
        return sum(place.patients for place in self.places)

    @property
    def must_choose(self) -> bool:
        """Whether these are too many to look at together."""
        return len(self.places) > 1 and self.patients > MOST_AT_ONCE

    @property
    def only(self) -> Place | None:
        """The ward, where it is one."""
        return self.places[0] if len(self.places) == 1 else None

    @property
    def condition(self) -> Q:
        """Which encounters belong to the places."""
        wards = Q(pk__in=[])
        for place in self.places:
            wards |= Q(ward=place.ward, patient__site=place.site_id)
        return wards


def places_of(user) -> list[Place]:
    """Return the wards with open stays at the user's sites, and the user's own ones."""
    sites = dict(user.sites.order_by().values_list("pk", "name"))
    own = {
        (one.site_id, one.ward) for one in OwnWard.objects.filter(user=user, site__in=list(sites))
    }
    counted = dict.fromkeys(own, 0) | {
        (site_id, ward): count
        for site_id, ward, count in Encounter.objects.of_own_sites(user)
        .open()
        .order_by()
        .values_list("patient__site", "ward")
        .annotate(Count("pk"))
    }
    places = (
        Place(ward, sites[site_id], site_id, count, (site_id, ward) in own)
        for (site_id, ward), count in counted.items()
    )
    return sorted(places, key=lambda place: place.order)


def scope_of(
    places: Sequence[Place], *, ward: str | None, site_id: UUID | None, wants_all: bool
) -> Scope:
    """Return what is asked for: a ward, all of them, or else the own ones if there are any."""
    if ward is not None:
        named = tuple(place for place in places if place.is_named(ward, site_id))
        return Scope(named, chosen=ward)
    own = tuple(place for place in places if place.is_own)
    if own and not wants_all:
        return Scope(own, is_own=True)
    return Scope(tuple(places))
