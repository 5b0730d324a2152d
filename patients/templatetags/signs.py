"""Scores, signs and where somebody lies, in templates."""

import re

from django import template
from django.utils.html import format_html
from django.utils.translation import ngettext

from aicare.locale_formats import number_text
from patients import wording

# What people write between the digits, and what a telephone can dial (RFC 3966).
NOT_DIALLED = re.compile(r"[\s().\-/]")
DIALLED = re.compile(r"\+?[0-9*]+")

register = template.Library()
register.filter("signs_line", wording.signs_line)
register.filter("badge_of_set", wording.badge_of_set)
register.filter("place", wording.place_words)
register.filter("missing_words", wording.missing_words)
register.filter("oxygen_words", wording.oxygen_words)


@register.simple_tag
def sign_value(vital_signs, name: str):
    """Show one value of a set, bold where it scores, with the points for who points at it."""
    value = getattr(vital_signs, name)
    if value in (None, ""):
        return ""
    is_word = name == "consciousness"
    shown = vital_signs.get_consciousness_display() if is_word else number_text(value)
    points = vital_signs.points.get(name, 0)
    if not points:
        return shown
    said = ngettext("%(points)d point", "%(points)d points", points) % {"points": points}
    return format_html('<b class="p{}" title="{}">{}</b>', points, said, shown)


@register.filter
def tel(phone: str) -> str:
    """Return what a link to call ``phone`` needs, or nothing where it is more than a number."""
    digits = NOT_DIALLED.sub("", phone)
    return f"tel:{digits}" if DIALLED.fullmatch(digits) else ""
