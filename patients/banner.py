"""Who the page is about: name, age, place, allergies, score and due time."""

import datetime
from dataclasses import dataclass

from django.utils import timezone

from aicare.templatetags.clock import in_words
from patients.models import Allergy, Encounter, Patient
from patients.monitoring import EarlyWarning, early_warnings
from patients.wording import Badge, age_words, badge_of


@dataclass(frozen=True)
class Banner:
    """What the head of every page about one patient shows."""

    patient: Patient
    age: str
    encounter: Encounter | None
    allergies: tuple[Allergy, ...]
    early_warning: EarlyWarning | None
    badge: Badge


def banner_of(patient: Patient, *, now: datetime.datetime) -> Banner:
    """Return the banner of a patient whom the reader was found to be allowed to see."""
    return make_banner(
        patient,
        encounter=patient.encounters.open().first(),
        allergies=tuple(patient.allergies.active()),
        early_warning=early_warnings([patient], now=now).get(patient.pk),
        now=now,
    )


def make_banner(patient, *, encounter, allergies, early_warning, now) -> Banner:
    """Return the banner from what a page has read already."""
    return Banner(
        patient=patient,
        age=age_words(patient, timezone.localdate(now)),
        encounter=encounter,
        allergies=tuple(allergies),
        early_warning=early_warning,
        badge=badge_of(early_warning, lambda moment: short_time(moment, now)),
    )


def short_time(moment, now) -> str:
    return in_words(moment, now=now).removeprefix("today ")
