"""What the environment and the data folder say, read once for the settings."""

import os
import secrets
from pathlib import Path
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

PROJECT_ROOT = Path(__file__).resolve().parent.parent


def data_folder() -> Path:
    """Return the folder of everything that is kept; made on first use, readable by us alone."""
    folder = Path(os.environ.get("AICARE_DATA_DIR") or PROJECT_ROOT / "data").expanduser().resolve()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise ImproperlyConfigured(f"AICARE_DATA_DIR cannot be used: {error}") from error
    return folder


def secret(folder: Path, name: str) -> str:
    """Return the secret ``name`` of this installation, generating it (mode 0600) the first time."""
    path = folder / "secrets" / name
    path.parent.mkdir(mode=0o700, exist_ok=True)
    # Written whole under another name and linked: two processes that start at once agree on one.
    if not path.exists():
        draft = path.with_name(f"{name}.{os.getpid()}.new")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(48))
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text().strip()


def redis_url(folder: Path) -> str:
    """Return the broker's address: ``REDIS_URL``, else the embedded one's socket, else nothing."""
    if url := os.environ.get("REDIS_URL"):
        return url
    recorded = folder / "run" / "broker-socket"
    return f"unix://{recorded.read_text().strip()}" if recorded.exists() else ""


def broker_url(redis_address: str) -> str:
    """Return ``redis_address`` as Kombu spells it: redis+socket where redis-py says unix."""
    return redis_address.replace("unix://", "redis+socket://", 1)


def port() -> int:
    value = os.environ.get("AICARE_PORT") or "8000"
    if not (value.isascii() and value.isdigit() and 0 < int(value) < 65536):
        raise ImproperlyConfigured("AICARE_PORT must be a number from 1 to 65535.")
    return int(value)


def public_url() -> str:
    url = (os.environ.get("AICARE_PUBLIC_URL") or f"http://127.0.0.1:{port()}").rstrip("/")
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ImproperlyConfigured(
            "AICARE_PUBLIC_URL must be the address that browsers use, such as https://aicare.example"
        )
    return url


def storage(url: str, folder: Path) -> dict:
    """Return Django's entry for private files: ``folder``, or the bucket that ``url`` names.

    ``s3://KEY:SECRET@host:port/bucket`` (``s3+http://`` without TLS) is an S3-compatible service.
    """
    if not url:
        return {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(folder), "base_url": None},
        }
    parts = urlsplit(url)
    if parts.scheme not in {"s3", "s3+http"} or not parts.path.strip("/"):
        raise ImproperlyConfigured("AICARE_STORAGE_URL must look like s3://KEY:SECRET@host/bucket")
    host = f"{parts.hostname}:{parts.port}" if parts.port else parts.hostname
    return {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "access_key": parts.username,
            "secret_key": parts.password,
            "bucket_name": parts.path.strip("/"),
            "endpoint_url": f"{'http' if parts.scheme == 's3+http' else 'https'}://{host}",
            "default_acl": "private",
            "file_overwrite": True,
        },
    }


def cores() -> int:
    """Return how many cores this process may use."""
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1


def worker_children() -> int:
    """Return how many children a worker has: one per core, but no more than there are gibibytes."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return max(1, min(cores(), memory // 2**30))
