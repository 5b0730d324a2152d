"""Recipes for searches over computed pictures."""

from tests.training.runs import RECIPE as SHORT_RECIPE

SEARCH = """
[search]
trials = 2

[search.settings]
learning_rate_factor = { low = 0.5, high = 2.0, log = true }
"network.dropout" = { low = 0.0, high = 0.5 }
"""
SHORT_RECIPE_TO_SEARCH = SHORT_RECIPE.replace("card = {}", 'card = { title = "Noise" }') + SEARCH
