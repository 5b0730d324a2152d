"""Engines run a package's graph: one interface, the heavy library imported when one is loaded."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

OUTPUTS = ("logits", "evidence", "features")
"""The graph's outputs, by name and in order."""


@dataclass(frozen=True)
class Outputs:
    """What the graph gives for a batch of n pictures."""

    logits: np.ndarray
    """(n, labels)"""
    evidence: np.ndarray
    """(n, rows, columns, labels): how much each place adds to each logit"""
    features: np.ndarray
    """(n, features)"""


class Engine(Protocol):
    """A loaded graph."""

    def run(self, batch: np.ndarray) -> Outputs:
        """Return the outputs for ``batch``, float32 (n, height, width, channels)."""
        ...
