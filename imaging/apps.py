"""The Django app ``imaging``."""

from django.apps import AppConfig


class ImagingConfig(AppConfig):
    name = "imaging"
