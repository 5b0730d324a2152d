"""Which charts there are, in the order of the paper chart, and what each shows at least."""

import datetime
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from patients.sign_names import SIGN_NAMES
from patients.vital_signs_table import BY_FIELD

# The longest time between two sets of the standard policy is 12 h; half as long again is a gap.
JOINED_WITHIN = datetime.timedelta(hours=18)
WEIGHED_WITHIN = datetime.timedelta(days=8)
LABELS = {"score": "NEWS2", "pressure": _("Blood pressure")}


@dataclass(frozen=True)
class Plan:
    """One chart: its line, what else stands in it, and the values that are always in sight.

    ``second`` is drawn thinner; ``is_usual`` charts are there even without a value.
    """

    key: str
    main: str
    second: str = ""
    shown: tuple[float, float] = (0, 1)
    height: int = 84
    is_usual: bool = True
    joined_within: datetime.timedelta = JOINED_WITHIN

    @property
    def label(self) -> Promise | str:
        return LABELS.get(self.key) or SIGN_NAMES[self.main]

    @property
    def places(self) -> int:
        return BY_FIELD[self.main].places if self.main in BY_FIELD else 0

    @property
    def unit(self) -> str:
        return BY_FIELD[self.main].unit_display if self.main in BY_FIELD else ""

    @property
    def names(self) -> tuple[str, ...]:
        if self.key == "score":
            return ("score", "partial")
        return (self.main, self.second) if self.second else (self.main,)


PLANS = (
    Plan("score", "score", shown=(0, 10), height=100),
    Plan("respiration", "respiratory_rate_per_min", shown=(6, 30)),
    Plan("saturation", "oxygen_saturation_percent", shown=(82, 100)),
    Plan("flow", "oxygen_flow_l_per_min", shown=(0, 6), height=56,
         is_usual=False),
    Plan("fio2", "fio2_percent", shown=(21, 60), height=56, is_usual=False),
    Plan("pressure", "systolic_mmhg", "diastolic_mmhg", shown=(50, 180),
         height=104),
    Plan("pulse", "heart_rate_per_min", "heart_rate_second_per_min", shown=(35, 140)),
    Plan("temperature", "temperature_celsius", shown=(34.5, 40)),
    Plan("consciousness", "consciousness", height=78),
    Plan("pain", "pain_score", shown=(0, 10), height=56, is_usual=False),
    Plan("glucose", "glucose_mmol_per_l", shown=(3, 12), height=64, is_usual=False),
    Plan("weight", "weight_kg", shown=(None, None), height=64, is_usual=False,
         joined_within=WEIGHED_WITHIN),
)  # fmt: skip
