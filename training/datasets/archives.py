"""Unpack a zip of a data set once, into the cache; a zip is a stranger's and may be hostile."""

import hashlib
import shutil
import stat
import struct
import zipfile
import zlib
from pathlib import Path, PurePosixPath

from training.datasets.folders import is_hidden, visible_folders
from training.errors import TrainingError
from training.whole_files import written_whole

MAX_ENTRIES = 1_000_000
MAX_RATIO = 200
"""Pictures are compressed already and labels shrink to a tenth; a bomb to a thousandth."""
SMALL = 64 * 1024 * 1024
"""Below this the ratio does not matter."""
LOCAL_HEADER = 30
UTF_8 = 0x800
"""The flag of a name in UTF-8; others are in code page 437 (APPNOTE 6.3, appendix D)."""
COMPRESSIONS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
BLOCK = 1024 * 1024
BROKEN = (
    zipfile.BadZipFile, zlib.error, struct.error, EOFError, ValueError, OverflowError,
    NotImplementedError,
)  # fmt: skip
"""What ``zipfile`` raises over damaged archives."""


def unpacked(path: Path, cache: Path) -> Path:
    """Return the folder with the content of the zip ``path``: whole, or an error and nothing."""
    status = path.stat()
    key = f"{path.resolve()} {status.st_size} {status.st_mtime_ns}"
    folder = cache / "unpacked" / hashlib.sha256(key.encode()).hexdigest()[:20]
    if not folder.is_dir():
        _unpack(path, folder)
    inner = visible_folders(folder)
    # A zip of a folder holds that folder; what counts lies in it.
    return inner[0] if len(inner) == 1 and len(list(folder.iterdir())) == 1 else folder


def _unpack(path: Path, folder: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive, written_whole(folder) as partial:
            entries = _checked(archive, path)
            partial.mkdir()
            needed = sum(entry.file_size for entry in entries)
            free = shutil.disk_usage(partial).free
            if needed > free:
                raise TrainingError(
                    f"{path} needs {needed / 1e6:,.0f} MB in {folder.parent}, where "
                    f"{free / 1e6:,.0f} MB are free: make room or set another data folder."
                )
            for entry in entries:
                _write(archive, entry, partial)
    except BROKEN as error:
        raise TrainingError(f"{path} is not a zip that can be read: {error}.") from None
    except OSError as error:
        # Another process may have unpacked it meanwhile.
        if not folder.is_dir():
            reason = error.strerror or error
            raise TrainingError(
                f"{path} could not be unpacked in {folder.parent}: {reason}."
            ) from None


def _checked(archive: zipfile.ZipFile, path: Path) -> list[zipfile.ZipInfo]:
    """Return the entries to unpack; one bad entry refuses the archive."""
    entries = archive.infolist()
    if len(entries) > MAX_ENTRIES:
        raise TrainingError(f"{path} holds more than {MAX_ENTRIES:,} entries.")
    for entry in entries:
        if reason := _objection(entry):
            raise TrainingError(f"{path} is refused: {entry.filename!r} {reason}.")
    _refuse_overlaps(entries, path)
    total = sum(entry.file_size for entry in entries)
    if total > max(SMALL, MAX_RATIO * path.stat().st_size):
        raise TrainingError(f"{path} is refused: it would grow more than {MAX_RATIO} times.")
    wanted = [entry for entry in entries if not entry.is_dir() and not _is_litter(entry)]
    names = [entry.filename for entry in wanted]
    if len(set(names)) < len(names):
        raise TrainingError(f"{path} is refused: it holds two files of the same name.")
    return wanted


def _objection(entry: zipfile.ZipInfo) -> str:
    place, kind = PurePosixPath(entry.filename), stat.S_IFMT(entry.external_attr >> 16)
    if place.is_absolute() or ".." in place.parts or "\\" in entry.filename or _has_drive(place):
        return "points outside its folder"
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        return "is a link or a device"
    if entry.flag_bits & 1:
        return "is encrypted"
    if entry.compress_type not in COMPRESSIONS:
        return "is compressed in a way that is not read here"
    return ""


def _has_drive(place: PurePosixPath) -> bool:
    return bool(place.parts) and ":" in place.parts[0]


def _is_litter(entry: zipfile.ZipInfo) -> bool:
    return any(is_hidden(part) for part in PurePosixPath(entry.filename).parts)


def _refuse_overlaps(entries: list[zipfile.ZipInfo], path: Path) -> None:
    """Python before 3.11.8 reads entries that share their bytes (CVE-2024-0450)."""
    end = 0
    for entry in sorted(entries, key=lambda entry: entry.header_offset):
        if entry.header_offset < end:
            raise TrainingError(f"{path} is refused: its entries overlap.")
        name = len(entry.orig_filename.encode("utf-8" if entry.flag_bits & UTF_8 else "cp437"))
        end = entry.header_offset + LOCAL_HEADER + name + entry.compress_size


def _write(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, folder: Path) -> None:
    target = folder / entry.filename
    target.parent.mkdir(parents=True, exist_ok=True)
    with archive.open(entry) as packed, target.open("xb") as handle:
        shutil.copyfileobj(packed, handle, BLOCK)
