"""How large an upload may be, and the checks of those sizes."""

from django.utils.translation import gettext as _

from imaging.errors import UnreadableImage, UnsupportedType, UploadTooLarge

MEBIBYTE = 1024 * 1024
MAX_FILE_BYTES = 64 * MEBIBYTE
MAX_REQUEST_BYTES = 256 * MEBIBYTE
MAX_FILES = 20
MAX_PIXELS = 64_000_000
MAX_PIXELS_OF_ALL_FILES = 4 * MAX_PIXELS
MAX_SIDE = 20_000
MIN_SIDE = 32
MAX_METADATA_BYTES = MEBIBYTE
MAX_CHUNKS = 1_000


def check_dimensions(columns: int, rows: int) -> None:
    """Raise unless a picture of this size may be decoded; called before anything is decoded."""
    if columns == 0 or rows == 0:
        raise UnreadableImage(
            _("The picture has no width or no height."), code="invalid_dimensions"
        )
    if max(columns, rows) > MAX_SIDE or columns * rows > MAX_PIXELS:
        raise UnreadableImage(
            _(
                "The picture is larger than %(megapixels)d megapixels or %(side)d pixels a side. "
                "Send a smaller export."
            )
            % {"megapixels": MAX_PIXELS // 1_000_000, "side": MAX_SIDE},
            code="image_too_large",
        )
    if min(columns, rows) < MIN_SIDE:
        raise UnreadableImage(
            _("The picture is smaller than %(side)d pixels. Send the full picture, not an icon.")
            % {"side": MIN_SIDE},
            code="image_too_small",
        )


def too_many_files() -> UploadTooLarge:
    text = _("Send at most %(count)d pictures at once.") % {"count": MAX_FILES}
    return UploadTooLarge(text, code="too_many_files")


def file_too_large() -> UploadTooLarge:
    most = {"size": MAX_FILE_BYTES // MEBIBYTE}
    return UploadTooLarge(_("A picture may have at most %(size)d MiB.") % most)


def truncated() -> UnreadableImage:
    return UnreadableImage(
        _("The file ends before the picture does. Copy or export it again."), code="truncated"
    )


def corrupt() -> UnreadableImage:
    return UnreadableImage(_("The file is damaged. Copy or export it again."), code="corrupt_image")


def trailing_data() -> UnreadableImage:
    return UnreadableImage(
        _("The file holds other data behind the picture. Export the picture alone."),
        code="trailing_data",
    )


def multiple_frames() -> UnreadableImage:
    return UnreadableImage(
        _("The file holds several pictures. Send each as a file of its own."),
        code="multiple_frames",
    )


def unsupported_encoding() -> UnreadableImage:
    return UnreadableImage(
        _("The picture is compressed in a way that is not read here. Save it as an ordinary PNG."),
        code="unsupported_encoding",
    )


def unsupported_pixel_format() -> UnreadableImage:
    return UnreadableImage(
        _(
            "The kind of pixels is not read here: only grey and RGB with 8 or 16 bits, unsigned. "
            "Convert the picture without changing its contrast."
        ),
        code="unsupported_pixel_format",
    )


def unsupported_type(detail: str) -> UnsupportedType:
    return UnsupportedType(detail, code="unsupported_type")


def check_end(content, end: int) -> None:
    """Raise if anything but zero bytes follows the picture's end; writers pad with zeros."""
    if len(content) - end > MAX_METADATA_BYTES or content[end:].strip(b"\0"):
        raise trailing_data()
