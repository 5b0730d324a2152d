"""Receive pictures over HTTP: bounded while they stream in, nameless until they are checked."""

import contextlib
import tempfile
import threading
from collections import Counter
from collections.abc import Iterator

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest
from django.utils.translation import gettext as _

from aicare.errors import DomainError
from imaging import limits, storage
from imaging.errors import LengthRequired, TooManyUploads, UnsupportedType, UploadTooLarge

UPLOADS_AT_ONCE = 3
WAIT_FOR_A_PLACE_SECONDS = 1
LONGEST_BOUNDARY = 200
PIECE = 64 * 1024


class BadMultipart(DomainError):
    """The body is not the form that it says it is. The sending program must be corrected."""

    http_status = 400
    code = "bad_multipart"

    def __init__(self):
        super().__init__(_("The body is not a complete multipart form. Send it again."))


def expect_pictures(request: HttpRequest) -> None:
    """Put the limits in place, before anything reads the body."""
    body = WatchedBody(request._stream, _length_of(request))
    request._stream = body
    request.upload_handlers = [PictureUploadHandler(request, body)]


def check_is_readable(request: HttpRequest) -> None:
    """Raise if the body comes in a way in which it is not read here."""
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise UnsupportedType(
            _("Send the body as it is, without Content-Encoding."),
            code="content_encoding_not_supported",
        )
    if "chunked" in request.headers.get("Transfer-Encoding", "").lower():
        raise LengthRequired(_("Send the length of the body as Content-Length."))


def _length_of(request: HttpRequest) -> int:
    said = str(request.META.get("CONTENT_LENGTH", ""))
    return int(said) if said.isascii() and said.isdigit() else 0


def read_to_the_end(request: HttpRequest) -> None:
    """Throw away what a refusal left unread: a sender who is cut off never sees the reason.

    Not where the sender waits to be told to go on, nor what is too large to be waited for.
    """
    body = getattr(request, "_stream", None)
    if not isinstance(body, WatchedBody) or "Expect" in request.headers:
        return
    with contextlib.suppress(OSError):
        while body.count < body.length <= limits.MAX_REQUEST_BYTES and body.read(PIECE):
            pass


class WatchedBody:
    """The body of a request, remembering how much was read and how it ended.

    Django's parser takes a body that breaks off for a whole one.
    """

    def __init__(self, stream, length: int):
        self.stream = stream
        self.length = length
        self.count = 0
        self.tail = b""

    def read(self, *args):
        data = self.stream.read(*args)
        self.count += len(data)
        self.tail = (self.tail + data[-LONGEST_BOUNDARY:])[-LONGEST_BOUNDARY:]
        return data

    def readline(self, *args):
        # Django reads to the end by lines; a body of one endless line must not fill the memory.
        return self.read(PIECE)

    def close(self):
        self.stream.close()


class PictureUploadHandler(FileUploadHandler):
    """Write each file to a nameless temporary file; whatever ends the process removes it."""

    def __init__(self, request, body: WatchedBody):
        super().__init__(request)
        self.body = body
        self.files = 0
        self.file = None

    def handle_raw_input(self, input_data, META, content_length, boundary, encoding=None):  # noqa: N803
        if content_length > limits.MAX_REQUEST_BYTES:
            most = {"size": limits.MAX_REQUEST_BYTES // limits.MEBIBYTE}
            raise UploadTooLarge(_("Send at most %(size)d MiB at once.") % most)
        self.boundary = boundary
        # Once as it comes in, once where it stays.
        storage.require_space(2 * content_length)

    def new_file(self, *args, **kwargs):
        super().new_file(*args, **kwargs)
        self.files += 1
        if self.files > limits.MAX_FILES:
            raise limits.too_many_files()
        self.file = tempfile.TemporaryFile(dir=settings.FILE_UPLOAD_TEMP_DIR)  # noqa: SIM115

    def receive_data_chunk(self, raw_data, start):
        if start + len(raw_data) > limits.MAX_FILE_BYTES:
            raise limits.file_too_large()
        with storage.full_disk_is_said():
            self.file.write(raw_data)

    def file_complete(self, file_size):
        with storage.full_disk_is_said():
            self.file.flush()
        self.file.seek(0)
        file, self.file = self.file, None
        return UploadedFile(file, self.file_name, self.content_type, file_size, self.charset)

    def upload_complete(self):
        ends_well = b"--" + self.boundary + b"--" in self.body.tail
        if self.body.count < self.body.length or not ends_well:
            raise BadMultipart

    def upload_interrupted(self):
        if self.file:
            self.file.close()


class _Places:
    """How many uploads each person has in this process at the moment."""

    def __init__(self):
        self.taken = Counter()
        self.changed = threading.Condition()

    @contextlib.contextmanager
    def one_for(self, user) -> Iterator[None]:
        """Hold one of the person's places; wait a moment for one, then raise TooManyUploads."""
        with self.changed:
            if not self.changed.wait_for(
                lambda: self.taken[user.pk] < UPLOADS_AT_ONCE, WAIT_FOR_A_PLACE_SECONDS
            ):
                raise TooManyUploads(
                    _("You are already sending %(count)d uploads. Wait for one to end.")
                    % {"count": UPLOADS_AT_ONCE}
                )
            self.taken[user.pk] += 1
        try:
            yield
        finally:
            with self.changed:
                self.taken[user.pk] -= 1
                if not self.taken[user.pk]:
                    del self.taken[user.pk]
                self.changed.notify_all()


uploads = _Places()
