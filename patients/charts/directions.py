"""Where each sign is heading: the newest value against the one before, with its arrow in words."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from aicare.locale_formats import in_sentence, number_text
from patients.early_warning import SATURATION
from patients.models import VitalSigns
from patients.vital_signs_table import BY_FIELD
from patients.wording import oxygen_words

CONSCIOUSNESS = "consciousness"
# The longest time between two sets is 12 h: a value of the day before is no neighbour any more.
LONG_AGO = datetime.timedelta(hours=24)
UP, DOWN, SAME = "▲", "▼", "▬"


@dataclass(frozen=True)
class Direction:
    """An arrow, the same in words, and the set that the newest value is compared with."""

    arrow: str
    words: str
    before: VitalSigns
    newest: VitalSigns

    @property
    def is_of_long_ago(self) -> bool:
        """Whether the reader must be told when the value before was measured."""
        return self.newest.measured_at - self.before.measured_at >= LONG_AGO


def direction(newest_first: Sequence[VitalSigns], field: str) -> Direction | None:
    """Return how the newest value of a sign differs from the one before, if there are two."""
    held = [one for one in newest_first if getattr(one, field) not in (None, "")]
    if len(held) < 2:
        return None
    newest, before = held[:2]
    if field == CONSCIOUSNESS:
        return _of_word(newest, before)
    return _of_number(newest, before, field)


def _of_number(newest: VitalSigns, before: VitalSigns, field: str) -> Direction:
    now, then = getattr(newest, field), getattr(before, field)
    said = {"value": number_text(then, BY_FIELD[field].places)}
    if field == SATURATION and oxygen_words(newest) != oxygen_words(before):
        # The same saturation with more oxygen is worse: the number alone would mislead.
        said["value"] = f"{said['value']} {oxygen_words(before)}".rstrip()
    if now == then:
        return Direction(SAME, _("still %(value)s") % said, before, newest)
    if now > then:
        return Direction(UP, _("up from %(value)s") % said, before, newest)
    return Direction(DOWN, _("down from %(value)s") % said, before, newest)


def _of_word(newest: VitalSigns, before: VitalSigns) -> Direction:
    was = in_sentence(before.get_consciousness_display())
    if newest.consciousness == before.consciousness:
        return Direction(SAME, _("still %(value)s") % {"value": was}, before, newest)
    return Direction("", _("was %(value)s") % {"value": was}, before, newest)
