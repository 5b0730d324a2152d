"""What the current request is, for audit rows written deep below the view."""

from contextvars import ContextVar

request_id: ContextVar[str] = ContextVar("request_id", default="")
token_prefix: ContextVar[str] = ContextVar("token_prefix", default="")
