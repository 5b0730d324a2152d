"""Could the network have learnt the hospital instead of the disease?

Four questions. Does something that holds no disease (the border, a thumbnail, the size, the file)
tell the label nearly as well as the network does? Does the source tell it? Do the network's
features tell the source where the label is the same? And inside one source, where recognising the
source is no help, is the network worse than over all?

"Nearly as well": the probe is above chance, and either its AUC reaches the lower 95 % bound of
the network's on the same pictures, or it has four fifths of the network's skill (AUC - 0.5). The
first says that the data cannot tell them apart; the second that at most a fifth of the skill is
shown to come from anywhere else, however many pictures there are. Four fifths is our own choice.
A thumbnail also holds true anatomy: where it is the only one, a person may argue so and override.
"""

from collections.abc import Iterator, Sequence

import numpy as np

from training.datasets.dataset import DataSet
from training.gates.comparisons import Question, Row, against_the_network, questions_of
from training.gates.probes import border_of, thumbnail_of, traces_of
from training.gates.source_probes import APART, KNOWS, WORSE, source_rows
from training.gates.verdict import Verdict

NAME, TITLE = "shortcuts", "Shortcuts: does it read the hospital instead of the disease?"
MOST = {"train": 4000, "val": 1000, "test": 3000}
"""Pictures that are looked at, at most: probes need no more, and memory stays bounded."""
HEADER = ("What alone", "tells", "how well (95 %)", "the network (95 %)", "conclusion")


def check_shortcuts(
    dataset: DataSet,
    *,
    pictures: np.ndarray,
    features: np.ndarray,
    probabilities: np.ndarray,
) -> Verdict:
    """Probe the data and the network.

    ``pictures`` (n, h, w, c) as the network reads them and ``features`` (n, values) have a row for
    every picture of ``dataset``, ``probabilities`` (m, codes) one for each of its test split.
    """
    chosen = _few_enough(dataset)
    scores = np.full((len(dataset), probabilities.shape[1]), np.nan)
    scores[dataset.splits == "test"] = probabilities
    some = dataset.where(chosen)
    questions = [*questions_of(some, scores[chosen])]
    if not questions:
        return Verdict(
            NAME, TITLE, False, "No label is both present and absent in every split: not measured."
        )
    rows = [*_traces(some, pictures, np.flatnonzero(chosen), questions)]
    rows += source_rows(some, features[chosen], questions)
    alarms = _alarms(rows)
    says = (
        " ".join([*alarms, "The figures on these data may say little about another hospital."])
        if alarms
        else "Nothing that was probed tells the labels nearly as well as the network does."
    )
    if len(set(some.sources)) < 2:
        says += " The data name no second source, so that whether it reads the source is not known."
    return Verdict(NAME, TITLE, not alarms, says, (HEADER, *(row.cells for row in rows)))


def _few_enough(dataset: DataSet) -> np.ndarray:
    """Return which pictures are looked at: all, or as many as are enough, drawn once for all."""
    order = np.random.default_rng(0).permutation(len(dataset))
    chosen = np.zeros(len(dataset), dtype=bool)
    for split, most in MOST.items():
        chosen[order[dataset.splits[order] == split][:most]] = True
    return chosen


def _traces(
    dataset: DataSet, pictures: np.ndarray, places: np.ndarray, questions: Sequence[Question]
) -> Iterator[Row]:
    """What holds no disease, against the network."""
    files = traces_of([dataset.folder / str(file) for file in dataset.files])
    probes = {
        "the border of the file": files.border,
        "the border of what the network reads": np.stack([border_of(pictures[i]) for i in places]),
        "a 16 × 16 thumbnail of the file": files.thumbnail,
        "a 16 × 16 thumbnail of what the network reads": np.stack(
            [thumbnail_of(pictures[i]) for i in places]
        ),
        "the picture's size": files.size,
        "properties of the file": files.file,
    }
    for what, values in probes.items():
        for question in questions:
            yield against_the_network(what, values, question)


def _alarms(rows: Sequence[Row]) -> list[str]:
    """Return what was found, a sentence for each kind."""
    about: dict[str, list[str]] = {}
    for row in rows:
        if row.alarm:
            about.setdefault(row.alarm, []).append(row.tells)
    traces = {
        what: tells for what, tells in about.items() if what not in (KNOWS, APART)
        and not what.startswith(WORSE)
    }  # fmt: skip
    sentences = []
    if traces:
        parts = [f"{what} ({', '.join(tells)})" for what, tells in traces.items()]
        sentences.append(f"Nearly as well as the network tell a label: {'; '.join(parts)}.")
    for what, tells in about.items():
        if what.startswith(WORSE):
            sentences.append(_sentence(f"{what} ({', '.join(tells)})."))
        elif what not in traces:
            sentences.append(_sentence(f"{what}."))
    return sentences


def _sentence(text: str) -> str:
    return text[0].upper() + text[1:]
