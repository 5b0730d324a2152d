"""Classifiers on features: chosen by left-out patients, folded into a head."""

import dataclasses

import numpy as np
import pytest

from inference.reading import probabilities
from tests.training.feature_classifiers.invented import make_features
from training.errors import TrainingError
from training.feature_classifiers.fitting import Examples, best_linear, fit, folds
from training.feature_classifiers.kinds import CLASSIFIER, KINDS

BY_NAME = {kind.name: kind for kind in KINDS}
FEW_TREES = {
    "random_forest": {"n_estimators": [20]},
    "gradient_boosting": {"max_iter": [10]},
}


def fitted(name: str, *, exclusive: bool = True, **more):
    dataset, features = make_features(exclusive=exclusive, **more)
    kind = BY_NAME[name]
    kind = dataclasses.replace(kind, grid=FEW_TREES.get(name, kind.grid))
    train = dataset.splits == "train"
    one = fit(kind, features[train], dataset.where(train), exclusive=exclusive, seed=0, jobs=1)
    return one, dataset, features


@pytest.mark.parametrize("name", BY_NAME)
def test_every_kind_learns_what_is_there_to_learn(name):
    one, dataset, features = fitted(name, shift=2.5)
    test = dataset.splits == "test"
    said = one.logits(features[test], 3).argmax(axis=1)
    assert (said == dataset.labels[test]).mean() > 0.6
    assert one.score > 0.75
    assert one.seconds > 0
    assert set(one.settings) == set(one.kind.grid)


@pytest.mark.parametrize("name", ["logistic_regression", "nearest_neighbours", "random_forest"])
def test_several_labels_at_once_get_a_classifier_each_and_unknown_ones_are_left_out(name):
    dataset, features = make_features(exclusive=False, of_each=40)
    dataset.targets[::7, 1] = np.nan
    train, test = (dataset.splits == split for split in ("train", "test"))
    kind = dataclasses.replace(BY_NAME[name], grid=FEW_TREES.get(name, BY_NAME[name].grid))
    one = fit(kind, features[train], dataset.where(train), exclusive=False, seed=0, jobs=1)
    logits = one.logits(features[test], 3)
    assert logits.shape == (test.sum(), 3)
    known = ~np.isnan(dataset.targets[test])
    right = (logits > 0) == (dataset.targets[test] > 0.5)
    assert right[known].mean() > 0.65


def test_a_single_label_of_which_each_picture_has_it_or_not():
    dataset, features = make_features(labels=2, of_each=30)
    dataset = dataclasses.replace(dataset, codes=("one",), targets=dataset.targets[:, :1])
    train = dataset.splits == "train"
    kind = BY_NAME["logistic_regression"]
    one = fit(kind, features[train], dataset.where(train), exclusive=False, seed=0, jobs=1)
    logits = one.logits(features, 1)
    stated = one.estimators[0].predict_proba(features)[:, 1]
    assert np.allclose(probabilities(logits, "sigmoid")[:, 0], stated, atol=1e-6)


@pytest.mark.parametrize("labels", [2, 3])
def test_logistic_regression_gives_the_probabilities_of_scikit_learn(labels):
    one, _, features = fitted("logistic_regression", labels=labels)
    stated = one.estimators[0].predict_proba(features)
    assert np.allclose(probabilities(one.logits(features, labels), "softmax"), stated, atol=1e-6)


def test_no_patient_is_judged_by_a_classifier_that_knows_her():
    dataset, _ = make_features()
    for fitted_on, judged in folds(dataset.labels, dataset.patients, seed=0):
        assert not set(dataset.patients[fitted_on]) & set(dataset.patients[judged])
        assert set(dataset.labels[judged]) == {0, 1, 2}


def test_a_label_with_one_patient_cannot_be_compared():
    labels, patients = np.array([0, 0, 0, 1, 1]), np.array(["a", "b", "c", "d", "d"])
    with pytest.raises(TrainingError, match="two patients"):
        folds(labels, patients, seed=0)


def test_among_few_pictures_fewer_neighbours_are_asked():
    assert BY_NAME["nearest_neighbours"].grid_for(12) == {"n_neighbors": [5, 12]}


def test_a_kind_that_takes_hours_is_fitted_on_some_pictures_and_says_so():
    dataset, features = make_features()
    train = dataset.splits == "train"
    kind = dataclasses.replace(BY_NAME["rbf_svm"], most_pictures=40)
    one = fit(kind, features[train], dataset.where(train), exclusive=True, seed=0, jobs=1)
    assert one.remark == "fitted on 40 of 60 pictures"


def test_the_best_linear_one_is_the_best_on_left_out_patients():
    few = [fitted(name)[0] for name in ("logistic_regression", "linear_svm", "rbf_svm")]
    few[2] = dataclasses.replace(few[2], score=1.0)
    few[1] = dataclasses.replace(few[1], score=0.99)
    few[0] = dataclasses.replace(few[0], score=0.98)
    assert best_linear(few).kind.name == "linear_svm"


def test_the_same_seed_gives_the_same_classifier():
    first, again = (fitted("random_forest")[0] for _ in range(2))
    _, features = make_features()
    assert np.array_equal(first.logits(features, 3), again.logits(features, 3))
    assert first.estimators[0].named_steps[CLASSIFIER].get_params()["random_state"] == 0


def test_a_network_that_knows_the_training_patients_is_judged_by_others():
    dataset, features = make_features(of_each=40)
    train, val = (dataset.splits == split for split in ("train", "val"))
    kind = BY_NAME["nearest_neighbours"]
    given = {"exclusive": True, "seed": 0, "jobs": 1}
    by_val = Examples(features[val], dataset.where(val))
    # Features that give the training labels away, as of a network that learnt them by heart.
    known = features.copy()
    known[train, :3] += 9.0 * np.eye(3)[dataset.labels[train]]
    flattered = fit(kind, known[train], dataset.where(train), **given)
    judged = fit(kind, known[train], dataset.where(train), judges=by_val, **given)
    assert flattered.score == 1.0
    assert judged.score < 0.9


def test_those_who_judge_are_not_learnt_from():
    dataset, features = make_features()
    train, val = (dataset.splits == split for split in ("train", "val"))
    kind = dataclasses.replace(BY_NAME["logistic_regression"], grid={"C": [0.01]})
    given = {"exclusive": True, "seed": 0, "jobs": 1}
    by_val = Examples(features[val], dataset.where(val))
    judged = fit(kind, features[train], dataset.where(train), judges=by_val, **given)
    alone = fit(kind, features[train], dataset.where(train), **given)
    assert np.allclose(judged.logits(features, 3), alone.logits(features, 3))
