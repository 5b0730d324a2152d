"""Make small recipes for tests of networks."""

from training.config import Recipe, parse_recipe

LABEL = """
[[labels]]
code = "{0}"
display = "{0}"
role = "finding"
positive_text = "yes"
negative_text = "no"
"""
RECIPE = """
name = "invented"
version = "0.1.0"

[card]
[data]
folder = "nowhere"

[input]
height = {side}
width = {side}
channels = {channels}
preprocessing = "grey"

[network]
{network}

[training]
batch_size = 4
seed = 3

[[stages]]
name = "learn"
epochs = 1
learning_rate = 1e-3
"""
COMPACT = "widths = [4, 6, 8]"


def make_recipe(network: str = COMPACT, *, side: int = 32, channels: int = 1, labels=3) -> Recipe:
    text = RECIPE.format(network=network, side=side, channels=channels)
    text += "".join(LABEL.format(f"label-{number}") for number in range(labels))
    return parse_recipe(text, "invented.toml")
