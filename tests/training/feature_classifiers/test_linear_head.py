"""A linear classifier's weights, as the head of a network, give its probabilities."""

import dataclasses

import numpy as np
import pytest

from inference.reading import probabilities
from tests.training.feature_classifiers.invented import make_features
from tests.training.test_run import RECIPE
from training.config import parse_recipe
from training.feature_classifiers.fitting import fit
from training.feature_classifiers.kinds import KINDS
from training.feature_classifiers.linear_head import body_of, head_weights, network_with_head
from training.networks.build import build_network, features_model

LINEAR = [kind for kind in KINDS if kind.is_linear]


@pytest.mark.parametrize("kind", LINEAR, ids=lambda kind: kind.name)
@pytest.mark.parametrize(("labels", "exclusive"), [(3, True), (2, True), (2, False), (3, False)])
def test_the_head_gives_the_classifiers_logits(kind, labels, exclusive):
    dataset, features = make_features(labels=labels, exclusive=exclusive)
    train = dataset.splits == "train"
    one = fit(kind, features[train], dataset.where(train), exclusive=exclusive, seed=0, jobs=1)
    kernel, bias = head_weights(one, labels)
    assert (kernel.shape, bias.shape) == ((8, labels), (labels,))
    assert np.allclose(features @ kernel + bias, one.logits(features, labels), atol=1e-4)


@pytest.mark.slow
def test_the_network_with_the_head_gives_scikit_learns_probabilities():
    recipe = parse_recipe(RECIPE, "recipe.toml")
    recipe = dataclasses.replace(
        recipe, network=dataclasses.replace(recipe.network, head="dense", hidden=(6,), dropout=0.2)
    )
    network = build_network(recipe)
    pictures = np.random.default_rng(1).uniform(size=(60, 32, 32, 1)).astype(np.float32)
    features = np.asarray(features_model(network)(pictures))
    dataset, _ = make_features()
    one = fit(
        LINEAR[0], features, dataset.where(np.arange(180) < 60), exclusive=True, seed=0, jobs=1
    )
    changed = network_with_head(recipe, network, one)
    answers = probabilities(np.asarray(changed(pictures, training=False)), "softmax")
    assert np.allclose(answers, one.estimators[0].predict_proba(features), atol=1e-4)
    for new, old in zip(
        body_of(changed).get_weights(), body_of(network).get_weights(), strict=True
    ):
        assert np.array_equal(new, old)
