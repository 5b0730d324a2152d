"""The Django app ``training``."""

from django.apps import AppConfig


class TrainingConfig(AppConfig):
    name = "training"
