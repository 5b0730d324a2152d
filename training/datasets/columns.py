"""The columns of a label file, under the names that public collections give them."""

from collections.abc import Sequence

from training.datasets.words import normal
from training.errors import TrainingError

NAMES = {
    "file": ("file", "filename", "file name", "image", "image index", "path", "image path"),
    "label": ("label", "labels", "finding labels", "finding label", "class"),
    "patient": ("patient id", "patient", "patientid"),
    "source": ("source",),
    "split": ("split",),
    "view": ("view", "view position", "ap/pa"),
    "direction": ("frontal/lateral",),
    "age": ("age", "patient age"),
    "sex": ("sex", "gender", "patient sex", "patient gender"),
    "sha256": ("sha256",),
}
"""ChestX-ray8 (Wang et al., CVPR 2017): Image Index, Finding Labels, Patient ID, Patient Age …;
CheXpert (Irvin et al., AAAI 2019): Path, Sex, Age, Frontal/Lateral, AP/PA, a column per label."""

BOX_NAMES = (
    ("xmin", "ymin", "xmax", "ymax"),
    ("left", "top", "width", "height"),
    ("x", "y", "w", "h"),
    ("bbox [x", "y", "w", "h]"),  # so written in ChestX-ray8's list of boxes
)


def find_columns(header: Sequence[str], place: str) -> dict[str, int]:
    """Return the position of each known column; two of one kind would hide each other."""
    found: dict[str, int] = {}
    names = [normal(name) for name in header]
    for kind, aliases in NAMES.items():
        positions = [index for index, name in enumerate(names) if name in aliases]
        if len(positions) > 1:
            both = " and ".join(repr(header[index]) for index in positions[:2])
            raise TrainingError(f"{place} has two columns for the {kind}: {both}. Keep one.")
        if positions:
            found[kind] = positions[0]
    return found


def find_box_columns(header: Sequence[str]) -> tuple[tuple[int, ...], bool] | None:
    """Return where a box's four numbers are and whether the last two are its size, or None."""
    names = [normal(name) for name in header]
    for four in BOX_NAMES:
        if set(four) <= set(names):
            return tuple(names.index(name) for name in four), four[2] != "xmax"
    return None
