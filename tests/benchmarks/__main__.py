"""``make bench``: settings first, then the measures that need them.

``python -m tests.benchmarks scale --patients 100000`` runs one measure alone.
"""

import argparse
import os

import django

import tests.environment  # noqa: F401  a data folder of its own

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "aicare.settings")
django.setup()

from tests.benchmarks.measures import HEAD, print_table  # noqa: E402
from tests.benchmarks.scale import MANY, compare_scale  # noqa: E402

parser = argparse.ArgumentParser(prog="python -m tests.benchmarks")
parser.add_argument("measure", nargs="?", default="all", choices=["all", "scale"])
parser.add_argument("--patients", type=int, default=MANY, help="of the large record")
options = parser.parse_args()
if options.measure == "scale":
    print(HEAD)
    compare_scale(patients=options.patients)
else:
    print_table(patients=options.patients)
