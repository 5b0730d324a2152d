"""A change names the version that it changes (RFC 9110, If-Match)."""

import re

from django.utils.translation import gettext as _

from aicare.errors import InvalidInput, PreconditionRequired, StaleVersion

# A version; weak once the answer was compressed on its way, and as good.
ETAG_PATTERN = re.compile(r'^(?:W/)?"([0-9]{1,9})"$')


def etag_of(record) -> str:
    return f'"{record.version}"'


def check_if_match(request, record) -> None:
    """Raise 428 without If-Match, 400 when it is no version of ours, 412 when it is an old one."""
    header = request.headers.get("If-Match")
    if header is None:
        raise PreconditionRequired(
            _("Send the ETag that you read as If-Match, so that no change of others is lost.")
        )
    found = ETAG_PATTERN.match(header.strip())
    if found is None:
        raise InvalidInput(
            _("If-Match must be one ETag, such as %(example)s.") % {"example": '"3"'},
            code="invalid_if_match",
        )
    if int(found[1]) != record.version:
        raise StaleVersion(_("Somebody changed this record meanwhile. Read it again and repeat."))
