"""The whole comparison: body, features once, classifiers, table, and a package if asked for."""

import re
from collections.abc import Callable
from pathlib import Path

import keras
import numpy as np

from training.checkpoints import history_of
from training.config import Recipe
from training.datasets.dataset import DataSet
from training.datasets.pictures import prepared_pictures
from training.errors import TrainingError
from training.feature_classifiers.comparison import SPLITS, Row, fit_all, row_of, row_of_network
from training.feature_classifiers.features import features_of, trained_network
from training.feature_classifiers.fitting import best_linear
from training.feature_classifiers.publishable import Body, make_publishable
from training.feature_classifiers.results import headline, write_results
from training.networks.build import build_network
from training.packaging.publishing import PACKAGE
from training.run import Prepared

RESULTS = "classifiers"


def compare(
    *,
    recipe: Recipe,
    dataset: DataSet,
    folder: Path,
    publishable: str | None,
    target: Path,
    jobs: int,
    say: Callable[[str], None],
) -> list[Row]:
    """Write the comparison below ``folder``, and the package ``publishable`` to ``target``."""
    if publishable is not None:
        check_name(publishable, recipe, target)
    body = body_of_run(recipe, folder)
    say(f"Features: {body.words}.")
    exact = prepared_pictures(dataset, recipe.input, folder / "cache", say)
    # Nothing is cut from larger pictures here, so none are made.
    prepared = Prepared(dataset, exact=exact, larger=exact)
    results = folder / RESULTS
    features = features_of(
        body.network,
        recipe=recipe,
        dataset=dataset,
        pictures=prepared.exact,
        cache=folder / "cache",
        say=say,
    )
    fitted = fit_all(
        recipe, dataset, features, say=say, jobs=jobs, by_validation=body.has_learnt_here
    )
    rows = [row_of(one, recipe, dataset, features) for one in fitted]
    if body.history:
        seconds = sum(row["seconds"] for row in body.history)
        logits = logits_of(body, prepared)
        rows.append(row_of_network(recipe, dataset, logits, seconds))
    best = best_linear(fitted)
    for row in rows:
        say(headline(row))
    say(f"Written: {write_results(recipe, dataset, body.words, rows, best.kind.name, results)}")
    if publishable:
        package = make_publishable(
            body=body, fitted=best, name=publishable, prepared=prepared, folder=target, say=say
        )
        say(f"Package: {package}")
    return rows


def check_name(name: str, recipe: Recipe, target: Path) -> None:
    """Refuse a name that cannot be a package's, or is one's already, before hours are spent."""
    if not re.fullmatch("[a-z0-9]+(-[a-z0-9]+)*", name):
        raise TrainingError(f"{name!r} is no name for a package: use a-z, 0-9 and single hyphens.")
    if name == recipe.name or (target / PACKAGE).exists():
        raise TrainingError(f"{name} {recipe.version} is a package already: give another name.")


def body_of_run(recipe: Recipe, folder: Path) -> Body:
    """Return the network of the finished run in ``folder``, or the one that a run would begin with.

    A run of another recipe is refused: its network would be measured under the wrong name.
    """
    if (folder / PACKAGE).exists():
        kept = folder / "recipe.toml"
        if not kept.exists() or kept.read_text() != recipe.text:
            raise TrainingError(f"{folder} holds a run of another recipe: give another --run.")
        words = f"{recipe.network.backbone} as trained in the run {folder.name}"
        return Body(recipe, trained_network(recipe, folder), history_of(folder), words)
    weights = {
        "none": "not trained at all (weights = none, and no finished run)",
        "imagenet": "with ImageNet weights",
    }.get(recipe.network.weights, f"with the weights {Path(recipe.network.weights).name}")
    words = f"{recipe.network.backbone}, {weights}"
    return Body(recipe, build_network(recipe), [], words)


def logits_of(body: Body, prepared: Prepared, batch: int = 64) -> dict[str, np.ndarray]:
    """Return the network's own logits of each split, as it is served."""
    both_views = body.recipe.network.both_views
    logits = {}
    for split in SPLITS:
        _, exact, _ = prepared.of(split)
        parts = [
            _look(body.network, np.asarray(exact[start : start + batch]), both_views=both_views)
            for start in range(0, len(exact), batch)
        ]
        logits[split] = np.concatenate(parts)
    return logits


def _look(network: keras.Model, batch: np.ndarray, *, both_views: bool) -> np.ndarray:
    logits = np.asarray(network(batch, training=False))
    if both_views:
        logits = (logits + np.asarray(network(batch[:, :, ::-1], training=False))) / 2
    return logits
