"""A whole run: train, choose thresholds on validation, measure on test, write the package."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from inference.classifier import Classifier, load_classifier
from inference.engines import OUTPUTS, Outputs, keras, openvino
from inference.out_of_distribution import write_familiarity
from inference.packages import BrokenPackage, digest_of
from training.checkpoints import LAST, history_of
from training.config import Recipe
from training.datasets.dataset import DataSet
from training.datasets.leaks import find_leaks
from training.datasets.pictures import pictures_of, prepared_pictures
from training.distribution import distribution_of
from training.errors import TrainingError
from training.evaluation.choices import choose
from training.evaluation.figures import headline
from training.evaluation.known import write_known
from training.evaluation.reports import measure, write_run_reports
from training.gates.all_gates import Finished, all_gates
from training.networks.serving import serving_graph
from training.packaging.card import (
    check_words,
    data_on_card,
    described,
    outputs_on_card,
    training_on_card,
)
from training.packaging.export import evidence_scale, export_graph
from training.packaging.familiarity import familiarity_on_card, learn_familiarity
from training.packaging.packages import replaced_at_once, write_canary, write_card
from training.packaging.precision import Served, choose_precision
from training.packaging.publishing import PACKAGE
from training.packaging.standing import check_bars, standing
from training.packaging.strangers import examples_of_others, measure_strangers
from training.preview import PREVIEW, pictures_to_show, write_preview
from training.train import train


@dataclass(frozen=True)
class Prepared:
    """The data of a run: the pictures as the classifier reads them, and larger ones to cut from."""

    dataset: DataSet
    exact: np.ndarray
    larger: np.ndarray

    def of(self, split: str) -> tuple[DataSet, np.ndarray, np.ndarray]:
        of_split = self.dataset.split(split)
        exact, larger = (pictures_of(split, self.dataset, p) for p in (self.exact, self.larger))
        return of_split, exact, larger


def train_and_package(
    *, recipe: Recipe, dataset: DataSet, folder: Path, say: Callable[[str], None]
) -> Path:
    """Do the whole run in ``folder`` and return the finished package; run again, it goes on."""
    check_words(recipe)
    check_bars(recipe)
    distribution = distribution_of(recipe.training)
    with distribution.chief_first():
        remember_recipe(recipe, folder)
        say(f"{len(dataset)} pictures of {len(set(dataset.patients))} patients; preparing them.")
        prepared = prepare_pictures(recipe, dataset, folder / "cache", say)
        shown = pictures_to_show(dataset)
        write_preview(recipe, prepared.exact[shown], prepared.larger[shown], folder / PREVIEW)
    train_set, _, train_larger = prepared.of("train")
    val_set, val_exact, _ = prepared.of("val")
    network = train(
        recipe=recipe,
        train_set=train_set,
        train_pictures=train_larger,
        val_set=val_set,
        val_pictures=val_exact,
        folder=folder,
        say=say,
        distribution=distribution,
    )
    if not distribution.is_chief:
        return folder / PACKAGE
    history = history_of(folder)
    return package_network(
        recipe=recipe,
        network=network,
        prepared=prepared,
        trained=training_on_card(recipe, history),
        history=history,
        folder=folder,
        say=say,
    )


def package_network(
    *,
    recipe: Recipe,
    network: Any,
    prepared: Prepared,
    trained: dict[str, Any],
    history: Sequence[dict[str, Any]],
    folder: Path,
    say: Callable[[str], None],
) -> Path:
    """Choose, measure and package a network however it was made.

    ``trained`` is for its card; ``history``, the rows of its epochs, for the report's curves.
    """
    write_known(prepared.dataset, folder)
    with replaced_at_once(folder / PACKAGE) as staging:
        export_graph(serving_graph(network, both_views=recipe.network.both_views), staging)
        measured = choose_and_measure(recipe, prepared, staging, say)
        card = measured.card | described(recipe)
        card |= standing(recipe.bars, card["metrics"]["test"])
        card |= {"data": data_on_card(recipe, prepared.dataset), "training": trained}
        (staging / "NOTICE").write_text(recipe.card["notice_text"])
        write_card(staging, card)
        classifier = loaded(staging, say)
        if classifier:
            card["metrics"]["strangers"] = measure_strangers(
                classifier, recipe.strangers, set(prepared.dataset.patients), say
            )
        verdicts = all_gates(finished(prepared, measured, card, staging), say)
        card["gates"] = [verdict.on_card() for verdict in verdicts]
        if classifier:
            test_set, test_exact, _ = prepared.of("test")
            write_run_reports(
                card=card,
                measured=measure(classifier, test_set, test_exact),
                history=history,
                run_folder=folder,
                package=staging,
            )
        write_card(staging, card)
        say(f"The package is written; digest {digest_of(staging)}.")
    return folder / PACKAGE


def loaded(staging: Path, say: Callable[[str], None]) -> Classifier | None:
    """Return the classifier as a worker gets it; one that cannot be loaded fails its gate."""
    try:
        return load_classifier(staging, digest=digest_of(staging), threads=0)
    except BrokenPackage as error:
        say(f"Without report, and nothing is known of what it abstains from: {error}")
        return None


@dataclass(frozen=True)
class Measured:
    """What a network was found to be, and what gates look at beside its card."""

    card: dict[str, Any]
    features: np.ndarray
    """(pictures of all splits, values)"""
    of_test: np.ndarray
    """(pictures of the test split, labels): calibrated probabilities"""
    served_as: Served


def finished(
    prepared: Prepared, measured: Measured, card: dict[str, Any], staging: Path
) -> Finished:
    """Return what the gates look at."""
    return Finished(
        dataset=prepared.dataset,
        pictures=prepared.exact,
        features=measured.features,
        probabilities=measured.of_test,
        precision=measured.served_as.chosen.name,
        tried=measured.served_as.tried(),
        leaks=find_leaks(prepared.dataset),
        card=card,
        package=staging,
    )


def choose_and_measure(
    recipe: Recipe, prepared: Prepared, staging: Path, say: Callable[[str], None]
) -> Measured:
    """Choose on validation, measure on test, write both down."""
    reference = keras.load(staging, precision="f32", threads=0)
    (_, train_exact, _), (val_set, val_exact, _), (test_set, test_exact, _) = (
        prepared.of(split) for split in ("train", "val", "test")
    )
    choices = choose(recipe, val_set, run_all(reference, val_exact).logits)
    served_as = choose_precision(
        staging,
        reference=reference,
        spec=recipe.input,
        pictures=val_exact,
        labels=choices.labels,
        read=choices.probabilities,
    )
    say(f"Exported; served as {served_as.chosen.name}: {served_as.chosen.milliseconds:.1f} ms.")
    served = openvino.load(staging, precision=served_as.chosen.precision, threads=0)
    on_val = run_all(served, val_exact)
    of_train = run_all(served, train_exact)
    others = examples_of_others(recipe.strangers, recipe.input)
    familiarity = learn_familiarity(
        train_pictures=train_exact,
        train_features=of_train.features,
        val_pictures=val_exact,
        val_features=on_val.features,
        other_features=run_all(served, others).features if len(others) else None,
    )
    on_test = run_all(served, test_exact)
    of_test = choices.probabilities(on_test.logits)
    metrics = {
        "validation": choices.measure(val_set, on_val.logits),
        "test": choices.measure(
            test_set, on_test.logits, evidence=on_test.evidence, spec=recipe.input
        ),
        "parity": served_as.figures(),
    }
    say(f"Validation split: {headline(metrics['validation'])}.")
    say(f"Test split: {headline(metrics['test'])}.")
    write_familiarity(staging / "features.npz", familiarity)
    write_canary(staging, recipe.input, reference)
    card = {
        **choices.on_card(),
        **served_as.on_card(),
        "outputs": outputs_on_card(
            on_val,
            evidence_scale(val_set.targets, on_val, recipe.network.activation),
            recipe.network.activation,
        ),
        "out_of_distribution": familiarity_on_card(familiarity),
        "metrics": metrics,
    }
    splits = prepared.dataset.splits
    features = np.empty((len(splits), on_val.features.shape[1]), dtype=np.float32)
    for split, outputs in (("train", of_train), ("val", on_val), ("test", on_test)):
        features[splits == split] = outputs.features
    return Measured(card, features, of_test, served_as)


def remember_recipe(recipe: Recipe, folder: Path) -> None:
    """Keep the recipe with the run: one that began with another recipe is not continued."""
    folder.mkdir(parents=True, exist_ok=True)
    kept = folder / "recipe.toml"
    if (folder / LAST).exists() and kept.exists() and kept.read_text() != recipe.text:
        raise TrainingError(f"{folder} holds a run of another recipe: give another --run folder.")
    kept.write_text(recipe.text)


def prepare_pictures(
    recipe: Recipe, dataset: DataSet, cache: Path, say: Callable[[str], None]
) -> Prepared:
    return Prepared(
        dataset,
        exact=prepared_pictures(dataset, recipe.input, cache, say),
        larger=prepared_pictures(dataset, recipe.training_input, cache, say),
    )


def run_all(engine: Any, pictures: np.ndarray, batch: int = 32) -> Outputs:
    parts = [engine.run(pictures[i : i + batch]) for i in range(0, len(pictures), batch)]
    return Outputs(*(np.concatenate([getattr(part, name) for part in parts]) for name in OUTPUTS))
