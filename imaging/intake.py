"""From bytes to checked pictures: nothing is kept or queued that did not pass here."""

import contextlib
import hashlib
import io
import mimetypes
import mmap
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from django.core.files.base import File
from django.utils.translation import gettext as _

from aicare.errors import DomainError
from imaging import limits
from imaging.errors import UnreadableImage, UnsupportedType, UploadTooLarge
from imaging.headers import check_header
from imaging.pixels import decode_file
from imaging.rendering import make_preview

# Decoding takes memory by the hundred megabytes: so many at once in a process, others wait.
DECODERS = threading.BoundedSemaphore(2)
MAX_FILE_NAME = 200
MAGIC = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"II*\0", "image/tiff"),
    (b"MM\0*", "image/tiff"),
    (b"II+\0", "image/tiff"),
    (b"MM\0+", "image/tiff"),
)
EXTENSIONS = {"image/png": ".png", "image/jpeg": ".jpg", "image/tiff": ".tif"}
SAME_TYPE = {"image/jpg": "image/jpeg", "image/pjpeg": "image/jpeg", "image/x-png": "image/png"}
UNDECLARED = {"", "application/octet-stream", "binary/octet-stream"}
# Built-in knowledge only: what the machine's own tables say must not decide.
KNOWN_EXTENSIONS = mimetypes.MimeTypes()
KNOWN_EXTENSIONS.add_type("image/jpeg", ".jfif")
KNOWN_EXTENSIONS.add_type("application/dicom", ".dcm")


@dataclass(frozen=True)
class CheckedImage:
    """A picture that can be decoded; sizes and digests are those of the upright pixels."""

    file: File
    file_name: str
    media_type: str
    size_bytes: int
    sha256: str
    rows: int
    columns: int
    photometric_interpretation: str
    bits_stored: int
    pixel_sha256: str
    preview: bytes

    @property
    def extension(self) -> str:
        return EXTENSIONS[self.media_type]

    @property
    def preview_sha256(self) -> str:
        return hashlib.sha256(self.preview).hexdigest()


def check_images(files: Sequence[File]) -> list[CheckedImage]:
    """Return the pictures in ``files`` in their order, or raise if any of them is refused.

    ``files`` are Django files (``SimpleUploadedFile``, ``ContentFile``, ``File(open(…, "rb"))``).
    All headers are read before the first picture is decoded.
    """
    if not files:
        raise UnreadableImage(
            _("Choose at least one picture."), code="files_required", attr="files"
        )
    if len(files) > limits.MAX_FILES:
        raise limits.too_many_files()
    headers, pixels = [], 0
    for number, file in enumerate(files):
        with _naming(number, len(files)):
            media_type, columns, rows = _check_before_decoding(file)
            headers.append(media_type)
            pixels += columns * rows
    if pixels > limits.MAX_PIXELS_OF_ALL_FILES:
        most = {"megapixels": limits.MAX_PIXELS_OF_ALL_FILES // 1_000_000}
        raise UploadTooLarge(_("Send at most %(megapixels)d megapixels at once.") % most)
    images = []
    for number, (file, media_type) in enumerate(zip(files, headers, strict=True)):
        with _naming(number, len(files)):
            images.append(_decode_once(file, media_type))
    return images


def place_among(number: int, count: int) -> str:
    """Return what stands before the text of a refusal: which of several pictures it is about."""
    if count == 1:
        return ""
    return _("Picture %(number)d of %(count)d: ") % {"number": number + 1, "count": count}


@contextlib.contextmanager
def _naming(number: int, count: int) -> Iterator[None]:
    """Say which file a refusal is about, by its place: names may tell of patients."""
    try:
        yield
    except DomainError as error:
        where = place_among(number, count)
        error.problems = tuple(
            replace(problem, detail=where + problem.detail, attr=f"files.{number}")
            for problem in error.problems
        )
        raise


def _check_before_decoding(file: File) -> tuple[str, int, int]:
    if file.size > limits.MAX_FILE_BYTES:
        raise limits.file_too_large()
    with _content(file) as content:
        media_type = _type_of(content)
        _check_name(file.name or "", media_type)
        _check_declared(getattr(file, "content_type", None) or "", media_type)
        return media_type, *check_header(content, media_type)


@contextlib.contextmanager
def _content(file: File):
    """Give the file's bytes, mapped instead of read where the file lies on a disk."""
    if file.size == 0:
        raise UnreadableImage(_("The file is empty."), code="empty_file")
    try:
        descriptor = file.fileno()
    except (AttributeError, io.UnsupportedOperation):
        file.seek(0)
        yield file.read()
        return
    with mmap.mmap(descriptor, 0, access=mmap.ACCESS_READ) as content:
        yield content


def _type_of(content) -> str:
    start = content[:132]
    for magic, media_type in MAGIC:
        if start.startswith(magic):
            return media_type
    if start[128:132] == b"DICM":
        raise limits.unsupported_type(
            _("DICOM files are not taken yet. Send the picture as PNG, JPEG or TIFF.")
        )
    if start.startswith(b"PK\3\4"):
        raise limits.unsupported_type(
            _("Archives are not taken yet. Send the pictures themselves, several at once.")
        )
    raise limits.unsupported_type(_("The file is not a picture of type PNG, JPEG or TIFF."))


def _check_name(name: str, media_type: str) -> None:
    by_name = KNOWN_EXTENSIONS.guess_type(f"file.{name.rpartition('.')[2]}")[0]
    if "." in name and by_name not in {None, media_type}:
        raise UnreadableImage(
            _("The file's name says another type than its content. Send the original file."),
            code="type_mismatch",
        )


def _check_declared(declared: str, media_type: str) -> None:
    declared = declared.partition(";")[0].strip().lower()
    if declared not in UNDECLARED and SAME_TYPE.get(declared, declared) != media_type:
        raise UnsupportedType(
            _("The declared type differs from the file's content."), code="content_type_mismatch"
        )


def _decode_once(file: File, media_type: str) -> CheckedImage:
    with DECODERS:
        pixels = decode_file(file, media_type)
        rows, columns = pixels.array.shape[:2]
        # Orientation swaps the sides; it must not let a picture past the limits.
        limits.check_dimensions(columns, rows)
        file.seek(0)
        return CheckedImage(
            file=file,
            file_name=_printable(file.name or ""),
            media_type=media_type,
            size_bytes=file.size,
            sha256=hashlib.file_digest(file, "sha256").hexdigest(),
            rows=rows,
            columns=columns,
            photometric_interpretation=pixels.photometric_interpretation,
            bits_stored=pixels.bits_stored,
            pixel_sha256=pixels.sha256,
            preview=make_preview(pixels.array),
        )


def _printable(name: str) -> str:
    """Return the last part of a sender's file name, without what could mislead a reader."""
    last = name.replace("\\", "/").rpartition("/")[2]
    return "".join(letter for letter in last if letter.isprintable())[-MAX_FILE_NAME:]
