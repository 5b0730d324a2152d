"""Whatever is done to a picture's bytes, it is taken or refused, and nothing else happens."""

import contextlib

import numpy as np
from django.core.files.base import ContentFile
from hypothesis import given, settings
from hypothesis import strategies as st

from aicare.errors import DomainError
from imaging.intake import check_images
from tests.bad_inputs import pictures
from tests.bad_inputs.pictures import gradient, saved, tiff

GOLDEN = [
    pictures.good_png(),
    pictures.good_jpeg(),
    pictures.good_jpeg(progressive=True),
    pictures.photo_taken_sideways(),
    tiff(gradient()),
    tiff(gradient(channels=3, dtype=np.uint16), order=">"),
    pictures.good_tiff(compression="tiff_lzw"),
    pictures.good_tiff(compression="tiff_adobe_deflate"),
    pictures.good_tiff(compression="jpeg"),
    saved(gradient(channels=3), "TIFF", compression="packbits"),
]


@st.composite
def mutated(draw):
    """Draw a good picture with bytes changed, cut out, doubled or overwritten by a length."""
    content = bytearray(draw(st.sampled_from(GOLDEN)))
    # Where the format's own structure lies, mutations bite most.
    near_an_end = st.integers(0, 200) | st.integers(len(content) - 300, len(content) - 1)
    for _ in range(draw(st.integers(1, 4))):
        at = min(draw(near_an_end | st.integers(0, len(content))), max(len(content) - 1, 0))
        match draw(st.sampled_from(["flip", "cut", "double", "number", "truncate"])):
            case "flip":
                content[at : at + 1] = bytes([draw(st.integers(0, 255))])
            case "cut":
                del content[at : at + draw(st.integers(1, 40))]
            case "double":
                content[at:at] = content[at : at + draw(st.integers(1, 40))]
            case "number":
                size = draw(st.sampled_from([2, 4]))
                number = draw(st.sampled_from([0, 1, 2, 255, 2**15, 2**16 - 1]))
                number = number if size == 2 else draw(st.just(number) | st.just(2**32 - 1))
                order = draw(st.sampled_from(["big", "little"]))
                content[at : at + size] = number.to_bytes(size, order)
            case "truncate":
                del content[max(at, 1) :]
    return bytes(content)


@settings(max_examples=400, deadline=None)
@given(mutated())
def test_mutated_bytes_are_taken_or_refused(content):
    with contextlib.suppress(DomainError):
        image = check_images([ContentFile(content)])[0]
        assert image.rows > 0
        assert image.preview
