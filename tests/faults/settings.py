"""AI Care with an analyser that can be made to crash, hang or dawdle.

The hooks live here and not in the product: nothing that is shipped can switch them on.
"""

from aicare.settings import *  # noqa: F403
from aicare.settings import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "tests.faults.hooks"]
