"""The alerts of the patient whom a page is about."""

from django import template

from inference.alerts import image_alerts
from patients.alerts import most_urgent_first

register = template.Library()


@register.simple_tag
def alerts_in(banner):
    """Return the alerts of a banner (``patients.banner``), with those of images."""
    about_images = banner.image_alerts
    if about_images is None:
        about_images = image_alerts(banner.patient)
    return most_urgent_first([*banner.alerts, *about_images])
