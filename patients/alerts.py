"""What needs a person now: the shape of an alert, and the alerts that the signs raise."""

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from patients.models import Patient, VitalSigns
from patients.monitoring import EarlyWarning

SEVERITIES = ("high", "warning", "note")


@dataclass(frozen=True)
class Alert:
    """One thing that needs a person; severity high (act), warning (look) or note (know)."""

    code: str
    severity: str
    title: str
    text: str
    since: datetime.datetime | None
    study_id: UUID | None = None
    machine_speaks: bool = False
    """the text holds a result that nobody has signed: pages show it in the machine's voice"""
    phone: str = ""
    """the number to call now, as the site wrote it"""
    image_at: datetime.datetime | None = None
    """when the image was taken: one patient may have several of a kind"""

    @property
    def whole_text(self) -> str:
        """The text with the number: for those who get no link to press."""
        if not self.phone:
            return self.text
        return f"{self.text} " + _("Emergency number %(phone)s.") % {"phone": self.phone}


def most_urgent_first(alerts: Iterable[Alert]) -> tuple[Alert, ...]:
    return tuple(sorted(alerts, key=lambda alert: SEVERITIES.index(alert.severity)))


def alerts_of_signs(patient: Patient, warning: EarlyWarning | None) -> Iterator[Alert]:
    """Yield what the score of a patient (fetched with ``site``) asks for, the most urgent first."""
    if warning is None or warning.next_due_at is None:
        # Nobody observes: the patient was discharged or has died, or no score applies.
        return
    if warning.risk == VitalSigns.Risk.HIGH:
        yield Alert(
            "high_risk",
            "high",
            _("High risk: call the emergency team"),
            _score_sentence(warning),
            warning.decisive.measured_at,
            phone=patient.site.emergency_phone,
        )
    if warning.overdue:
        text = _("Record a set of vital signs.")
        title = _("The next set is overdue")
        yield Alert("set_overdue", "warning", title, text, warning.next_due_at)


def _score_sentence(warning: EarlyWarning) -> str:
    """Say which set gives the high risk: not always the newest one, for none softens another."""
    decisive = warning.decisive
    if decisive.is_complete:
        return _("NEWS2 %(score)d.") % {"score": decisive.score}
    least = {"score": decisive.score_min}
    if warning.latest_complete is not None:
        return _("A later incomplete set scores at least %(score)d.") % least
    return _("NEWS2 at least %(score)d, with values missing.") % least
