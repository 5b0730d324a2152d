"""Who at a site may be the same person: candidates from bounded walks, then judged one by one."""

import datetime
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from aicare.errors import ConfirmationRequired
from patients.finding.likeness import LIKELY, POSSIBLE, VERY_LIKELY, Likeness, likeness, swapped
from patients.finding.terms import Term
from patients.finding.walks import Stretch, counts, fits, in_one_statement
from patients.finding.words import BORN, words_of
from patients.models import Patient

MOST_SHOWN = 5
MOST_OF_A_DAY = 150
MOST_OF_A_NAME = 50
NAMES_WEIGHED = 6
ENOUGH_TO_BE_FREQUENT = 1000
LEVEL_WORDS = {
    VERY_LIKELY: _("very likely the same person"),
    LIKELY: _("likely the same person"),
    POSSIBLE: _("possibly the same person"),
}
BECAUSE_WORDS = {
    "names_same": _("same name"),
    "names_similar": _("similar name"),
    "names_partly": _("family or given names the same"),
    "birth_date_same": _("same birth date"),
    "birth_date_swapped": _("day and month of birth swapped"),
    "birth_date_one_digit": _("one digit of the birth date differs"),
    "birth_date_unknown": _("a birth date is not known"),
    "sex_differs": _("sex differs"),
}


@dataclass(frozen=True)
class PossibleDuplicate:
    """A record that may be of the same person, and why."""

    patient: Patient
    likeness: Likeness

    @property
    def level_words(self) -> str:
        return LEVEL_WORDS[self.likeness.level]

    @property
    def because_words(self) -> list[str]:
        return [BECAUSE_WORDS[code] for code in self.likeness.because]


class MayBeRegistered(ConfirmationRequired):
    """Somebody like this is on record. The person registering looks whether it is the same one."""

    def __init__(self, found: list[PossibleDuplicate]):
        self.found = found
        super().__init__(
            gettext("This person may be registered already."), code="may_be_registered"
        )


def possible_duplicates(person: Patient) -> list[PossibleDuplicate]:
    """Return who of the person's site may be the same person, the likeliest first.

    ``person`` is on record or about to be. The caller may see the patients of that site.
    """
    ids = {UUID(str(patient_id)) for _, patient_id in in_one_statement(_walks(person))}
    candidates = Patient.objects.standing().filter(site=person.site_id, pk__in=ids)
    found = [
        PossibleDuplicate(one, like)
        for one in candidates.exclude(pk=person.pk).order_by("family_name", "given_names", "id")
        if (like := likeness(person, one))
    ]
    return sorted(found, key=lambda one: one.likeness.order)[:MOST_SHOWN]


def duplicates_seen_by(user, patient: Patient) -> list[PossibleDuplicate]:
    """Return who may be the same person as ``patient``, for a reader of the site alone.

    Whoever opened one record of another site in an emergency opened no other one.
    """
    is_own = Patient.objects.of_own_sites(user).filter(pk=patient.pk).exists()
    return possible_duplicates(patient) if is_own else []


def _walks(person: Patient) -> list[QuerySet]:
    """Return who was born on that day, or with day and month swapped, and who is called so."""
    born = person.birth_date
    days = {born, swapped(born)} - {None} if born else set()
    walks = [
        Stretch(person.site_id, f"{BORN}{day.isoformat()}", exact=True).rows()[:MOST_OF_A_DAY]
        for day in sorted(days)
    ]
    return [walk.values_list("patient") for walk in (*walks, *_called_the_same(person))]


def _called_the_same(person: Patient) -> list[QuerySet]:
    """Return whose names hold all the person's words, in any order, and who may be born so."""
    words = list(dict.fromkeys(words_of(f"{person.family_name} {person.given_names}")))
    stretches = [Stretch(person.site_id, word, exact=True) for word in words[:NAMES_WEIGHED]]
    if not stretches:
        return []
    found = counts([[stretch] for stretch in stretches], enough=ENOUGH_TO_BE_FREQUENT)
    rarest = stretches[found.index(min(found))]
    others = [fits(Term((word,))) for word in words if word != rarest.word]
    rows = rarest.rows().filter(*others, _may_be_born(person.birth_date))
    return [rows.order_by("word", "sort_name", "patient")[:MOST_OF_A_NAME]]


def _may_be_born(born: datetime.date | None) -> Q:
    """Return the condition that a line's birth date is a digit off at most, or not known."""
    if born is None:
        return Q()
    iso = born.isoformat()
    return (
        Q(sort_name__contains=f"{BORN}{iso[:5]}")
        | Q(sort_name__contains=iso[4:])
        | ~Q(sort_name__contains=BORN)
    )
