"""Errors that say who must act; their text may be shown to the user and holds no patient data."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Suggestion:
    """The likely correction of one field, as the caller would send it."""

    field: str
    value: str
    unit: str


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong or in question: a stable code, a sentence, the field it is about."""

    code: str
    detail: str
    attr: str | None = None
    suggestion: Suggestion | None = None


class DomainError(Exception):
    """A rule was broken. The person who acts must change the request; nothing was stored."""

    http_status = 422
    type = "client_error"
    code = "refused"
    retry_after_seconds: int | None = None

    def __init__(self, detail: str = "", *, code: str = "", attr: str | None = None, problems=()):
        self.problems = tuple(problems) or (Problem(code or self.code, detail, attr),)
        super().__init__("; ".join(str(problem.detail) for problem in self.problems))


class InvalidInput(DomainError):
    """A value cannot be. The person entering must correct it."""

    http_status = 400
    type = "validation_error"
    code = "invalid"


class ConfirmationRequired(DomainError):
    """Values are odd but possible. The person entering must confirm each question or correct."""

    http_status = 409
    type = "confirm_required"
    code = "confirm_required"


class Conflict(DomainError):
    """The record is not in a state that allows the act. The caller must look at it again."""

    http_status = 409
    code = "conflict"


class NotAllowed(DomainError):
    """The user's role does not allow the act. An administrator may change the role."""

    http_status = 403
    code = "permission_denied"


class PreconditionRequired(DomainError):
    """A change came without saying which version it changes. The caller must send If-Match."""

    http_status = 428
    code = "precondition_required"


class StaleVersion(DomainError):
    """Somebody else changed the record meanwhile. The caller must read it again and repeat."""

    http_status = 412
    code = "version_conflict"


class Moved(Exception):
    """What the address names is found elsewhere by now. The reader is sent to ``address``."""

    def __init__(self, address: str):
        self.address = address
        super().__init__(address)
