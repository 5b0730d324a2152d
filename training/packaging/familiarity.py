"""Learn where the training pictures lie, so that a stranger is noticed later."""

from dataclasses import replace
from typing import Any

import numpy as np

from inference.out_of_distribution import (
    TURN_NAMES,
    TURNS,
    Cloud,
    Familiarity,
    at_fixed_size,
    looks_of,
)

DIRECTIONS = 96
LOOKS_QUANTILE, LOOKS_SLACK = 0.99, 1.08
FEATURES_QUANTILE, FEATURES_SLACK = 0.99, 1.5

MOST_TURNED = 0.01
"""A turn that makes strangers of more of the validation pictures than this is not looked for."""

METHOD = (
    "Mahalanobis distance, widest directions and an isotropic rest, both of the looks (layout, "
    "texture and tint of the prepared picture) and of the pooled features; the larger, as a share "
    "of its limit"
)
RULE = (
    f"The limit is {LOOKS_SLACK} times the distance that {LOOKS_QUANTILE:.0%} of the validation "
    f"pictures keep for the looks, and {FEATURES_SLACK} times that of {FEATURES_QUANTILE:.0%} for "
    "the features, which move more from one hospital to another."
)


def learn_familiarity(
    *,
    train_pictures: np.ndarray,
    train_features: np.ndarray,
    val_pictures: np.ndarray,
    val_features: np.ndarray,
) -> Familiarity:
    """Return both clouds of the training pictures, with limits from the validation pictures.

    Which way up is right is learnt, too: pictures of the colon and slices in any plane come in
    every position, so that none of them is wrong.
    """
    looks = fit_cloud(looks_of(at_fixed_size(train_pictures)))
    seen = at_fixed_size(val_pictures)
    return Familiarity(
        looks=limited(looks, looks_of(seen), LOOKS_QUANTILE, LOOKS_SLACK),
        features=limited(
            fit_cloud(train_features), val_features, FEATURES_QUANTILE, FEATURES_SLACK
        ),
        turns=tuple(bool(share <= MOST_TURNED) for share in shares_turned(looks, seen)),
    )


def shares_turned(looks: Cloud, pictures: np.ndarray) -> list[float]:
    """Return, for each of ``TURNS``, the share of right pictures that it would make more familiar.

    ``pictures`` are (n, LOOKED_AT, LOOKED_AT, c).
    """
    upright = looks.distance(looks_of(pictures))
    return [float((upright > looks.distance(looks_of(turn(pictures)))).mean()) for turn in TURNS]


def familiarity_on_card(familiarity: Familiarity) -> dict[str, Any]:
    """Return how strangers are told, in words that hold for this package."""
    used = [name for name, is_used in zip(TURN_NAMES, familiarity.turns, strict=True) if is_used]
    turned = (
        f" A picture that would look more familiar {', '.join(used)} counts as unlike the training "
        "data, too."
        if used
        else " Which way up a picture is makes no difference."
    )
    return {"method": METHOD, "threshold": 1.0, "rule": RULE + turned}


def fit_cloud(points: np.ndarray) -> Cloud:
    """Return the cloud of ``points`` (probabilistic principal components: Tipping, Bishop 1999)."""
    points = np.asarray(points, dtype=np.float64)
    centre, scale = points.mean(axis=0), points.std(axis=0) + 1e-6
    _, spreads, directions = np.linalg.svd((points - centre) / scale, full_matrices=False)
    variances = spreads**2 / len(points)
    kept = min(DIRECTIONS, len(variances) // 2)
    rest = variances[kept:].sum() / max(points.shape[1] - kept, 1)
    return Cloud(
        centre=centre,
        scale=scale,
        directions=directions[:kept],
        variances=np.maximum(variances[:kept], 1e-6),
        rest=np.array(max(rest, 1e-6)),
        limit=np.array(1.0),
    )


def limited(cloud: Cloud, points: np.ndarray, quantile: float, slack: float) -> Cloud:
    return replace(cloud, limit=np.array(np.quantile(cloud.distance(points), quantile) * slack))
