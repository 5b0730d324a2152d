"""Read a TIFF's one directory: a picture of a kind that is read here, its data inside the file.

TIFF revision 6.0, sections 2 to 8 and 14 to 22.
"""

import struct
from math import ceil

from imaging import limits

COLUMNS, ROWS, BITS, COMPRESSION, PHOTOMETRIC, FILL_ORDER = 256, 257, 258, 259, 262, 266
STRIP_OFFSETS, SAMPLES, ROWS_PER_STRIP, STRIP_BYTES, PLANES = 273, 277, 278, 279, 284
PREDICTOR, TILE_COLUMNS, TILE_ROWS, TILE_OFFSETS, TILE_BYTES = 317, 322, 323, 324, 325
SUB_DIRECTORIES, EXTRA_SAMPLES, SAMPLE_FORMAT = 330, 338, 339
READ = {
    COLUMNS, ROWS, BITS, COMPRESSION, PHOTOMETRIC, FILL_ORDER, STRIP_OFFSETS, SAMPLES,
    ROWS_PER_STRIP, STRIP_BYTES, PLANES, PREDICTOR, TILE_COLUMNS, TILE_ROWS, TILE_OFFSETS,
    TILE_BYTES, SUB_DIRECTORIES, EXTRA_SAMPLES, SAMPLE_FORMAT,
}  # fmt: skip
INTEGERS = {1: "B", 3: "H", 4: "I"}
MAX_ENTRIES, MAX_VALUES = 1_000, 300_000
NO_COMPRESSION, JPEG = 1, 7
COMPRESSIONS_READ_HERE = {NO_COMPRESSION, 5, JPEG, 8, 32773, 32946}  # LZW, JPEG, Deflate, PackBits
MAX_TILE_SIDE = 8192
WHITE_IS_ZERO, BLACK_IS_ZERO, RGB, PALETTE, YCBCR = 0, 1, 2, 3, 6


def check(content) -> tuple[int, int]:
    """Return columns and rows, or raise."""
    if content[:4] in {b"II+\0", b"MM\0+"}:
        raise limits.unsupported_pixel_format()
    try:
        tags = _directory(content)
    except struct.error as error:
        raise limits.truncated() from error
    columns, rows = _one(tags, COLUMNS), _one(tags, ROWS)
    limits.check_dimensions(columns, rows)
    if SUB_DIRECTORIES in tags:
        raise limits.multiple_frames()
    if _one(tags, COMPRESSION, 1) not in COMPRESSIONS_READ_HERE or _one(tags, FILL_ORDER, 1) != 1:
        raise limits.unsupported_encoding()
    bits = _pixel_bits(tags, is_little_endian=content[:2] == b"II")
    _check_data(tags, columns, rows, bits, len(content))
    return columns, rows


def _directory(content) -> dict[int, tuple[int, ...]]:
    """Return the values of the tags that matter here."""
    order = "<" if content[:2] == b"II" else ">"
    offset = struct.unpack_from(order + "I", content, 4)[0]
    if offset < 8:
        raise limits.corrupt()
    count = struct.unpack_from(order + "H", content, offset)[0]
    if not 0 < count <= MAX_ENTRIES:
        raise limits.corrupt()
    tags = {}
    for entry in range(offset + 2, offset + 2 + 12 * count, 12):
        tag, kind, length = struct.unpack_from(order + "HHI", content, entry)
        if tag not in READ:
            continue
        # Readers differ in which of two they believe.
        if tag in tags or kind not in INTEGERS or not 0 < length <= MAX_VALUES:
            raise limits.corrupt()
        code = f"{order}{length}{INTEGERS[kind]}"
        place = entry + 8
        if struct.calcsize(code) > 4:
            place = struct.unpack_from(order + "I", content, place)[0]
        tags[tag] = struct.unpack_from(code, content, place)
    following = struct.unpack_from(order + "I", content, offset + 2 + 12 * count)[0]
    if following == offset:
        raise limits.corrupt()
    if following:
        raise limits.multiple_frames()
    return tags


def _one(tags, tag, default=None) -> int:
    values = tags.get(tag, (default,))
    if len(values) != 1 or values[0] is None:
        raise limits.corrupt()
    return values[0]


def _pixel_bits(tags, *, is_little_endian) -> tuple[int, ...]:
    """Return the bits of each sample of a pixel, or raise if such pixels are not read here."""
    samples = _one(tags, SAMPLES, 1)
    bits = tags.get(BITS, (1,))
    if len(bits) == 1 and samples <= 8:
        bits = bits * samples
    colours = {WHITE_IS_ZERO: 1, BLACK_IS_ZERO: 1, RGB: 3, PALETTE: 1, YCBCR: 3}
    photometric = _one(tags, PHOTOMETRIC)
    extra = len(tags.get(EXTRA_SAMPLES, ()))
    is_known = (
        photometric in colours
        and len(bits) == samples
        and samples in {colours[photometric], colours[photometric] + 1}
        and samples - colours[photometric] == extra
        and len(set(bits)) == 1
        and set(tags.get(SAMPLE_FORMAT, (1,))) == {1}
        and _one(tags, PREDICTOR, 1) in {1, 2}
        and bits[0] in _allowed_depths(photometric, samples, is_little_endian)
    )
    if not is_known or (photometric == YCBCR and _one(tags, COMPRESSION, 1) != JPEG):
        raise limits.unsupported_pixel_format()
    return bits


def _allowed_depths(photometric, samples, is_little_endian) -> set[int]:
    if photometric == PALETTE:
        return {1, 2, 4, 8} if samples == 1 else set()
    if photometric == RGB:
        return {8, 16}
    if photometric == YCBCR or samples > 1:
        return {8} if photometric != WHITE_IS_ZERO and samples in {2, 3} else set()
    # Pillow reads 16-bit white-is-zero in one byte order only.
    if photometric == WHITE_IS_ZERO and not is_little_endian:
        return {1, 2, 4, 8}
    return {1, 2, 4, 8, 16}


def _check_data(tags, columns, rows, bits, file_size) -> None:
    """Raise unless the pieces of the picture are as many and as long as its size asks for."""
    is_planar = _one(tags, PLANES, 1) == 2
    if TILE_OFFSETS in tags:
        width, height = _one(tags, TILE_COLUMNS), _one(tags, TILE_ROWS)
        if not (16 <= width <= MAX_TILE_SIDE and 16 <= height <= MAX_TILE_SIDE):
            raise limits.corrupt()
        pieces = ceil(columns / width) * ceil(rows / height)
        offsets, lengths = tags[TILE_OFFSETS], tags.get(TILE_BYTES, ())
    else:
        width, height = columns, min(_one(tags, ROWS_PER_STRIP, rows), rows)
        if height == 0:
            raise limits.corrupt()
        pieces = ceil(rows / height)
        offsets, lengths = tags.get(STRIP_OFFSETS, ()), tags.get(STRIP_BYTES, ())
    if is_planar:
        pieces *= len(bits)
    if len(offsets) != pieces or len(lengths) != pieces or 0 in lengths:
        raise limits.corrupt()
    row_bits = width * (bits[0] if is_planar else sum(bits))
    piece_bytes = height * ceil(row_bits / 8)
    # Compression may make data longer, but not by this much.
    if max(lengths) > 2 * piece_bytes + 4096:
        raise limits.corrupt()
    if any(start + length > file_size for start, length in zip(offsets, lengths, strict=True)):
        raise limits.truncated()
    if _one(tags, COMPRESSION, 1) == NO_COMPRESSION:
        plane = columns * (bits[0] if is_planar else sum(bits))
        needed = rows * ceil(plane / 8) * (len(bits) if is_planar else 1)
        if sum(lengths) < needed:
            raise limits.truncated()
