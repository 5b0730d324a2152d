"""Why a picture is refused, and who must act."""

from aicare.errors import DomainError


class UnreadableImage(DomainError):
    """The upload is not a picture that can be decoded. The sender must send another file."""

    http_status = 422
    code = "corrupt_image"


class UnsupportedType(DomainError):
    """The upload is of a kind that is not taken. The sender must convert it."""

    http_status = 415
    code = "unsupported_type"


class UploadTooLarge(DomainError):
    """The upload is larger than allowed. The sender must send less."""

    http_status = 413
    code = "payload_too_large"


class LengthRequired(DomainError):
    """The request does not say how long it is. The sender must send Content-Length."""

    http_status = 411
    code = "length_required"


class TooManyUploads(DomainError):
    """This person already sends several uploads. The sender must wait for one of them to end."""

    http_status = 429
    code = "too_many_uploads"
    retry_after_seconds = 2


class StorageFull(DomainError):
    """The disk is nearly full. An administrator must make room; nothing was stored."""

    http_status = 507
    type = "server_error"
    code = "storage_full"


class DamagedFile(DomainError):
    """A stored picture is missing or altered. An administrator must restore it from a backup."""

    http_status = 500
    type = "server_error"
    code = "integrity_error"
