"""The settings of augmentation: which changes a picture may undergo, and how far each may go."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from training.errors import TrainingError

COLOUR_ONLY = ("hue_degrees", "colour_cast")
AT_MOST_ONE = ("shift", "contrast", "brightness", "colour_cast", "blur", "spectrum")


@dataclass(frozen=True)
class Augmentation:
    """How far each change may go, drawn anew for every picture; 0 or false switches it off."""

    mirror: bool = False
    """Half of the pictures left to right."""
    upside_down: bool = False
    """Half of the pictures top to bottom."""
    quarter_turns: bool = False
    """By 0, 90, 180 or 270 degrees; a picture that is not square is squeezed into the frame."""
    rotation_degrees: float = 0.0
    """To either side."""
    shift: float = 0.0
    """Part of each side, in every direction; what enters the frame is black."""
    zoom_in: float = 0.0
    """Largest part of each side that is cut away; the rest lies anywhere in the picture."""
    zoom_out: float = 0.0
    """Largest part by which the frame outgrows the picture."""
    stretch: float = 0.0
    """Height against width: both change by up to this factor's exponential, inversely."""
    shear_degrees: float = 0.0
    reflect_edges: bool = False
    """What enters the frame is the picture's mirror image instead of black: for pictures that
    fill their frame, where black corners would only be something to get used to."""
    contrast: float = 0.0
    """Grey values' distance from the middle grows or shrinks by up to this part."""
    brightness: float = 0.0
    """Added or taken away, of a range of 1."""
    gamma: float = 0.0
    """The exponent's logarithm."""
    hue_degrees: float = 0.0
    """Colours turn about the grey axis; colour pictures only."""
    colour_cast: float = 0.0
    """Each channel's gain, as light and cameras differ; colour pictures only."""
    blur: float = 0.0
    """Share of a Gaussian blur (5 by 5 pixels) that replaces the picture."""
    sharpen: float = 0.0
    """Share of the same blur that is taken away instead; one draw goes from this to blur."""
    noise: float = 0.0
    """Largest standard deviation."""
    erased_patches: int = 0
    """Patches of which half are covered by one grey or colour each."""
    spectrum: float = 0.0
    """How much of another picture's amplitude spectrum (texture, sharpness) is mixed in."""

    def __post_init__(self) -> None:
        for one in fields(self):
            value = getattr(self, one.name)
            if value < 0 or (one.name in AT_MOST_ONE and value > 1):
                raise TrainingError(f"augmentation: {one.name} cannot be {value}.")
        if self.zoom_in >= 1:
            raise TrainingError("augmentation: zoom_in must leave something of the picture.")

    @property
    def is_off(self) -> bool:
        return self == Augmentation()

    @property
    def moves(self) -> bool:
        """Whether any change is geometric, which costs one resampling for all of them."""
        return any(
            getattr(self, name)
            for name in (
                "mirror", "upside_down", "quarter_turns", "rotation_degrees", "shift", "zoom_in",
                "zoom_out", "stretch", "shear_degrees",
            )
        )  # fmt: skip


def augmentation_of(
    common: Mapping[str, Any], differing: Mapping[str, Any], *, channels: int
) -> Augmentation:
    """Return a stage's augmentation: the recipe's, but for what the stage says differently.

    Raises ``TrainingError`` for a setting that does not exist or cannot be followed.
    """
    given = {**common, **differing}
    if strange := set(given) - {one.name for one in fields(Augmentation)}:
        raise TrainingError(f"augmentation: there is no setting {', '.join(sorted(strange))}.")
    colourful = [name for name in COLOUR_ONLY if given.get(name)]
    if channels == 1 and colourful:
        raise TrainingError(f"augmentation: {colourful[0]} needs colour pictures (channels = 3).")
    return Augmentation(**given)
