"""The Django app ``patients``."""

from django.apps import AppConfig


class PatientsConfig(AppConfig):
    name = "patients"
