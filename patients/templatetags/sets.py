"""What a set holds beside the score, in templates."""

from django import template

from patients import set_wording

register = template.Library()
register.filter("entered_otherwise", set_wording.entered_otherwise)
register.filter("absent_in_words", set_wording.absent_in_words)


@register.simple_tag
def also_measured(vital_signs) -> str:
    """Show in one line what is no part of the score: pain, glucose, weight, height."""
    return " · ".join(set_wording.also_measured(vital_signs))
