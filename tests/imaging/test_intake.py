"""A file that is no picture, a broken one or a giant is refused with a code that stays."""

import io
import resource
import struct

import numpy as np
import pytest
from django.core.files.base import ContentFile, File
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from aicare.errors import DomainError
from imaging import limits
from imaging.headers import tiff as tiff_header
from imaging.intake import check_images
from tests.bad_inputs import pictures
from tests.bad_inputs.pictures import LONG, SHORT, gradient, png, saved, tiff

GREY = gradient()
GOOD_PNG = pictures.good_png()
GOOD_JPEG = pictures.good_jpeg()
GOOD_TIFF = tiff(GREY)
DEFLATED_TIFF = pictures.good_tiff(compression="tiff_adobe_deflate")


def check(content, name=""):
    return check_images([ContentFile(content, name=name)])[0]


def refusal(content, name=""):
    with pytest.raises(DomainError) as caught:
        check(content, name)
    return caught.value.http_status, caught.value.problems[0].code


@pytest.mark.parametrize("name", pictures.other_formats())
def test_other_kinds_of_files_are_not_taken(name):
    assert refusal(pictures.other_formats()[name]) == (415, "unsupported_type")


def test_dicom_is_named_as_not_taken_yet():
    with pytest.raises(DomainError, match="DICOM files are not taken yet"):
        check(pictures.other_formats()["DICOM"])


@pytest.mark.parametrize(
    ("content", "code"),
    [
        pytest.param(b"", "empty_file", id="R01-empty"),
        pytest.param(GOOD_PNG[:33], "truncated", id="R09-after-the-header"),
        pytest.param(GOOD_PNG[:20], "truncated", id="inside-the-header"),
        pytest.param(GOOD_PNG[: len(GOOD_PNG) * 6 // 10], "truncated", id="R10-in-the-data"),
        pytest.param(GOOD_PNG[:-12], "truncated", id="without-its-end"),
        pytest.param(
            png(64, 48, pictures.black_rows(64, 20)), "truncated", id="too-few-rows-inside"
        ),
        pytest.param(pictures.png_with_wrong_checksum(), "corrupt_image", id="R11-checksum"),
        pytest.param(
            pictures.png_with_wrong_stream_checksum(), "corrupt_image", id="stream-checksum"
        ),
        pytest.param(
            pictures.png_with_unfinished_stream(), "corrupt_image", id="unfinished-stream"
        ),
        pytest.param(pictures.png_with_unknown_filter(), "corrupt_image", id="unknown-filter"),
        pytest.param(pictures.png_announcing(0, 0), "invalid_dimensions", id="R12-no-size"),
        pytest.param(pictures.png_announcing(64, 0), "invalid_dimensions", id="no-height"),
        pytest.param(pictures.png_announcing(60000, 60000), "image_too_large", id="R13"),
        pytest.param(pictures.png_announcing(65535, 65535, depth=1), "image_too_large", id="R14"),
        pytest.param(pictures.png_announcing(8001, 8000), "image_too_large", id="R15-over"),
        pytest.param(pictures.png_announcing(8000, 8000), "truncated", id="R15-at-the-limit"),
        pytest.param(pictures.png_announcing(20001, 40), "image_too_large", id="long-side"),
        pytest.param(pictures.png_announcing(2**31 - 1, 40), "image_too_large", id="longest"),
        pytest.param(pictures.one_bit_giant(), "image_too_large", id="one-bit-giant"),
        pytest.param(pictures.png_with_many_texts(), "too_many_chunks", id="R17"),
        pytest.param(pictures.png_with_profile(50 * 2**20), "metadata_too_large", id="R18"),
        pytest.param(pictures.png_with_text_bomb(), "metadata_too_large", id="text-bomb"),
        pytest.param(pictures.png_with_too_much_data(), "trailing_data", id="R19"),
        pytest.param(GOOD_PNG + b"PK\3\4" + bytes(60), "trailing_data", id="R21-zip-behind"),
        pytest.param(pictures.animated_png(), "multiple_frames", id="animated"),
        pytest.param(pictures.png_announcing(64, 48, depth=3), "corrupt_image", id="three-bits"),
        pytest.param(GOOD_JPEG[: len(GOOD_JPEG) // 2], "truncated", id="R24"),
        pytest.param(GOOD_JPEG[:-2], "truncated", id="jpeg-without-end"),
        pytest.param(GOOD_JPEG[:4], "truncated", id="jpeg-cut-in-a-segment"),
        pytest.param(GOOD_JPEG + b"PK\3\4" + bytes(60), "trailing_data", id="jpeg-zip-behind"),
        pytest.param(
            pictures.jpeg_with_frame(columns=65500, rows=65500), "image_too_large", id="R25"
        ),
        pytest.param(pictures.jpeg_with_frame(rows=0), "invalid_dimensions", id="jpeg-no-height"),
        pytest.param(pictures.jpeg_with_frame(0xC3), "unsupported_encoding", id="R26-lossless"),
        pytest.param(pictures.jpeg_with_frame(0xC9), "unsupported_encoding", id="R26-arithmetic"),
        pytest.param(pictures.jpeg_with_frame(precision=12), "unsupported_encoding", id="R26-12"),
        pytest.param(pictures.jpeg_with_scans(101), "corrupt_image", id="too-many-scans"),
        pytest.param(GOOD_JPEG[:2] + GOOD_JPEG[2:-2] * 2, "corrupt_image", id="two-frames"),
        pytest.param(
            saved(Image.new("CMYK", (64, 48)), "JPEG"), "unsupported_pixel_format", id="jpeg-cmyk"
        ),
        pytest.param(saved(np.zeros((1, 1), np.uint8)), "image_too_small", id="R28"),
        pytest.param(saved(np.zeros((31, 64), np.uint8)), "image_too_small", id="31-px"),
        pytest.param(tiff(GREY, following="itself"), "corrupt_image", id="R30-loop"),
        pytest.param(pictures.two_page_tiff(), "multiple_frames", id="two-pages"),
        pytest.param(tiff(GREY, t330=(LONG, [8])), "multiple_frames", id="sub-directories"),
        pytest.param(tiff(GREY, t279=(LONG, [0xFFFFFFFF])), "corrupt_image", id="R32"),
        pytest.param(tiff(GREY, t279=(LONG, [0])), "corrupt_image", id="no-bytes"),
        pytest.param(tiff(GREY, t279=(LONG, [100])), "truncated", id="too-few-bytes"),
        pytest.param(tiff(GREY, t273=(LONG, [0xFFFFFF00])), "truncated", id="strip-outside"),
        pytest.param(tiff(GREY, t273=None), "corrupt_image", id="no-strips"),
        pytest.param(tiff(GREY, t278=(LONG, [0])), "corrupt_image", id="no-rows-per-strip"),
        pytest.param(tiff(GREY, t278=(LONG, [4])), "corrupt_image", id="too-few-strips"),
        pytest.param(pictures.tiff_bomb(), "image_too_large", id="R33"),
        pytest.param(pictures.big_tiff(), "unsupported_pixel_format", id="R35-big-tiff"),
        pytest.param(tiff(GREY.astype(np.float32)), "unsupported_pixel_format", id="R35-float32"),
        pytest.param(tiff(GREY.astype(np.int32)), "unsupported_pixel_format", id="R35-int32"),
        pytest.param(tiff(GREY.astype(np.int16)), "unsupported_pixel_format", id="R35-int16"),
        pytest.param(tiff(GREY.astype(np.int8)), "unsupported_pixel_format", id="signed-bytes"),
        pytest.param(tiff(GREY.astype(np.uint32)), "unsupported_pixel_format", id="uint32"),
        pytest.param(
            tiff(GREY, t262=(SHORT, [8])), "unsupported_pixel_format", id="lab-photometric"
        ),
        pytest.param(
            tiff(gradient(dtype=np.uint16), order=">", t262=(SHORT, [0])),
            "unsupported_pixel_format",
            id="white-is-zero-16-big-endian",
        ),
        pytest.param(tiff(GREY, t259=(SHORT, [4])), "unsupported_encoding", id="fax"),
        pytest.param(GOOD_TIFF[: len(GOOD_TIFF) // 2], "truncated", id="tiff-cut"),
        pytest.param(b"II*\0" + b"\xff" * 40, "truncated", id="directory-outside"),
        pytest.param(b"II*\0\4\0\0\0" + bytes(40), "corrupt_image", id="directory-in-the-head"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_its_code(content, code):
    assert refusal(content) == (422, code)


def test_a_damaged_compressed_tiff_is_refused():
    at = DEFLATED_TIFF.index(b"\x78")
    damaged = DEFLATED_TIFF[:at] + b"\x00" * 20 + DEFLATED_TIFF[at + 20 :]
    assert refusal(damaged) == (422, "corrupt_image")


def test_a_tag_given_twice_is_refused_because_readers_differ():
    content = bytearray(GOOD_TIFF)
    samples = content.index(struct.pack("<HHI", 277, SHORT, 1))
    struct.pack_into("<H", content, samples, 256)
    assert refusal(bytes(content)) == (422, "corrupt_image")


def test_refusing_a_giant_takes_no_memory():
    giants = [
        pictures.one_bit_giant(),
        pictures.png_announcing(60000, 60000, depth=16, colour=6),
        pictures.tiff_bomb(),
        pictures.png_with_too_much_data(),
        pictures.png_with_profile(500 * 2**20),
    ]
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for giant in giants:
        refusal(giant)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 32 * 1024


def test_the_largest_and_the_smallest_picture_pass(monkeypatch):
    monkeypatch.setattr(limits, "MAX_PIXELS", 64 * 48)
    assert check(GOOD_PNG).rows == 48
    assert refusal(saved(gradient(48, 65)))[1] == "image_too_large"
    assert check(saved(gradient(32, 32))).columns == 32


@pytest.mark.parametrize(
    ("content", "media_type"),
    [(GOOD_PNG, "image/png"), (GOOD_JPEG, "image/jpeg"), (GOOD_TIFF, "image/tiff")],
)
def test_a_good_picture_is_described(content, media_type, tmp_path):
    path = tmp_path / "film"
    path.write_bytes(content)
    with path.open("rb") as file:
        on_disk = check_images([File(file)])[0]
    image = check(content, "film")
    assert (image.media_type, image.rows, image.columns) == (media_type, 48, 64)
    assert (image.size_bytes, image.bits_stored) == (len(content), 8)
    assert on_disk.sha256 == image.sha256
    assert on_disk.pixel_sha256 == image.pixel_sha256


@pytest.mark.parametrize("level", [0, 255])
def test_a_blank_picture_is_taken(level):
    array = np.full((48, 64), level, np.uint8)
    image = check(saved(array))
    assert np.asarray(Image.open(io.BytesIO(image.preview))).mean() == pytest.approx(level, abs=2)
    deep = check(saved(array.astype(np.uint16) * 257))
    assert np.asarray(Image.open(io.BytesIO(deep.preview))).mean() == pytest.approx(level, abs=2)


@pytest.mark.parametrize(
    ("name", "is_taken"),
    [
        ("film.png", True),
        ("FILM.PNG", True),
        ("film", True),
        ("IM.0001", True),
        ("1.2.840.113619", True),
        ("", True),
        ("film.jpg", False),
        ("film.tif", False),
        ("film.dcm", False),
        ("film.html", False),
        ("film.png.exe", False),
    ],
)
def test_a_name_may_not_say_another_type(name, is_taken):
    if is_taken:
        assert check(GOOD_PNG, name).media_type == "image/png"
    else:
        assert refusal(GOOD_PNG, name) == (422, "type_mismatch")


@pytest.mark.parametrize(
    ("declared", "is_taken"),
    [
        ("image/png", True),
        ("image/x-png", True),
        ("IMAGE/PNG; name=x", True),
        ("application/octet-stream", True),
        ("", True),
        ("text/html", False),
        ("image/jpeg", False),
        ("image/svg+xml", False),
    ],
)
def test_a_declared_type_must_be_that_of_the_content(declared, is_taken):
    file = SimpleUploadedFile("film.png", GOOD_PNG, content_type=declared)
    if is_taken:
        assert check_images([file])
    else:
        with pytest.raises(DomainError) as caught:
            check_images([file])
        assert caught.value.http_status == 415
        assert caught.value.problems[0].code == "content_type_mismatch"


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\films\\x.png", "x.png"),
        ("a\r\nSet-Cookie: b.png", "aSet-Cookie: b.png"),
        ("\u202egnp.exe.png", "gnp.exe.png"),
        ("\0.png", ".png"),
        ("x" * 300 + ".png", "x" * 196 + ".png"),
    ],
)
def test_a_file_name_keeps_nothing_that_misleads(name, kept):
    file = ContentFile(GOOD_PNG)
    file.name = name
    assert check_images([file])[0].file_name == kept


def test_a_comment_and_padding_do_not_spoil_a_picture():
    assert check(pictures.jpeg_with_comment(b"<?php echo 1 ?>"))
    assert check(GOOD_JPEG + bytes(100))
    assert check(GOOD_PNG + bytes(3))


def test_nothing_of_the_metadata_is_in_the_preview():
    for content in (
        pictures.photo_taken_sideways(),
        pictures.jpeg_with_comment(b"ZZCANARYCOMMENT"),
        pictures.photo_taken_sideways("PNG"),
    ):
        preview = check(content).preview
        assert b"ZZCANARY" not in preview
        with Image.open(io.BytesIO(preview)) as image:
            assert not image.getexif()
            assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


def test_a_preview_is_small_and_windowed():
    array = gradient(1800, 2400, dtype=np.uint16) // 8 + 1000
    with Image.open(io.BytesIO(check(saved(array)).preview)) as image:
        assert image.size == (1400, 1050)
        assert image.getextrema()[0] < 5
        assert image.getextrema()[1] > 250


def test_a_refusal_names_the_picture_by_its_place():
    files = [ContentFile(GOOD_PNG, name="a.png"), ContentFile(b"x" * 50, name="Secret, Name.png")]
    with pytest.raises(DomainError) as caught:
        check_images(files)
    problem = caught.value.problems[0]
    assert problem.attr == "files.1"
    assert problem.detail.startswith("Picture 2 of 2: ")
    assert "Secret" not in problem.detail


def test_too_many_files_too_many_pixels_or_none_are_refused(monkeypatch):
    def code_of(count):
        with pytest.raises(DomainError) as caught:
            check_images([ContentFile(GOOD_PNG)] * count)
        return caught.value.http_status, caught.value.problems[0].code

    assert code_of(0) == (422, "files_required")
    assert code_of(21) == (413, "too_many_files")
    monkeypatch.setattr(limits, "MAX_PIXELS_OF_ALL_FILES", 2 * GREY.size)
    assert len(check_images([ContentFile(GOOD_PNG)] * 2)) == 2
    assert code_of(3) == (413, "payload_too_large")


def test_a_file_over_the_limit_is_refused(monkeypatch):
    monkeypatch.setattr(limits, "MAX_FILE_BYTES", len(GOOD_PNG))
    assert check(GOOD_PNG)
    monkeypatch.setattr(limits, "MAX_FILE_BYTES", len(GOOD_PNG) - 1)
    assert refusal(GOOD_PNG) == (413, "payload_too_large")


def test_every_compression_that_is_announced_as_read_is_read():
    names = {5: "tiff_lzw", 7: "jpeg", 8: "tiff_adobe_deflate", 32773: "packbits"}
    for name in names.values():
        assert check(saved(GREY, "TIFF", compression=name)).rows == 48
    assert set(names) | {1, 32946} == tiff_header.COMPRESSIONS_READ_HERE
