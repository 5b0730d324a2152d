"""Scores and signs in templates."""

from django import template

from patients import wording

register = template.Library()
register.filter("signs_line", wording.signs_line)
register.filter("badge_of_set", wording.badge_of_set)
register.filter("missing_words", wording.missing_words)
register.filter("oxygen_words", wording.oxygen_words)


@register.filter
def points_of(vital_signs, name: str) -> int:
    """Return the points of one parameter in a set."""
    return vital_signs.points.get(name, 0)
