"""Fields that read numbers and times as people on the ward write them."""

import datetime
import re
from decimal import Decimal

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _

MOST_PLACES = 6
NUMBER = re.compile(rf"^[+-]?[0-9]{{1,9}}([.,][0-9]{{1,{MOST_PLACES}}})?$")
GROUPED = re.compile(r"[0-9][ '\u2019\u00a0\u202f.,][0-9]{3}[.,]|[0-9][ '\u2019\u00a0\u202f][0-9]")
FIRST, SECOND = "0", "1"
# How browsers send a day. No other form is read: 03/04/1980 is two days in two countries.
DAY_FORMATS = ("%Y-%m-%d",)


class PlainNumberField(forms.CharField):
    """A number with a comma or a point; signs that group digits are refused, never guessed.

    ``keypad`` is what a phone shows for it: "numeric" has digits only.
    """

    def __init__(self, *, keypad: str = "decimal", **kwargs):
        widget = forms.TextInput(attrs={"inputmode": keypad, "autocomplete": "off"})
        super().__init__(**{"required": False, "max_length": 20, "widget": widget} | kwargs)
        self.keypad = keypad

    def to_python(self, value):
        text = super().to_python(value)
        if not text:
            return None
        if NUMBER.match(text):
            return Decimal(text.replace(",", "."))
        if GROUPED.search(text):
            raise forms.ValidationError(
                _("Write the number without grouping: 1200, not 1 200."), code="grouped"
            )
        raise forms.ValidationError(_("This is not a number."), code="invalid")

    def run_validators(self, value):
        """The length is checked on the text; a number has no length."""


class MomentField(forms.Field):
    """A moment with its offset, as programs write it."""

    def __init__(self, **kwargs):
        super().__init__(**{"required": False, "widget": forms.HiddenInput} | kwargs)

    def to_python(self, value):
        if value in self.empty_values:
            return None
        try:
            read = datetime.datetime.fromisoformat(value)
        except ValueError:
            read = None
        if read is None or read.tzinfo is None or not 1900 <= read.year <= 2200:
            raise forms.ValidationError(_("This is no moment with its offset."), code="invalid")
        return read


class SiteTimeField(forms.DateTimeField):
    """A time of the site's clock; an hour that came twice is asked, one that never came is refused.

    ``which`` is the answer to that question: the first or the second time.
    """

    def __init__(self, **kwargs):
        widget = forms.DateTimeInput(
            attrs={"type": "datetime-local", "step": "60"}, format="%Y-%m-%dT%H:%M"
        )
        super().__init__(**{"widget": widget} | kwargs)

    def to_python(self, value):
        if value in self.empty_values:
            return None
        try:
            read = datetime.datetime.fromisoformat(value.strip())
        except ValueError:
            read = None
        if read is None or not 1900 <= read.year <= 2200:
            raise forms.ValidationError(
                _("Write date and time as 2026-11-20 10:42."), code="invalid"
            )
        return read


def came_twice(local: datetime.datetime, zone) -> bool:
    """Tell whether the clock of ``zone`` showed this time twice, when summer time ended."""
    first, second = (local.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    return first.utcoffset() > second.utcoffset()


def never_came(local: datetime.datetime, zone) -> bool:
    """Tell whether the clock of ``zone`` skipped this time, when summer time began."""
    here = local.replace(tzinfo=zone)
    return here.astimezone(datetime.UTC).astimezone(zone).replace(tzinfo=None) != local


class SiteTimeMixin:
    """For forms with site times: which moment a field means, asking where it could be two."""

    ask_which: frozenset[str] = frozenset()

    def moment(self, name: str) -> datetime.datetime | None:
        """Return the moment that field ``name`` means; add an error where it is none or two."""
        local, zone = self.cleaned_data.get(name), timezone.get_current_timezone()
        if local is None or local.tzinfo:
            return local
        if never_came(local, zone):
            self.add_error(name, _("The clock skipped this hour when summer time began."))
            return None
        which = self.data.get(self.add_prefix(f"{name}_which"), "")
        if came_twice(local, zone) and which not in (FIRST, SECOND):
            self.ask_which = self.ask_which | {name}
            self.add_error(name, _("The clock showed this time twice that night. Which one?"))
            return None
        return local.replace(tzinfo=zone, fold=int(which == SECOND))
