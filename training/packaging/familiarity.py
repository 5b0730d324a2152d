"""Learn where the training pictures lie, so that a stranger is noticed later."""

from dataclasses import replace

import numpy as np

from inference.out_of_distribution import Cloud, Familiarity, at_fixed_size, looks_of

DIRECTIONS = 96
LOOKS_QUANTILE, LOOKS_SLACK = 0.99, 1.08
FEATURES_QUANTILE, FEATURES_SLACK = 0.99, 1.5

METHOD = (
    "Mahalanobis distance, widest directions and an isotropic rest, both of the looks (layout and "
    "texture of the prepared picture) and of the pooled features; the larger, as a share of its "
    "limit"
)
RULE = (
    f"The limit is {LOOKS_SLACK} times the distance that {LOOKS_QUANTILE:.0%} of the validation "
    f"pictures keep for the looks, and {FEATURES_SLACK} times that of {FEATURES_QUANTILE:.0%} for "
    "the features, which move more from one hospital to another. A picture that would look more "
    "familiar inverted, turned or upside down counts as unlike the training data, too."
)


def learn_familiarity(
    *,
    train_pictures: np.ndarray,
    train_features: np.ndarray,
    val_pictures: np.ndarray,
    val_features: np.ndarray,
) -> Familiarity:
    """Return both clouds of the training pictures, with limits from the validation pictures."""
    return Familiarity(
        looks=limited(
            fit_cloud(looks_of(at_fixed_size(train_pictures))),
            looks_of(at_fixed_size(val_pictures)),
            LOOKS_QUANTILE,
            LOOKS_SLACK,
        ),
        features=limited(
            fit_cloud(train_features), val_features, FEATURES_QUANTILE, FEATURES_SLACK
        ),
    )


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
