"""Are there enough people of each class to learn from, to choose thresholds by and to measure on?

The least numbers count patients, because pictures of one person are not independent.

- Validation and test, 20 of each kind: thresholds are chosen and judged at 95 %; below 20 one
  person is more than 5 %. A sensitivity of 0.9 of 20 has a 95 % interval of 0.70 to 0.97 (Wilson
  1927): little enough.
- Train, 50 of each kind: our own choice; no number holds for every task.
- Advice, 100 of each kind in the test split: Collins, Ogundimu and Altman (Statistics in Medicine
  35:214, 2016) ask at least 100 with and 100 without for an external validation.
"""

from collections.abc import Iterator

import numpy as np

from training.datasets.dataset import SPLITS, DataSet
from training.gates.verdict import Verdict

NAME, TITLE = "minimum-data", "Minimum data of each kind"
LEAST = {"train": 50, "val": 20, "test": 20}
ADVISED_FOR_TEST = 100
HEADER = ("Split", "pictures", "patients", "least", "result")
IN_WORDS = {"train": "to learn from", "val": "to choose thresholds by", "test": "to measure on"}


def check_minimum_data(dataset: DataSet) -> Verdict:
    """Count patients and pictures of each kind in each split."""
    rows, lacking, is_small = [], [], False
    for split, kind, mask in _kinds(dataset):
        patients = len(np.unique(dataset.patients[mask]))
        least = LEAST[split]
        is_small |= split == "test" and patients < ADVISED_FOR_TEST
        if patients < least:
            lacking.append(f"{patients} of {kind} {IN_WORDS[split]} ({least} needed)")
        result = "enough" if patients >= least else "too few"
        rows.append((f"{split}: {kind}", str(int(mask.sum())), str(patients), str(least), result))
    if lacking:
        says = f"Too few patients: {'; '.join(lacking)}."
    else:
        says = "Every kind has the least number of patients in every split."
    if is_small:
        says += (
            f" The test split has fewer than the advised {ADVISED_FOR_TEST} patients of a kind: "
            "read the intervals, not the figures."
        )
    return Verdict(NAME, TITLE, not lacking, says, (HEADER, *rows))


def _kinds(dataset: DataSet) -> Iterator[tuple[str, str, np.ndarray]]:
    """Yield each split with those who have a label, and where labels overlap those who have not."""
    for split in SPLITS:
        inside = dataset.splits == split
        for index, code in enumerate(dataset.codes):
            yield split, code, inside & (dataset.targets[:, index] == 1)
            if not dataset.is_exclusive:
                yield split, f"not {code}", inside & (dataset.targets[:, index] == 0)
