"""The Django app ``aicare``: the ground that the others stand on."""

from django.apps import AppConfig


class AicareConfig(AppConfig):
    name = "aicare"
    verbose_name = "AI Care"
