"""Every kind of picture that is taken comes out as it was drawn, upright and never wrapped."""

import io

import numpy as np
import pytest
from django.core.files.base import ContentFile
from PIL import Image

from imaging.headers import check_header
from imaging.intake import check_images
from imaging.pixels import decode_file
from imaging.rendering import make_preview
from tests.bad_inputs import pictures
from tests.bad_inputs.pictures import SHORT, gradient, saved, tiff

MEDIA_TYPES = {"PNG": "image/png", "JPEG": "image/jpeg", "TIFF": "image/tiff"}
GREY8 = gradient()
GREY16 = gradient(dtype=np.uint16)
RGB8 = gradient(channels=3)
RGB16 = gradient(channels=3, dtype=np.uint16)


def decoded(content, kind):
    check_header(content, MEDIA_TYPES[kind])
    return decode_file(io.BytesIO(content), MEDIA_TYPES[kind])


def png16(array) -> bytes:
    """Return a 16-bit PNG of any number of channels; Pillow writes only grey ones."""
    channels = 1 if array.ndim == 2 else array.shape[2]
    raw = b"".join(b"\0" + row.astype(">u2").tobytes() for row in array)
    colour = {1: 0, 2: 4, 3: 2, 4: 6}[channels]
    return pictures.png(array.shape[1], array.shape[0], raw, depth=16, colour=colour)


@pytest.mark.parametrize(
    ("content", "kind", "expected"),
    [
        pytest.param(saved(GREY8), "PNG", GREY8, id="png-grey-8"),
        pytest.param(saved(GREY16), "PNG", GREY16, id="png-grey-16"),
        pytest.param(saved(RGB8), "PNG", RGB8, id="png-rgb-8"),
        pytest.param(png16(RGB16), "PNG", RGB16 >> 8, id="png-rgb-16-keeps-upper-8"),
        pytest.param(tiff(GREY8), "TIFF", GREY8, id="tiff-grey-8"),
        pytest.param(tiff(GREY16), "TIFF", GREY16, id="tiff-grey-16"),
        pytest.param(tiff(GREY16, order=">"), "TIFF", GREY16, id="tiff-grey-16-big-endian"),
        pytest.param(tiff(RGB8), "TIFF", RGB8, id="tiff-rgb-8"),
        pytest.param(tiff(RGB16), "TIFF", RGB16 >> 8, id="tiff-rgb-16-keeps-upper-8"),
        pytest.param(tiff(RGB16, order=">"), "TIFF", RGB16 >> 8, id="tiff-rgb-16-big-endian"),
        pytest.param(
            tiff(255 - GREY8, t262=(SHORT, [0])), "TIFF", GREY8, id="tiff-white-is-zero-8"
        ),
        pytest.param(
            tiff(65535 - GREY16, t262=(SHORT, [0])), "TIFF", GREY16, id="tiff-white-is-zero-16"
        ),
        *(
            pytest.param(
                saved(array, "TIFF", compression=compression), "TIFF", array, id=f"tiff-{name}"
            )
            for compression in ("tiff_lzw", "tiff_adobe_deflate", "packbits")
            for name, array in {
                f"{compression}-grey-8": GREY8,
                f"{compression}-grey-16": GREY16,
                f"{compression}-rgb-8": RGB8,
            }.items()
        ),
    ],
)
def test_a_picture_comes_out_as_it_was_drawn(content, kind, expected):
    pixels = decoded(content, kind)
    assert pixels.array.dtype == (np.uint8 if expected.max() < 256 else np.uint16)
    assert np.array_equal(pixels.array, expected)
    assert pixels.photometric_interpretation == ("RGB" if expected.ndim == 3 else "MONOCHROME2")
    assert pixels.bits_stored == 8 * pixels.array.dtype.itemsize


@pytest.mark.parametrize("rows", [255, 256, 257, 700])
@pytest.mark.parametrize(("channels", "dtype"), [(1, np.uint16), (3, np.uint8), (4, np.uint8)])
def test_a_picture_of_several_bands_has_no_seams(rows, channels, dtype):
    array = gradient(rows, 40, channels=channels, dtype=dtype)
    found = decoded(saved(array), "PNG").array
    if channels == 4:
        array = (array[..., :3].astype(int) * array[..., 3:] + 127) // 255
    assert np.array_equal(found, array)


def test_a_preview_of_several_bands_has_no_seams():
    array = gradient(6000, 300)
    with Image.open(io.BytesIO(make_preview(array))) as image:
        assert image.size == (70, 1400)
        shrunk = Image.fromarray(array).resize(image.size, Image.Resampling.BOX)
        assert np.abs(np.asarray(image).astype(int) - np.asarray(shrunk)).max() < 12


def test_planar_colour_comes_out_as_it_was_drawn():
    planes = np.ascontiguousarray(np.moveaxis(RGB8, 2, 0))
    size = GREY8.size
    content = tiff(
        planes.reshape(-1, GREY8.shape[1]),
        t257=(4, [GREY8.shape[0]]),
        t258=(SHORT, [8, 8, 8]),
        t262=(SHORT, [2]),
        t273=(4, [8, 8 + size, 8 + 2 * size]),
        t277=(SHORT, [3]),
        t278=(4, [GREY8.shape[0]]),
        t279=(4, [size] * 3),
        t284=(SHORT, [2]),
        t339=(SHORT, [1, 1, 1]),
    )
    assert np.array_equal(decoded(content, "TIFF").array, RGB8)


@pytest.mark.parametrize(("array", "mode"), [(GREY8, "L"), (RGB8, "RGB")])
@pytest.mark.parametrize("progressive", [False, True])
def test_a_jpeg_comes_out_nearly_as_it_was_drawn(array, mode, progressive):
    content = saved(array, "JPEG", quality=100, subsampling=0, progressive=progressive)
    found = decoded(content, "JPEG").array
    assert found.shape == array.shape
    assert np.abs(found.astype(int) - array).mean() < 2


def test_one_bit_becomes_black_and_white():
    stripes = np.indices((48, 64))[1] % 8 < 4
    for content, kind in (
        (saved(stripes), "PNG"),
        (saved(stripes, "TIFF"), "TIFF"),
    ):
        assert np.array_equal(decoded(content, kind).array, stripes * np.uint8(255))


@pytest.mark.parametrize("depth", [2, 4])
def test_few_grey_levels_are_spread_over_the_whole_range(depth):
    levels = 2**depth
    row = np.arange(64) * levels // 64
    bits = "".join(f"{level:0{depth}b}" for level in row)
    raw = b"\0" + int(bits, 2).to_bytes(64 * depth // 8, "big")
    pixels = decoded(pictures.png(64, 48, raw * 48, depth=depth), "PNG")
    assert np.array_equal(pixels.array[0], row * 255 // (levels - 1))


def test_colour_without_colour_is_grey():
    for array in (np.dstack([GREY8] * 3), np.dstack([GREY8] * 3 + [np.full_like(GREY8, 255)])):
        assert np.array_equal(decoded(saved(array), "PNG").array, GREY8)
    tinted = np.dstack([GREY8] * 3)
    tinted[1, 1, 2] ^= 1
    assert np.array_equal(decoded(saved(tinted), "PNG").array, tinted)


def test_a_palette_of_colours_gives_colour_and_one_of_greys_gives_grey():
    colours = Image.fromarray(RGB8).quantize(16)
    assert np.array_equal(decoded(saved(colours), "PNG").array, np.asarray(colours.convert("RGB")))
    greys = Image.fromarray(GREY8).quantize(16)
    assert np.array_equal(decoded(saved(greys), "PNG").array, np.asarray(greys.convert("L")))


def test_what_is_transparent_lies_on_black():
    array = np.dstack([RGB8, np.full(GREY8.shape, 255, np.uint8)])
    assert np.array_equal(decoded(saved(array), "PNG").array, RGB8)
    array[10:20, :, 3] = 0
    array[20:30, :, 3] = 128
    found = decoded(saved(array), "PNG").array
    assert not found[10:20].any()
    assert np.array_equal(found[20:30], (RGB8[20:30].astype(int) * 128 + 127) // 255)
    assert np.array_equal(found[30:], RGB8[30:])


def test_grey_with_transparency_stays_grey():
    array = np.dstack([GREY8, np.full(GREY8.shape, 255, np.uint8)])
    array[:4, :, 1] = 0
    found = decoded(saved(Image.fromarray(array, "LA")), "PNG").array
    assert not found[:4].any()
    assert np.array_equal(found[4:], GREY8[4:])


def test_deep_grey_with_transparency_keeps_its_upper_eight_bits():
    array = np.dstack([GREY16, np.full(GREY16.shape, 65535, np.uint16)])
    assert np.array_equal(decoded(png16(array), "PNG").array, GREY16 >> 8)


def test_a_tone_declared_transparent_is_black():
    key = int(GREY16[30, 30])
    content = png16(GREY16)
    at = content.index(b"IDAT") - 4
    chunk = pictures.png_chunk(b"tRNS", key.to_bytes(2, "big"))
    found = decoded(content[:at] + chunk + content[at:], "PNG").array
    assert np.array_equal(found, np.where(key == GREY16, 0, GREY16))


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("JPEG", {"quality": 100}),
        ("PNG", {}),
        ("TIFF", {}),
        ("TIFF", {"compression": "tiff_adobe_deflate"}),
    ],
)
def test_a_picture_is_turned_upright_exactly_once(kind, options, orientation):
    turned = {
        1: GREY8,
        2: GREY8[:, ::-1],
        3: GREY8[::-1, ::-1],
        4: GREY8[::-1],
        5: GREY8.T,
        6: np.rot90(GREY8, -1),
        7: GREY8[::-1, ::-1].T,
        8: np.rot90(GREY8),
    }[orientation]
    found = decoded(pictures.photo_taken_sideways(kind, orientation, **options), kind).array
    assert found.shape == turned.shape
    assert np.abs(found.astype(int) - turned).mean() < 2


def test_the_same_pixels_have_one_digest_in_whatever_file():
    files = [
        (saved(GREY16), "x.png"),
        (tiff(GREY16), "x.tif"),
        (tiff(GREY16, order=">"), "x.tif"),
        (saved(GREY16, "TIFF", compression="tiff_lzw"), "x.tiff"),
    ]
    images = check_images([ContentFile(content, name=name) for content, name in files])
    assert len({image.sha256 for image in images}) == 4
    assert len({image.pixel_sha256 for image in images}) == 1


def test_pictures_that_differ_in_depth_shape_or_one_pixel_have_other_digests():
    other = GREY8.copy()
    other[5, 5] += 1
    arrays = [GREY8, GREY8.astype(np.uint16), GREY8.reshape(64, 48), other, RGB8]
    images = check_images([ContentFile(saved(array), name="x.png") for array in arrays])
    assert len({image.pixel_sha256 for image in images}) == len(arrays)
