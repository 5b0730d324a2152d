"""A recipe for searches over computed pictures."""

from tests.training.test_run import RECIPE

SEARCH = """
[search]
trials = 2

[search.settings]
learning_rate_factor = { low = 0.5, high = 2.0, log = true }
"network.dropout" = { low = 0.0, high = 0.5 }
"""
RECIPE_TO_SEARCH = RECIPE + SEARCH
