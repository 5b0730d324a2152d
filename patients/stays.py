"""A patient’s stays: where somebody lay from when to when; and which beds are in use."""

import datetime
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from aicare.models import Site, User
from patients.codes import Suggestion
from patients.history.versions import Version, versions_from
from patients.models import Encounter, Revision

# More names than this help nobody who types.
MOST_OFFERED = 300


@dataclass(frozen=True)
class Lay:
    """One place within a stay: since when, and who brought the patient there."""

    ward: str
    bed: str
    encounter_class: str
    since: datetime.datetime
    by: User | None


@dataclass(frozen=True)
class Stay:
    """One stay with its places, the first one first, and the act that changed it last."""

    encounter: Encounter
    places: tuple[Lay, ...]
    last: Version

    @property
    def is_void(self) -> bool:
        return self.encounter.status == Encounter.Status.ENTERED_IN_ERROR


def stays_of(encounters: Iterable[Encounter]) -> list[Stay]:
    """Return the stays with where the patient lay; one query for all of them."""
    encounters = list(encounters)
    revisions = defaultdict(list)
    ids = [one.pk for one in encounters]
    found = Revision.objects.filter(row_id__in=ids).select_related("changed_by")
    for one in found.order_by("version"):
        revisions[one.row_id].append(one)
    return [_stay(one, versions_from(one, revisions[one.pk])) for one in encounters]


def _stay(encounter: Encounter, versions: list[Version]) -> Stay:
    places: list[Lay] = []
    for version in versions:
        place = tuple(version.values[name] for name in ("ward", "bed", "encounter_class"))
        if places and (places[-1].ward, places[-1].bed, places[-1].encounter_class) == place:
            continue
        since = version.since if places else encounter.started_at
        places.append(Lay(*place, since, version.by))
    return Stay(encounter, tuple(places), versions[-1])


@dataclass(frozen=True)
class Places:
    """What is offered while somebody writes a ward or a bed."""

    wards: list[Suggestion]
    beds: list[Suggestion]


def places_in_use(site: Site) -> Places:
    """Return the wards and beds of the open stays at a site; a taken bed says so."""
    rows = Encounter.objects.open().filter(patient__site=site).exclude(ward="")
    taken = list(rows.order_by("ward", "bed").values_list("ward", "bed").distinct()[:MOST_OFFERED])
    wards = dict.fromkeys(ward for ward, bed in taken)
    beds = [Suggestion(bed, _("%(ward)s, taken") % {"ward": ward}) for ward, bed in taken if bed]
    return Places([Suggestion(ward, "") for ward in wards], beds)
