"""Find one person at whatever site, in an emergency: exactly, a few at most, seldom, on record."""

import datetime
from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from aicare.audit import record_access
from aicare.errors import DomainError, InvalidInput
from aicare.models import AuditEvent, Site, User
from patients.finding.words import words_of
from patients.models import Patient

SEARCHED = "break-glass.searched"
AT_MOST = 5
SEARCHES = 10
WITHIN = datetime.timedelta(minutes=10)
BORN_ON_ONE_DAY = 2000


class TooManySearches(DomainError):
    """Somebody tries one name after the other. The person must wait, or ask the other site."""

    http_status = 429
    code = "too_many_searches"
    retry_after_seconds = int(WITHIN.total_seconds())


@dataclass(frozen=True)
class Sought:
    """What is known of the person: the record number, or the full name with the birth date."""

    medical_record_number: str = ""
    family_name: str = ""
    given_names: str = ""
    birth_date: datetime.date | None = None

    @property
    def is_enough(self) -> bool:
        return bool(
            self.medical_record_number
            or (self.family_name and self.given_names and self.birth_date)
        )


@transaction.atomic
def find_anywhere(*, user, sought: Sought) -> list[Patient]:
    """Return the people who fit exactly, at whatever site; the search is put on record.

    More than a handful are none: whoever gets a list would choose from it.
    """
    if not sought.is_enough:
        raise InvalidInput(
            _("Give the record number, or the family name, given names and birth date."),
            code="not_enough_known",
        )
    _check_pace(user)
    found = _fitting(sought)
    if len(found) > AT_MOST:
        found = []
    record_access(user=user, action=SEARCHED, patient_ids=[patient.pk for patient in found])
    return found


def _check_pace(user) -> None:
    """Refuse one search too many; those that come at once are counted one after the other."""
    User.objects.select_for_update(no_key=True).values_list("pk").get(pk=user.pk)
    recent = AuditEvent.objects.filter(
        user=user, action=SEARCHED, at__gt=timezone.now() - WITHIN
    ).count()
    if recent >= SEARCHES:
        raise TooManySearches(
            _("Too many searches in a short time. Wait ten minutes, or call the other site.")
        )


def _fitting(sought: Sought) -> list[Patient]:
    # By site, because every index of patients begins with it.
    patients = Patient.objects.filter(site__in=list(Site.objects.values_list("pk", flat=True)))
    patients = patients.select_related("site", "merged_into__site")
    if sought.medical_record_number:
        rows = patients.filter(medical_record_number=sought.medical_record_number)[: AT_MOST + 1]
    else:
        rows = [one for one in _born_on(patients, sought.birth_date) if _is_named(one, sought)]
    standing = {(one.merged_into or one).pk: one.merged_into or one for one in rows}
    return sorted(standing.values(), key=lambda one: (one.site.name, one.pk))


def _born_on(patients: QuerySet[Patient], day: datetime.date) -> QuerySet[Patient]:
    return patients.filter(birth_date=day)[:BORN_ON_ONE_DAY]


def _is_named(patient: Patient, sought: Sought) -> bool:
    """Tell whether the family name is the same and every given name that was said is one of them.

    Case, accents and hyphens do not matter; a second given name may be unknown at the bedside.
    """
    said, given = words_of(sought.given_names), words_of(patient.given_names)
    return words_of(sought.family_name) == words_of(patient.family_name) and bool(
        said and set(said) <= set(given)
    )
