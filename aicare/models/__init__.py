"""Tables of the ground: people, sites, tokens, idempotency keys, audit trail."""

from aicare.models.accounts import ApiToken, Site, User
from aicare.models.audit import AuditEvent, AuditSeal
from aicare.models.idempotency import IdempotencyKey
from aicare.models.record import Record

__all__ = ["ApiToken", "AuditEvent", "AuditSeal", "IdempotencyKey", "Record", "Site", "User"]
