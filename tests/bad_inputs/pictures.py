"""Pictures, good and bad, as pure functions that return bytes; nothing hostile lies in a file."""

import io
import struct
import zlib

import numpy as np
from PIL import Image

SIGNATURE = b"\x89PNG\r\n\x1a\n"


def gradient(rows=48, columns=64, *, channels=1, dtype=np.uint8, seed=0) -> np.ndarray:
    """Return a smooth, asymmetric picture over the whole range of ``dtype``; ``seed`` varies it."""
    across = np.linspace(0, 1, columns)[None, :, None] ** (1 + seed % 7)
    down = np.linspace(0, 1, rows)[:, None, None]
    plane = (2 * across + down * (1 + np.arange(channels)) / channels) / 3
    array = (plane * np.iinfo(dtype).max).astype(dtype)
    array[: rows // 8, : columns // 8] = 0
    array[0, 0] = (seed * 37) % 251
    return array[..., 0] if channels == 1 else array


def saved(array, kind="PNG", **options) -> bytes:
    """Return ``array`` or a Pillow image as Pillow saves it."""
    image = array if isinstance(array, Image.Image) else Image.fromarray(array)
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def good_png(seed=0, **shape) -> bytes:
    return saved(gradient(seed=seed, **shape))


def good_jpeg(seed=0, **options) -> bytes:
    return saved(gradient(seed=seed), "JPEG", quality=95, **options)


def good_tiff(seed=0, **options) -> bytes:
    return saved(gradient(seed=seed), "TIFF", **options)


# --- PNG ------------------------------------------------------------------------------------------


def png_chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png_head(columns, rows, *, depth=8, colour=0, interlace=0) -> bytes:
    return png_chunk(
        b"IHDR", struct.pack(">IIBBBBB", columns, rows, depth, colour, 0, 0, interlace)
    )


def png(columns, rows, raw: bytes, *, before=b"", after=b"", depth=8, colour=0) -> bytes:
    """Return a PNG of the filtered rows ``raw``, with other chunks before and after the picture."""
    return (
        SIGNATURE
        + png_head(columns, rows, depth=depth, colour=colour)
        + before
        + png_chunk(b"IDAT", zlib.compress(raw, 9))
        + after
        + png_chunk(b"IEND", b"")
    )


def black_rows(columns, rows, *, bits=8) -> bytes:
    return bytes(1 + -(-columns * bits // 8)) * rows


def png_announcing(columns, rows, *, depth=8, colour=0) -> bytes:
    """Return a PNG whose header says a size that its data has not."""
    return png(columns, rows, b"\0" * 100, depth=depth, colour=colour)


def one_bit_giant(side=20_000) -> bytes:
    """Return a complete one-bit PNG: some fifty kilobytes that decode to hundreds of megabytes."""
    squeeze = zlib.compressobj(9)
    row = bytes(1 + side // 8)
    data = b"".join(squeeze.compress(row) for _ in range(side)) + squeeze.flush()
    return (
        SIGNATURE
        + png_head(side, side, depth=1)
        + png_chunk(b"IDAT", data)
        + png_chunk(b"IEND", b"")
    )


def png_with_wrong_checksum() -> bytes:
    content = bytearray(good_png())
    at = content.index(b"IDAT")
    length = struct.unpack_from(">I", content, at - 4)[0]
    content[at + 4 + length] ^= 0xFF
    return bytes(content)


def png_with_wrong_stream_checksum() -> bytes:
    """Return a PNG whose chunks are right and whose compressed stream is not."""
    data = bytearray(zlib.compress(black_rows(64, 48)))
    data[-1] ^= 0xFF
    return SIGNATURE + png_head(64, 48) + png_chunk(b"IDAT", bytes(data)) + png_chunk(b"IEND", b"")


def png_with_unfinished_stream() -> bytes:
    """Return a PNG with all its pixels, whose compressed stream has lost its own checksum."""
    data = zlib.compress(black_rows(64, 48))[:-4]
    return SIGNATURE + png_head(64, 48) + png_chunk(b"IDAT", data) + png_chunk(b"IEND", b"")


def png_with_unknown_filter() -> bytes:
    return png(64, 48, (b"\x09" + bytes(64)) * 48)


def png_with_many_texts(count=200_000) -> bytes:
    return png(64, 48, black_rows(64, 48), before=png_chunk(b"tEXt", b"a\0b") * count)


def png_with_profile(inflated_bytes) -> bytes:
    profile = b"icc\0\0" + zlib.compress(bytes(inflated_bytes), 9)
    return png(64, 48, black_rows(64, 48), before=png_chunk(b"iCCP", profile))


def png_with_text_bomb() -> bytes:
    text = b"Comment\0\0" + zlib.compress(bytes(300 * 2**20), 9)
    return png(64, 48, black_rows(64, 48), before=png_chunk(b"zTXt", text))


def png_with_too_much_data(extra_bytes=500 * 2**20) -> bytes:
    squeeze = zlib.compressobj(9)
    data = squeeze.compress(black_rows(64, 48))
    piece = bytes(2**20)
    data += b"".join(squeeze.compress(piece) for _ in range(extra_bytes // len(piece)))
    data += squeeze.flush()
    return SIGNATURE + png_head(64, 48) + png_chunk(b"IDAT", data) + png_chunk(b"IEND", b"")


def animated_png() -> bytes:
    frames = [Image.fromarray(gradient(seed=seed)) for seed in (1, 2)]
    return saved(frames[0], save_all=True, append_images=frames[1:])


# --- JPEG -----------------------------------------------------------------------------------------


def jpeg_frame_at(content: bytes) -> int:
    """Return the position of the start-of-frame marker."""
    return min(at for at in (content.find(b"\xff\xc0"), content.find(b"\xff\xc2")) if at >= 0)


def jpeg_with_frame(marker=None, *, precision=None, columns=None, rows=None) -> bytes:
    """Return a JPEG whose frame header lies."""
    content = bytearray(good_jpeg())
    at = jpeg_frame_at(content)
    if marker is not None:
        content[at + 1] = marker
    if precision is not None:
        content[at + 4] = precision
    if rows is not None:
        struct.pack_into(">H", content, at + 5, rows)
    if columns is not None:
        struct.pack_into(">H", content, at + 7, columns)
    return bytes(content)


def jpeg_with_comment(text: bytes) -> bytes:
    content = good_jpeg()
    return content[:2] + b"\xff\xfe" + struct.pack(">H", len(text) + 2) + text + content[2:]


def jpeg_with_scans(count) -> bytes:
    """Return a progressive JPEG that repeats its last scan until it has very many."""
    content = good_jpeg(progressive=True)
    last = content.rindex(b"\xff\xda")
    scan = content[last:-2]
    return content[:-2] + scan * count + content[-2:]


def photo_taken_sideways(kind="JPEG", orientation=6, **options) -> bytes:
    """Return a picture with an orientation, a place and an author in its EXIF data."""
    exif = Image.Exif()
    exif[274] = orientation
    exif[315] = "ZZCANARYAUTHOR"
    exif.get_ifd(34853)[1] = "N"
    return saved(gradient(), kind, exif=exif, **options)


# --- TIFF -----------------------------------------------------------------------------------------

SHORT, LONG = 3, 4
PACK = {SHORT: "H", LONG: "I"}


def tiff(array, *, order="<", following=0, trailing=b"", **tags) -> bytes:
    """Return an uncompressed TIFF of one strip.

    ``tags`` (such as ``t258=(SHORT, [8])``) override what is written; None leaves a tag out.
    """
    array = np.ascontiguousarray(array)
    data = array.astype(array.dtype.newbyteorder(order)).tobytes()
    samples = 1 if array.ndim == 2 else array.shape[2]
    start = 8
    entries = {
        256: (LONG, [array.shape[1]]),
        257: (LONG, [array.shape[0]]),
        258: (SHORT, [8 * array.dtype.itemsize] * samples),
        259: (SHORT, [1]),
        262: (SHORT, [2 if samples == 3 else 1]),
        273: (LONG, [start]),
        277: (SHORT, [samples]),
        278: (LONG, [array.shape[0]]),
        279: (LONG, [len(data)]),
        339: (SHORT, [{"u": 1, "i": 2, "f": 3}[array.dtype.kind]] * samples),
    }
    entries |= {int(name[1:]): value for name, value in tags.items()}
    entries = sorted((tag, value) for tag, value in entries.items() if value)
    directory_at = start + len(data) + len(data) % 2
    values_at = directory_at + 2 + 12 * len(entries) + 4
    directory, values = struct.pack(order + "H", len(entries)), b""
    for tag, (kind, numbers) in entries:
        packed = struct.pack(f"{order}{len(numbers)}{PACK[kind]}", *numbers)
        if len(packed) > 4:
            place = struct.pack(order + "I", values_at + len(values))
            values += packed
        else:
            place = packed.ljust(4, b"\0")
        directory += struct.pack(order + "HHI", tag, kind, len(numbers)) + place
    following = directory_at if following == "itself" else following
    mark = b"II*\0" if order == "<" else b"MM\0*"
    return (
        mark
        + struct.pack(order + "I", directory_at)
        + data
        + b"\0" * (len(data) % 2)
        + directory
        + struct.pack(order + "I", following)
        + values
        + trailing
    )


def big_tiff() -> bytes:
    return b"II+\0" + struct.pack("<HHQ", 8, 0, 16) + bytes(64)


def two_page_tiff() -> bytes:
    pages = [Image.fromarray(gradient(seed=seed)) for seed in (1, 2)]
    return saved(pages[0], "TIFF", save_all=True, append_images=pages[1:])


def tiff_bomb(side=50_000) -> bytes:
    """Return a TIFF that announces a giant, in strips of one well-packed row each."""
    return tiff(
        gradient(),
        t256=(LONG, [side]),
        t257=(LONG, [side]),
        t259=(SHORT, [8]),
    )


# --- Other kinds ----------------------------------------------------------------------------------


def other_formats() -> dict[str, bytes]:
    """Return valid files of kinds that are not taken."""
    grey = gradient()
    kinds = ("GIF", "BMP", "WEBP", "ICO", "PDF", "TGA", "PPM", "JPEG2000")
    return {kind: saved(grey, kind) for kind in kinds} | {
        "PSD": b"8BPS\0\1" + bytes(200),
        "EPS": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 64 48\n" + b"\n" * 200,
        "SVG": b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"></svg>' + b" " * 200,
        "HTML": b"<!doctype html><script>alert(1)</script>" + b" " * 200,
        "text": b"hello" * 100,
        "zip": b"PK\3\4" + bytes(200),
        "empty zip": b"PK\5\6" + bytes(18),
        "DICOM": bytes(128) + b"DICM" + bytes(200),
        "gzip": b"\x1f\x8b\x08" + bytes(200),
        "one byte": b"\x89",
    }
