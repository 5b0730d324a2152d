"""What every test may use."""

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.utils import translation
from rest_framework.test import APIClient

from aicare import append_only
from tests import factories
from tests.chromium import chromium  # noqa: F401  a fixture
from tests.processes.stack import prepared_data  # noqa: F401  a fixture


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    request, tmp_path_factory, django_db_modify_db_settings_parallel_suffix
):
    """Journeys have SQLite in a file: threads of a server share one connection to one in memory,
    and with it their transactions."""
    if connection.vendor == "sqlite" and request.config.getoption("markexpr") == "browser":
        path = tmp_path_factory.mktemp("journeys") / "aicare.sqlite3"
        connection.settings_dict["TEST"]["NAME"] = str(path)
        connection.settings_dict["OPTIONS"]["init_command"] += "; PRAGMA synchronous=OFF"


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Roles as shipped; audit triggers off, because tests that commit empty their tables.

    The triggers have tests of their own, which put them back.
    """
    with django_db_blocker.unblock():
        call_command("sync_roles", verbosity=0)
        with connection.schema_editor() as schema_editor:
            append_only.remove(None, schema_editor)
            append_only.remove(None, schema_editor, tables=("patients_revision",))


@pytest.fixture(autouse=True)
def _english():
    """Begin in English, whatever language a request of another test left active."""
    translation.activate("en")


@pytest.fixture(autouse=True)
def _fresh_cache_and_files(settings, tmp_path):
    cache.clear()
    settings.MEDIA_ROOT = tmp_path / "files"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STORAGES = {
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(settings.MEDIA_ROOT), "base_url": None},
        },
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


@pytest.fixture
def api():
    """A REST client; ``api.force_authenticate(user)`` gives it a caller."""
    return APIClient()


@pytest.fixture
def ward(db):
    """One site with a nurse, a clinician, a radiologist and a patient."""
    return factories.make_ward()
