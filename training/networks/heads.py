"""From feature maps to logits: a linear head, or one with hidden layers."""

from keras import layers

from training.config import NetworkSettings
from training.errors import TrainingError

ACTIVATIONS = {"dense": "elu", "flatten": "relu"}
"""Of the hidden layers."""
DENSE_HIDDEN = (128, 64)
"""The dense head's hidden layers where the recipe names none."""


def add_head(maps, *, labels: int, settings: NetworkSettings, seed: int):
    """Return the logits (n, labels) that ``settings.head`` reads from ``maps``.

    pooled: mean of each map, linear. dense: mean of each map, hidden layers with ELU, linear.
    flatten: every place of every map, hidden layers with ReLU if any, linear.
    """
    hidden = hidden_units(settings)
    shares = dropout_shares(settings, hidden)
    if settings.head == "flatten":
        x = layers.Flatten(name="flatten")(maps)
    else:
        x = layers.GlobalAveragePooling2D(name="features")(maps)
    for number, units in enumerate(hidden, start=1):
        if shares[number - 1]:
            x = layers.Dropout(shares[number - 1], seed=seed + number, name=f"dropout{number}")(x)
        x = layers.Dense(units, activation=ACTIVATIONS[settings.head], name=f"hidden{number}")(x)
    x = layers.Dropout(shares[-1], seed=seed, name="dropout")(x)
    return layers.Dense(labels, name="logits")(x)


def hidden_units(settings: NetworkSettings) -> tuple[int, ...]:
    if settings.head == "pooled" and settings.hidden:
        raise TrainingError(
            "The pooled head has no hidden layers: leave out hidden, or say head dense or flatten."
        )
    return settings.hidden or (DENSE_HIDDEN if settings.head == "dense" else ())


def dropout_shares(settings: NetworkSettings, hidden: tuple[int, ...]) -> tuple[float, ...]:
    """Return the dropout before each hidden layer and, last, before the logits."""
    given = settings.dropout
    if isinstance(given, int | float):
        return (0.0,) * len(hidden) + (float(given),)
    if len(given) != len(hidden) + 1:
        raise TrainingError(
            f"dropout names {len(given)} shares for {len(hidden)} hidden layers: it is one number, "
            "or one for each hidden layer and one for the logits."
        )
    return tuple(given)
