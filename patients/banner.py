"""Who the page is about: name, age, place, allergies, alerts, score and due time."""

import datetime
from dataclasses import dataclass

from django.utils import timezone

from aicare.templatetags.clock import time_in_words
from patients.alerts import Alert, alerts_of_signs
from patients.allergies import answers_none_known, real_allergies
from patients.early_warning import NOT_APPLICABLE
from patients.models import Allergy, Encounter, Patient
from patients.monitoring import EarlyWarning, early_warnings
from patients.wording import Badge, age_words, badge_of, trend_of

NAMED_ALLERGIES = 3


@dataclass(frozen=True)
class Banner:
    """What the head of every page about one patient shows."""

    patient: Patient
    age: str
    encounter: Encounter | None
    recorded_allergies: tuple[Allergy, ...]
    early_warning: EarlyWarning | None
    badge: Badge
    trend: tuple[str, str]
    alerts: tuple[Alert, ...]
    """what the signs ask for"""
    made_at: datetime.datetime
    """paper says it: "today" is read on other days"""
    image_alerts: tuple[Alert, ...] | None = None
    """what images ask for; None: the page that shows the banner looks it up"""

    @property
    def allergies(self) -> tuple[Allergy, ...]:
        """What the patient must not be given, the most dangerous first."""
        return real_allergies(self.recorded_allergies)

    @property
    def named_allergies(self) -> tuple[Allergy, ...]:
        return self.allergies[:NAMED_ALLERGIES]

    @property
    def more_allergies(self) -> int:
        """How many are not named in the head of the page."""
        return max(len(self.allergies) - NAMED_ALLERGIES, 0)

    @property
    def no_known_allergies(self) -> tuple[Allergy, ...]:
        """The answers that none is known; shown only where no allergy contradicts them."""
        return answers_none_known(self.recorded_allergies)

    @property
    def scored_at(self) -> datetime.datetime | None:
        """When the score was measured, where no due time tells how fresh it is."""
        warning = self.early_warning
        if warning is None or warning.next_due_at or warning.risk == NOT_APPLICABLE:
            return None
        return warning.decisive.measured_at

    @property
    def call_now(self) -> str:
        """The number to call at high risk, as the site wrote it; otherwise empty."""
        return next((alert.phone for alert in self.alerts if alert.phone), "")


def banner_of(patient: Patient, *, now: datetime.datetime) -> Banner:
    """Return the banner of a patient whom the reader was found to be allowed to see."""
    return make_banner(
        patient,
        encounter=patient.encounters.open().first(),
        allergies=tuple(patient.allergies.active()),
        early_warning=early_warnings([patient], now=now).get(patient.pk),
        now=now,
    )


def make_banner(patient, *, encounter, allergies, early_warning, now, image_alerts=None) -> Banner:
    """Return the banner from what a page has read already."""
    return Banner(
        patient=patient,
        age=age_words(patient, timezone.localdate(now)),
        encounter=encounter,
        recorded_allergies=tuple(allergies),
        early_warning=early_warning,
        badge=badge_of(early_warning, lambda moment: short_time(moment, now)),
        trend=trend_of(early_warning),
        alerts=tuple(alerts_of_signs(patient, early_warning)),
        made_at=now,
        image_alerts=None if image_alerts is None else tuple(image_alerts),
    )


def short_time(moment, now) -> str:
    return time_in_words(moment, now=now)
