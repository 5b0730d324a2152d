"""What the source tells, what tells the source, and the network inside each source."""

from collections.abc import Iterator, Sequence

import numpy as np

from training.datasets.dataset import SPLITS, DataSet
from training.evaluation.metrics import recalls
from training.gates.comparisons import CHANCE, Question, Row, against_the_network, figure_of
from training.gates.probes import fitted_scores

FEW = 5
"""Fewer pictures of a kind than this say nothing."""
HALF_WAY = 0.5
"""Features know the source from this much of the way between chance and certainty."""
KNOWS = "its features tell the source where the label is the same"
APART = "label and source cannot be told apart in these data"
WORSE = "it ranks worse than over all inside "


def source_rows(
    dataset: DataSet, features: np.ndarray, questions: Sequence[Question]
) -> Iterator[Row]:
    """Yield the rows; none where the data name fewer than two sources."""
    names, numbers = np.unique(dataset.sources, return_inverse=True)
    if len(names) < 2:
        return
    told = [
        against_the_network("the name of the source", np.eye(len(names))[numbers], question)
        for question in questions
    ]
    yield from told
    # A source that tells nothing about the label may be recognised without harm.
    is_told = any(row.conclusion != CHANCE for row in told)
    yield from _features_against_sources(dataset, features, is_told)
    for question in questions:
        yield from _inside_sources(dataset, question)


def _features_against_sources(
    dataset: DataSet, features: np.ndarray, source_tells_label: bool
) -> Iterator[Row]:
    """Can the features tell the source of pictures that have the same label?"""
    words, is_seen = np.array(dataset.words()), False
    for word in sorted(set(words)):
        inside = words == word
        sources = [
            source
            for source in np.unique(dataset.sources[inside])
            if all(
                (inside & (dataset.sources == source) & (dataset.splits == split)).sum() >= FEW
                for split in SPLITS
            )
        ]
        if len(sources) >= 2:
            is_seen = True
            kept = inside & np.isin(dataset.sources, sources)
            yield _features_row(dataset.where(kept), features[kept], word, source_tells_label)
    if not is_seen and source_tells_label:
        yield Row(
            "the network’s features",
            "the source, of pictures with the same label",
            "not measurable",
            "",
            "no label has enough pictures of two sources",
            APART,
        )


def _features_row(
    dataset: DataSet, features: np.ndarray, word: str, source_tells_label: bool
) -> Row:
    names, truth = np.unique(dataset.sources, return_inverse=True)

    def measure(of: np.ndarray, found: np.ndarray) -> float:
        return float(np.nanmean(recalls(of, found.argmax(axis=1), len(names))))

    found = fitted_scores(features, truth, dataset.splits, measure)
    test = dataset.splits == "test"
    share = figure_of(
        lambda drawn: measure(truth[test][drawn], found[drawn]), dataset.patients[test]
    )
    chance = 1 / len(names)
    knows = share.low > chance + HALF_WAY * (1 - chance)
    return Row(
        "the network’s features",
        f"the source of {word or 'none'} ({', '.join(names)})",
        f"balanced accuracy {share}",
        f"chance {chance:.2f}",
        "knows the source" if knows else "hardly knows the source",
        KNOWS if knows and source_tells_label else "",
    )


def _inside_sources(dataset: DataSet, question: Question) -> Iterator[Row]:
    """The network where recognising the source is no help."""
    sources = dataset.sources[question.known][question.splits == "test"]
    over_all = question.network
    for source in np.unique(sources):
        inside = sources == source
        kinds = np.bincount(question.tested[inside], minlength=2)
        if not kinds.all():
            continue
        figure = question.auc(question.scores, inside)
        is_worse = kinds.min() >= FEW and figure.high < over_all.low
        yield Row(
            f"the network inside {source}",
            question.code,
            f"AUC {figure}, {kinds[1]} with and {kinds[0]} without",
            f"AUC {over_all}",
            "worse inside" if is_worse else "no worse" if kinds.min() >= FEW else "too few to say",
            f"{WORSE}{source}" if is_worse else "",
        )
