"""Walk a PNG's chunks: sizes, checksums, one picture, data exactly as long as announced.

The picture data is inflated here once, in pieces that are thrown away, because libpng's checks
come too late: a stream that ends early or inflates to more than the picture must be refused
before memory is taken for it. PNG specification, third edition, chapters 5, 8 and 11.
"""

import struct
import zlib

from django.utils.translation import gettext as _

from imaging import limits

# Colour type: samples per pixel, allowed bits per sample.
KINDS = {
    0: (1, {1, 2, 4, 8, 16}),
    2: (3, {8, 16}),
    3: (1, {1, 2, 4, 8}),
    4: (2, {8, 16}),
    6: (4, {8, 16}),
}
# Adam7: first column, first row, column step, row step of each pass.
PASSES = (
    (0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4),
    (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2),
)  # fmt: skip
PIECE = 64 * 1024
MAX_DATA_CHUNKS = 100_000


def check(content) -> tuple[int, int]:
    """Return columns and rows, or raise."""
    if len(content) < 33:
        raise limits.truncated()
    columns, rows, pixel_bits, is_interlaced = _head(content)
    limits.check_dimensions(columns, rows)
    picture = _PictureData(_inflated_size(columns, rows, pixel_bits, is_interlaced))
    end = _walk(content, picture)
    picture.check_complete()
    limits.check_end(content, end)
    return columns, rows


def _head(content):
    length, name, columns, rows, depth, colour, compression, filtering, interlace = (
        struct.unpack_from(">I4sIIBBBBB", content, 8)
    )
    if length != 13 or name != b"IHDR" or depth not in KINDS.get(colour, (0, set()))[1]:
        raise limits.corrupt()
    if compression or filtering or interlace > 1:
        raise limits.unsupported_encoding()
    return columns, rows, KINDS[colour][0] * depth, interlace == 1


def _inflated_size(columns, rows, pixel_bits, is_interlaced) -> int:
    sizes = [(columns, rows)]
    if is_interlaced:
        sizes = [
            (-(-(columns - left) // across), -(-(rows - top) // down))
            for left, top, across, down in PASSES
        ]
    # Each row of a pass starts with one byte that names its filter.
    return sum(
        height * (1 + -(-width * pixel_bits // 8))
        for width, height in sizes
        if width > 0 and height > 0
    )


def _walk(content, picture) -> int:
    """Check every chunk up to IEND and return the position behind it."""
    position, others, data_chunks = 8, 0, 0
    while True:
        if position + 12 > len(content):
            raise limits.truncated()
        length, name = struct.unpack_from(">I4s", content, position)
        start, position = position + 8, position + 12 + length
        if position > len(content):
            raise limits.truncated()
        is_data = name == b"IDAT"
        data_chunks, others = data_chunks + is_data, others + (not is_data)
        if others > limits.MAX_CHUNKS or data_chunks > MAX_DATA_CHUNKS:
            raise limits.UnreadableImage(
                _("The file consists of too many parts. Export the picture again."),
                code="too_many_chunks",
            )
        _check_chunk(content, name, start, position - 4, picture)
        if name == b"IEND":
            return position


def _check_chunk(content, name, start, end, picture) -> None:
    if name == b"acTL":
        raise limits.multiple_frames()
    if name in {b"iCCP", b"zTXt", b"iTXt"} or (name != b"IDAT" and end - start > PIECE):
        _check_metadata(content[start : min(end, start + limits.MAX_METADATA_BYTES + 1)], name)
    checksum = zlib.crc32(name)
    for piece_start in range(start, end, PIECE):
        piece = content[piece_start : min(end, piece_start + PIECE)]
        checksum = zlib.crc32(piece, checksum)
        if name == b"IDAT":
            picture.take(piece)
    if checksum != struct.unpack_from(">I", content, end)[0]:
        raise limits.corrupt()


def _check_metadata(data: bytes, name: bytes) -> None:
    """Refuse metadata that is large or inflates to something large; what it says is not used."""
    is_bomb = False
    if name != b"tEXt":
        keyword, _end, rest = data.partition(b"\0")
        if name == b"iTXt":
            rest = rest[1:].split(b"\0", 2)[-1]
        try:
            inflated = zlib.decompressobj().decompress(rest[1:], limits.MAX_METADATA_BYTES + 1)
            is_bomb = len(inflated) > limits.MAX_METADATA_BYTES
        except zlib.error:
            is_bomb = False  # plain text, or a profile that nothing will read
    if is_bomb or len(data) > limits.MAX_METADATA_BYTES:
        raise limits.UnreadableImage(
            _("The file carries too much besides the picture. Export it without metadata."),
            code="metadata_too_large",
        )


class _PictureData:
    """Count what the picture's data inflates to, holding no more than a piece of it."""

    def __init__(self, expected: int):
        self.expected = expected
        self.count = 0
        self.inflater = zlib.decompressobj()

    def take(self, piece: bytes) -> None:
        while piece:
            if self.inflater.eof:
                raise limits.trailing_data()
            try:
                self.count += len(self.inflater.decompress(piece, 16 * PIECE))
            except zlib.error as error:
                raise limits.corrupt() from error
            if self.count > self.expected or self.inflater.unused_data:
                raise limits.trailing_data()
            piece = self.inflater.unconsumed_tail

    def check_complete(self) -> None:
        if self.count < self.expected:
            raise limits.truncated()
        if not self.inflater.eof:
            raise limits.corrupt()
