"""Private files of pictures: each study has a folder, whole or absent, with names made by us.

On a local disk the files are written beside their place, synced, and the folder is renamed; the
rows are committed afterwards. A crash in between leaves at most a folder without a study, which
``remove_orphans`` finds: the study's id (UUID version 7) carries the time at which it was made.
"""

import contextlib
import datetime
import errno
import os
import shutil
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, default_storage, storages
from django.utils.translation import gettext_lazy as _

from imaging import limits
from imaging.errors import StorageFull
from imaging.intake import CheckedImage

FOLDER = "studies"
UNFINISHED = ".unfinished-"
FREE_SPACE_FLOOR_BYTES = 256 * limits.MEBIBYTE
NO_ROOM = _("There is no room for more pictures. Nothing was stored; tell an administrator.")
PIECE = limits.MEBIBYTE


@dataclass(frozen=True)
class StoredImage:
    """A checked picture and the names under which it and its preview lie in the storage."""

    checked: CheckedImage
    file: str
    preview: str


def store(images: Sequence[CheckedImage], study_id: UUID) -> list[StoredImage]:
    """Write the pictures of a study; outside any transaction, before its rows exist."""
    if study_id.version != 7:
        raise ValueError("The id of a study must be a UUID of version 7: its age is read from it.")
    require_space(sum(image.size_bytes + len(image.preview) for image in images))
    folder = f"{FOLDER}/{study_id}"
    named = [
        StoredImage(
            image, f"{folder}/{number:04}{image.extension}", f"{folder}/{number:04}-preview.jpg"
        )
        for number, image in enumerate(images, start=1)
    ]
    with full_disk_is_said():
        if _is_local():
            _store_locally(named, study_id)
        else:
            _store_remotely(named)
    return named


def require_space(size_bytes: int) -> None:
    """Raise StorageFull if a disk that uploads pass would be nearly full after ``size_bytes``."""
    folders = [settings.FILE_UPLOAD_TEMP_DIR] + ([_root()] if _is_local() else [])
    if any(shutil.disk_usage(one).free - size_bytes < FREE_SPACE_FLOOR_BYTES for one in folders):
        raise StorageFull(NO_ROOM)


def discard(study_id: UUID) -> None:
    """Remove the files of a study that was not registered; absent ones are no error."""
    if _is_local():
        for folder in (_root() / str(study_id), _root() / f"{UNFINISHED}{study_id}"):
            shutil.rmtree(folder, ignore_errors=True)
        return
    folder = f"{FOLDER}/{study_id}"
    for name in _listed(folder)[1]:
        default_storage.delete(f"{folder}/{name}")


def stored_study_ids(*, made_before: datetime.datetime) -> set[UUID]:
    """Return the ids of studies that have files (or pieces of them) and are older than that."""
    names = os.listdir(_root()) if _is_local() else _listed(FOLDER)[0]
    ids = {_id_in(name) for name in names} - {None}
    return {one for one in ids if made_at(one) < made_before}


def made_at(study_id: UUID) -> datetime.datetime:
    """Return the time that a UUID of version 7 carries."""
    return datetime.datetime.fromtimestamp((study_id.int >> 80) / 1000, tz=datetime.UTC)


def remove_orphans(candidates: Collection[UUID], *, registered: Collection[UUID]) -> int:
    """Remove the files of ``candidates`` that are not ``registered``; return how many studies."""
    orphans = set(candidates) - set(registered)
    for study_id in orphans:
        discard(study_id)
    return len(orphans)


def _store_locally(images: Sequence[StoredImage], study_id: UUID) -> None:
    unfinished = _root() / f"{UNFINISHED}{study_id}"
    unfinished.mkdir(mode=0o700)
    try:
        for image in images:
            _write(unfinished / Path(image.file).name, image.checked.file.chunks(PIECE))
            _write(unfinished / Path(image.preview).name, [image.checked.preview])
        _sync_folder(unfinished)
        unfinished.rename(_root() / str(study_id))
    except OSError:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise
    _sync_folder(_root())


def _write(path: Path, pieces) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        for piece in pieces:
            file.write(piece)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _store_remotely(images: Sequence[StoredImage]) -> None:
    for image in images:
        image.checked.file.seek(0)
        default_storage.save(image.file, image.checked.file)
        default_storage.save(image.preview, ContentFile(image.checked.preview))


@contextlib.contextmanager
def full_disk_is_said() -> Iterator[None]:
    """Turn the system's error of a full disk into one that says so to people."""
    try:
        yield
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
            raise StorageFull(NO_ROOM) from error
        raise


def _listed(folder: str) -> tuple[list[str], list[str]]:
    """Return the folders and files in ``folder``; a bucket knows no empty folder, others raise."""
    try:
        return default_storage.listdir(folder)
    except FileNotFoundError:
        return [], []


def _is_local() -> bool:
    return isinstance(storages["default"], FileSystemStorage)


def _root() -> Path:
    root = Path(default_storage.path(FOLDER))
    root.mkdir(mode=0o700, parents=True, exist_ok=True)
    return root


def _id_in(name: str) -> UUID | None:
    """Return the id that a folder's name holds; a folder that we did not name is left alone."""
    with contextlib.suppress(ValueError):
        found = UUID(name.removeprefix(UNFINISHED))
        return found if found.version == 7 else None
    return None
