"""What is known of one picture, as its data set says it, before words become codes."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from training.datasets.dataset import Box

UNCERTAIN = -1.0


@dataclass(frozen=True)
class Row:
    """One picture: its file below the data folder, and what is said of it."""

    file: str
    marks: Mapping[str, float]
    """By label word as written: 1 it has it, 0 it has it not, -1 uncertain."""
    patient: str = ""
    source: str = ""
    split: str = ""
    view: str = ""
    age: str = ""
    sex: str = ""
    sha256: str = ""
    boxes: tuple[Box, ...] = field(default_factory=tuple)
    """Their codes are still label words, empty where no label is said."""
