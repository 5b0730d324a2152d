"""Paint an evidence map for laying over its picture, in the machine's colour."""

import io

import numpy as np
from PIL import Image

COLOUR = (150, 82, 255)
"""Violet is the machine's voice on every page; red and amber belong to the score."""
FAINTEST = 0.12
"""Weaker reactions stay clear, or the whole picture would wear a veil."""
STRONGEST_ALPHA = 0.85
LARGEST_SIDE = 512


def evidence_overlay(grey_png: bytes) -> bytes:
    """Return the stored map as a PNG with transparency, over the same frame as the stored one."""
    with Image.open(io.BytesIO(grey_png), formats=["PNG"]) as stored:
        stored.thumbnail((LARGEST_SIDE, LARGEST_SIDE))
        strength = np.asarray(stored.convert("L"), dtype=np.float32) / 255
    visible = np.clip((strength - FAINTEST) / (1 - FAINTEST), 0, 1)
    painted = np.empty((*strength.shape, 4), dtype=np.uint8)
    painted[..., :3] = COLOUR
    painted[..., 3] = np.rint(visible * STRONGEST_ALPHA * 255)
    answer = io.BytesIO()
    Image.fromarray(painted, "RGBA").save(answer, "PNG", optimize=True)
    return answer.getvalue()
