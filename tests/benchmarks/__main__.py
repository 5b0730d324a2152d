"""``make bench``: settings first, then the measures that need them."""

import os

import django

import tests.environment  # noqa: F401  a data folder of its own

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "aicare.settings")
django.setup()

from tests.benchmarks.measures import print_table  # noqa: E402

print_table()
