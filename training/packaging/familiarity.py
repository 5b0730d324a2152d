"""Learn where the training pictures lie, so that a stranger is noticed later."""

from dataclasses import replace
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from inference.out_of_distribution import (
    TURN_NAMES,
    TURNS,
    Cloud,
    Familiarity,
    OtherKinds,
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
    other_features: np.ndarray | None = None,
) -> Familiarity:
    """Return both clouds of the training pictures, with limits from the validation pictures.

    ``other_features`` (n, values) are those of other kinds of pictures, where the recipe names
    collections of them: they are learnt to be told apart. Which way up is right is learnt, too:
    pictures of the colon and slices in any plane come in every position, so that none of them is
    wrong.
    """
    looks = fit_cloud(looks_of(at_fixed_size(train_pictures)))
    seen = at_fixed_size(val_pictures)
    return Familiarity(
        looks=limited(looks, looks_of(seen), LOOKS_QUANTILE, LOOKS_SLACK),
        features=limited(
            fit_cloud(train_features), val_features, FEATURES_QUANTILE, FEATURES_SLACK
        ),
        turns=tuple(bool(share <= MOST_TURNED) for share in shares_turned(looks, seen)),
        other_kinds=learn_other_kinds(train_features, val_features, other_features),
    )


def learn_other_kinds(
    train_features: np.ndarray, val_features: np.ndarray, other_features: np.ndarray | None
) -> OtherKinds | None:
    """Return the plane that parts right pictures from others, or None without examples.

    It lies where the odds are even, or further off where validation pictures come near it
    (examples of the wrong: Hendrycks et al., Deep anomaly detection with outlier exposure, 2019).
    """
    if other_features is None or not len(other_features):
        return None
    both = np.concatenate([train_features, other_features])
    is_other = np.arange(len(both)) >= len(train_features)
    scaler = StandardScaler().fit(both)
    plane = LogisticRegression(C=0.01, class_weight="balanced", max_iter=2000)
    plane.fit(scaler.transform(both), is_other)
    weights = plane.coef_[0] / scaler.scale_
    bias = plane.intercept_[0] - weights @ scaler.mean_
    of_right = val_features @ weights + bias
    limit = max(0.0, float(np.quantile(of_right, FEATURES_QUANTILE)))
    return OtherKinds(weights=weights, bias=np.array(bias), limit=np.array(limit))


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
    kinds = (
        " A picture whose features lie with those of other kinds of pictures, which were shown for "
        "comparison, does as well."
        if familiarity.other_kinds is not None
        else ""
    )
    return {"method": METHOD, "threshold": 1.0, "rule": RULE + turned + kinds}


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
