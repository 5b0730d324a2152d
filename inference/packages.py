"""A model package on disk: its card, its digest, and whether it is what it says it is."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from inference.calibration import Calibration, read_calibration
from inference.preprocessing import InputSpec

SCHEMA = 1
CARD = "card.json"
NEEDED = {"model.keras", "model.xml", "model.bin", "canary.npz", "features.npz"}


class BrokenPackage(Exception):
    """The package must not be used: it is not what was published. Who runs the worker must act."""


@dataclass(frozen=True)
class Label:
    """What one output means, and from which probability it is called."""

    code: str
    display: str
    system: str | None
    role: str
    positive_text: str
    negative_text: str
    threshold: float | None
    negative_below: float | None
    threshold_rule: str | None

    @property
    def is_reference(self) -> bool:
        """A reference label (normal) gets no call and is never a clearance."""
        return self.role == "reference"


@dataclass(frozen=True)
class Scope:
    """A kind of study that the classifier may read; None means any, unknown included.

    A view that is known must be among those named. A view that is not known, as of every picture
    that did not come as DICOM, is read all the same, and the report says that it was not known
    (``inference.cautions``): a rule that refused it would refuse nearly all pictures, and one that
    stayed silent would mislead. An age that is not known is in no range: that rule refuses,
    because a birth date can be entered and a classifier for adults is wrong about children.
    """

    modality: str
    body_part: str
    view: str | Sequence[str] | None = None
    """one, or several"""
    minimum_age_years: float | None = None
    maximum_age_years: float | None = None

    def holds(
        self, *, modality: str, body_part: str, view: str | None, age_years: float | None
    ) -> bool:
        if (modality, body_part) != (self.modality, self.body_part):
            return False
        named = {one.upper() for one in views_named(self.view)}
        if view and named and view.upper() not in named:
            return False
        return self._holds_age(age_years)

    def _holds_age(self, age_years: float | None) -> bool:
        if self.minimum_age_years is None and self.maximum_age_years is None:
            return True
        if age_years is None:
            return False
        if self.minimum_age_years is not None and age_years < self.minimum_age_years:
            return False
        return self.maximum_age_years is None or age_years <= self.maximum_age_years


def views_named(view: str | Sequence[str] | None) -> tuple[str, ...]:
    """Return the views that a scope names: a word, a list, or none for any."""
    return (view,) if isinstance(view, str) else tuple(view or ())


@dataclass(frozen=True)
class OutputSpec:
    """The three outputs of the graph; ``evidence`` is (rows, columns, labels)."""

    activation: str
    logits: int
    evidence: tuple[int, int, int]
    features: int
    evidence_scale: float
    """The evidence drawn at full strength: one for all pictures, so little looks like little."""


@dataclass(frozen=True)
class OutOfDistribution:
    """From which distance a picture counts as unlike the training data."""

    method: str
    threshold: float
    rule: str


@dataclass(frozen=True)
class Card:
    """Everything needed to use the classifier and to read its output."""

    name: str
    version: str
    title: str
    purpose: str
    created_at: str
    licence: str
    notice: str
    limits: tuple[str, ...]
    research_only: bool
    labels: tuple[Label, ...]
    scopes: tuple[Scope, ...]
    input: InputSpec
    input_digest: str
    """the behaviour of the preprocessing when the package was made"""
    outputs: OutputSpec
    aggregation: str
    calibration: Calibration
    precision: str
    canary_tolerance: Mapping[str, float]
    out_of_distribution: OutOfDistribution
    metrics: Mapping[str, Any]
    data: Mapping[str, Any]
    training: Mapping[str, Any]
    gates: tuple[Mapping[str, Any], ...]
    """what the publishing checks said; none on cards from before there were any"""
    files: Mapping[str, str]

    def applies_to(
        self,
        *,
        modality: str,
        body_part: str,
        view: str | None = None,
        age_years: float | None = None,
    ) -> bool:
        """Whether it was made for such a study; see ``Scope`` for what is not known."""
        return any(
            scope.holds(modality=modality, body_part=body_part, view=view, age_years=age_years)
            for scope in self.scopes
        )


def read_card(folder: Path) -> Card:
    """Return the checked card of the package in ``folder``."""
    return parse_card(_card_bytes(folder))


def parse_card(content: bytes) -> Card:
    """Return the card in ``content``; what it lacks or contradicts raises ``BrokenPackage``."""
    try:
        card = _card(json.loads(content))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise BrokenPackage(f"The card is incomplete or malformed: {error!r}.") from error
    _check(card)
    return card


def digest_of(folder: Path) -> str:
    """Return the package's identity: the sha256 of its card, which holds those of its files."""
    return hashlib.sha256(_card_bytes(folder)).hexdigest()


def verify_package(folder: Path, digest: str) -> Card:
    """Return the card if the package is, file by file, the one with this digest."""
    folder = Path(folder)
    content = _card_bytes(folder)
    if hashlib.sha256(content).hexdigest() != digest:
        raise BrokenPackage(f"{folder.name}: the card is not the one that was registered.")
    card = parse_card(content)
    present = files_in(folder)
    for name in sorted(present ^ set(card.files)):
        state = "is not on the card" if name in present else "is missing"
        raise BrokenPackage(f"{folder.name}: {name} {state}.")
    for name, expected in card.files.items():
        if sha256_of(folder / name) != expected:
            raise BrokenPackage(f"{folder.name}: {name} was changed.")
    return card


def files_in(folder: Path) -> set[str]:
    """Return the relative path of every file of a package but its card; links are not followed."""
    return {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if (path.is_symlink() or not path.is_dir()) and path != folder / CARD
    }


def sha256_of(path: Path) -> str:
    if path.is_symlink():
        raise BrokenPackage(f"{path.name} is a link.")
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def read_checked(path: Path, expected: str) -> bytes:
    """Return a file's content if its sha256 is ``expected``; links are not followed."""
    if path.is_symlink():
        raise BrokenPackage(f"{path.name} is a link.")
    try:
        content = path.read_bytes()
    except OSError as error:
        raise BrokenPackage(f"{path.name} is missing.") from error
    if hashlib.sha256(content).hexdigest() != expected:
        raise BrokenPackage(f"{path.name} was changed.")
    return content


def _card_bytes(folder: Path) -> bytes:
    try:
        return (Path(folder) / CARD).read_bytes()
    except OSError as error:
        raise BrokenPackage(f"{folder}: no readable {CARD}.") from error


def _card(given: dict[str, Any]) -> Card:
    if given["schema"] != SCHEMA:
        raise ValueError(f"schema {given['schema']} is not {SCHEMA}")
    plain = ("name", "version", "title", "purpose", "created_at", "licence", "notice")
    more = ("research_only", "aggregation", "precision", "metrics", "data", "training", "files")
    preprocessing = given["input"]["preprocessing"]
    outputs = given["outputs"]
    return Card(
        **{key: given[key] for key in plain + more},
        gates=tuple(given.get("gates", ())),
        limits=tuple(given["limits"]),
        labels=tuple(Label(**label) for label in given["labels"]),
        scopes=tuple(Scope(**scope) for scope in given["applies_to"]),
        input=InputSpec(
            height=given["input"]["height"],
            width=given["input"]["width"],
            channels=given["input"]["channels"],
            preprocessing=preprocessing["name"],
            parameters=preprocessing["parameters"],
        ),
        input_digest=preprocessing["sha256"],
        outputs=OutputSpec(**{**outputs, "evidence": tuple(outputs["evidence"])}),
        calibration=read_calibration(
            given["calibration"], [label["code"] for label in given["labels"]]
        ),
        canary_tolerance=given["canary"]["tolerance"],
        out_of_distribution=OutOfDistribution(**given["out_of_distribution"]),
    )


def _check(card: Card) -> None:
    problems = {
        "it has no labels": not card.labels,
        "its number of logits is not its number of labels": card.outputs.logits != len(card.labels),
        "its evidence has not one map per label": card.outputs.evidence[2] != len(card.labels),
        "two labels share a code": len({label.code for label in card.labels}) != len(card.labels),
        "it applies to nothing": not card.scopes,
        "its activation is unknown": card.outputs.activation not in ("softmax", "sigmoid"),
        "its aggregation is unknown": card.aggregation != "max",
        "its precision is unknown": card.precision not in ("f32", "bf16", "f16"),
        "it lists a file outside the package": not all(_is_inside(name) for name in card.files),
        "it does not list " + ", ".join(sorted(NEEDED - set(card.files))): NEEDED - set(card.files),
    }
    problems |= {card.calibration.problem(len(card.labels)): True}
    for problem, is_so in problems.items():
        if problem and is_so:
            raise BrokenPackage(f"The card cannot be right: {problem}.")
    for label in card.labels:
        _check_label(label)


def _check_label(label: Label) -> None:
    limits = (label.negative_below, label.threshold)
    if label.role not in ("finding", "reference"):
        raise BrokenPackage(f"Label {label.code} has the unknown role {label.role}.")
    if label.is_reference and limits != (None, None):
        raise BrokenPackage(f"Label {label.code} is a reference and must have no threshold.")
    if label.is_reference:
        return
    if None in limits or not 0 <= limits[0] <= limits[1] <= 1:
        raise BrokenPackage(f"Label {label.code} needs 0 ≤ negative_below ≤ threshold ≤ 1.")


def _is_inside(name: str) -> bool:
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts and name != CARD
