"""Invented sets of vital signs: a few thousand are scored, all others are taken from them."""

import datetime
import random
from collections.abc import Iterator
from decimal import Decimal

from patients.early_warning import AGE_UNKNOWN, FROM_AGE_YEARS, PARAMETERS, RULE, UNDER_16, assess
from patients.models import VitalSigns
from patients.population.people import ADULT, STAY, Crowd
from patients.population.rows import Table, encoded, moment_text, time_ordered_id

TEMPLATES = {ADULT: 3000, UNDER_16: 200, AGE_UNKNOWN: 100}
AGES = {ADULT: FROM_AGE_YEARS, UNDER_16: FROM_AGE_YEARS - 1, AGE_UNKNOWN: None}
SETS_OF_A_STAY = 24
SETS_GO_BACK = datetime.timedelta(days=3 * 365)
# How ill: most are well, few very ill; each step moves every sign further from its middle.
ILLNESS, HOW_OFTEN = (0, 1, 2, 4), (70, 18, 8, 4)
# Sign: middle, spread, what a step of illness adds, lowest, highest.
SIGNS = {
    "respiratory_rate_per_min": (16, 2, 3, 4, 60),
    "oxygen_saturation_percent": (97, 1, -2, 60, 100),
    "systolic_mmhg": (124, 12, -9, 50, 240),
    "diastolic_mmhg": (76, 8, -5, 25, 130),
    "heart_rate_per_min": (74, 10, 12, 25, 210),
}
PARTIAL = 0.08
# Some people come often: with this power of chance half of all sets are of a third of the people.
SKEW = 1.6


class Sets:
    """Rows of the sets of a crowd."""

    table = Table(VitalSigns, "id", "created_at", "patient", "encounter", "measured_at")

    def __init__(self, crowd: Crowd):
        self.crowd = crowd
        self.random = random.Random(crowd.seed)  # noqa: S311  repeatable, nothing secret
        self.tails = {
            kind: [self.table.tail(self._template(kind)) for _ in range(count)]
            for kind, count in TEMPLATES.items()
        }

    def rows(self, count: int) -> Iterator:
        """Yield ``count`` sets in the order in which they were recorded."""
        of_stays = min(count, self.crowd.admitted * SETS_OF_A_STAY)
        yield from self._scattered(count - of_stays)
        yield from self._of_stays(of_stays)

    def _scattered(self, count: int) -> Iterator:
        """Yield sets of anybody at any time, as outpatients have them."""
        end = (self.crowd.now - 2 * STAY).timestamp()
        began = end - SETS_GO_BACK.total_seconds() + 30 * 86400
        step = (end - began) / max(count, 1)
        for place in range(count):
            number = int(self.crowd.count * self.random.random() ** SKEW)
            yield self._row(place, number, began + place * step, None)

    def _of_stays(self, count: int) -> Iterator:
        """Yield the sets of those on the wards, each day's rounds one after the other."""
        crowd = self.crowd
        began, step = (crowd.now - STAY).timestamp(), STAY.total_seconds() / SETS_OF_A_STAY
        numbers = crowd.admitted_numbers
        for place in range(count):
            turn, who = divmod(place, len(numbers))
            at = began + turn * step + self.random.random() * (step - 60)
            yield self._row(place, numbers[who], at, crowd.stay_of(numbers[who]))

    def _row(self, place: int, number: int, at: float, stay: str | None):
        moment = moment_text(at)
        varying = [time_ordered_id(at, place), moment, self.crowd.id_of(number), stay, moment]
        return encoded(varying) + self.random.choice(self.tails[self.crowd.kind_of(number)])

    def of_device(self, patient_id: str, stay: str, count: int, step_seconds: int) -> Iterator:
        """Yield the sets that a device sent about one adult, the last of them now."""
        began = self.crowd.now.timestamp() - count * step_seconds
        for place in range(count):
            at = began + place * step_seconds
            moment = moment_text(at)
            varying = [time_ordered_id(at, place), moment, patient_id, stay, moment]
            yield encoded(varying) + self.random.choice(self.tails[ADULT])

    def _template(self, kind: str) -> VitalSigns:
        measured = self._measured()
        found = assess(measured, saturation_scale=1, age_years=AGES[kind], pregnant=False)
        return VitalSigns(
            recorded_by_id=self.crowd.author, created_by_id=self.crowd.author, **measured,
            rule=RULE, score=found.score, score_min=found.score_min, score_max=found.score_max,
            risk=found.risk, risk_min=found.risk_min, points=found.points,
            missing=list(found.missing), not_applicable_because=found.not_applicable_because,
        )  # fmt: skip

    def _measured(self) -> dict:
        """Return what somebody measured once; now and then only a part."""
        chance = self.random
        illness = chance.choices(ILLNESS, HOW_OFTEN)[0]
        measured = {
            name: int(min(max(chance.gauss(middle + illness * worse, spread), low), high))
            for name, (middle, spread, worse, low, high) in SIGNS.items()
        }
        degrees = min(max(chance.gauss(36.8 + 0.5 * illness, 0.4), 30), 42)
        measured["temperature_celsius"] = Decimal(f"{degrees:.1f}")
        measured["on_supplemental_oxygen"] = chance.random() < 0.02 + 0.15 * illness
        is_alert = chance.random() > 0.06 * illness
        measured["consciousness"] = "alert" if is_alert else chance.choice(("voice", "pain"))
        if chance.random() < PARTIAL:
            for name in chance.sample(PARAMETERS, chance.randint(1, 5)):
                del measured[name]
        return measured
