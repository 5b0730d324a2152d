"""Scores and signs in templates."""

from django import template
from django.utils.html import format_html

from patients import wording

register = template.Library()
register.filter("signs_line", wording.signs_line)
register.filter("badge_of_set", wording.badge_of_set)
register.filter("missing_words", wording.missing_words)
register.filter("oxygen_words", wording.oxygen_words)


@register.simple_tag
def sign_value(vital_signs, name: str):
    """Show one value of a set, bold where it scores, with the points for who points at it."""
    value = getattr(vital_signs, name)
    if value in (None, ""):
        return ""
    shown = vital_signs.get_consciousness_display() if name == "consciousness" else value
    points = vital_signs.points.get(name, 0)
    if not points:
        return shown
    return format_html('<b class="p{}" title="{} points">{}</b>', points, points, shown)
