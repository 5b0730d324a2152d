"""Walk a JPEG's segments: one frame of a kind that is read here, an end, nothing behind it.

ITU-T T.81, annex B. JPEG carries no checksums: a damaged scan may still decode.
"""

import re
import struct

from django.utils.translation import gettext as _

from imaging import limits

START_OF_FRAME = set(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
READ_HERE = {0xC0, 0xC1, 0xC2}  # baseline, extended, progressive; all Huffman
START_OF_SCAN, END_OF_IMAGE = 0xDA, 0xD9
STANDALONE = {0x01, *range(0xD0, 0xD8)}
MARKER_AFTER_SCAN = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")
# A progressive picture has about ten; each costs a pass over all of it.
MAX_SCANS = 100


def check(content) -> tuple[int, int]:
    """Return columns and rows, or raise."""
    try:
        return _walk(content)
    except (IndexError, struct.error) as error:
        raise limits.truncated() from error


def _walk(content):
    position, size, scans = 2, None, 0
    for _part in range(limits.MAX_CHUNKS):
        marker, position = _marker_at(content, position)
        if marker == END_OF_IMAGE:
            if size is None or scans == 0:
                raise limits.corrupt()
            limits.check_end(content, position)
            return size
        if marker in STANDALONE:
            continue
        length = struct.unpack_from(">H", content, position)[0]
        if length < 2 or marker in {0x00, 0xD8}:
            raise limits.corrupt()
        if position + length > len(content):
            raise limits.truncated()
        if marker in START_OF_FRAME:
            if size is not None:
                raise limits.corrupt()
            size = _frame(content, position, marker)
        position += length
        if marker == START_OF_SCAN:
            scans += 1
            position = _end_of_scan(content, position, scans, size)
    raise limits.UnreadableImage(
        _("The file consists of too many parts. Export the picture again."), code="too_many_chunks"
    )


def _marker_at(content, position):
    if content[position] != 0xFF:
        raise limits.corrupt()
    while content[position] == 0xFF:
        position += 1
    return content[position], position + 1


def _frame(content, position, marker):
    precision, rows, columns, components = struct.unpack_from(">BHHB", content, position + 2)
    limits.check_dimensions(columns, rows)
    if marker not in READ_HERE or precision != 8:
        raise limits.unsupported_encoding()
    if components not in {1, 3}:
        raise limits.unsupported_pixel_format()
    return columns, rows


def _end_of_scan(content, position, scans, size) -> int:
    if size is None or scans > MAX_SCANS:
        raise limits.corrupt()
    found = MARKER_AFTER_SCAN.search(content, position)
    if found is None:
        raise limits.truncated()
    return found.start()
