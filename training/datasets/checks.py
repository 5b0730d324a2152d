"""Is there enough to learn from and to measure with? Asked before anything slow begins."""

import numpy as np

from training.datasets.dataset import SPLITS, DataSet
from training.errors import TrainingError


def check_enough(dataset: DataSet, batch_size: int) -> None:
    """Raise unless every split shows every label present and absent, and training fills a batch."""
    present, absent = dataset.targets == 1, dataset.targets == 0
    if lacking := _names(dataset, ~present.any(axis=0)):
        raise TrainingError(f"No picture of {lacking} in {dataset.folder}: the class is empty.")
    if alone := _names(dataset, ~absent.any(axis=0)):
        raise TrainingError(
            f"Every picture in {dataset.folder} is {alone}: one class alone teaches nothing."
        )
    for split in SPLITS:
        within = dataset.splits == split
        if not within.any():
            raise TrainingError(f"{dataset.folder}: there is no picture in the split {split}.")
        for what, mask in (("no", present), ("nothing but", absent)):
            if lacking := _names(dataset, ~mask[within].any(axis=0)):
                raise TrainingError(
                    f"{dataset.folder}: split {split} has {what} {lacking}. Every split needs "
                    "pictures with and without each label."
                )
    if (count := int((dataset.splits == "train").sum())) < batch_size:
        raise TrainingError(
            f"{dataset.folder}: {count} pictures to train with are less than one batch of "
            f"{batch_size}. Set a smaller training.batch_size, or bring more pictures."
        )


def _names(dataset: DataSet, mask: np.ndarray) -> str:
    return ", ".join(code for code, chosen in zip(dataset.codes, mask, strict=True) if chosen)
