"""Read stored files as they were stored: an altered one is an error, never a picture."""

import hashlib
import logging

from django.core.files.storage import default_storage
from django.utils.translation import gettext as _

from imaging.errors import DamagedFile

logger = logging.getLogger(__name__)


def open_verified(name: str, sha256: str):
    """Return the file at its start, or raise DamagedFile; the caller closes it."""
    try:
        file = default_storage.open(name)
    except FileNotFoundError as error:
        logger.critical("A stored file is missing: %s", name)
        raise DamagedFile(_("The picture is unavailable: its file is missing.")) from error
    if hashlib.file_digest(file, "sha256").hexdigest() != sha256:
        file.close()
        logger.critical("A stored file was altered: %s", name)
        raise DamagedFile(_("The picture is unavailable: its file was altered."))
    file.seek(0)
    return file


def read_verified(name: str, sha256: str) -> bytes:
    """Return the content of the file, or raise DamagedFile."""
    with open_verified(name, sha256) as file:
        return file.read()
