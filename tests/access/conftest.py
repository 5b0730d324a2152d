"""One scene for a whole module: every request is undone, so that none changes what others meet."""

from contextlib import contextmanager
from types import SimpleNamespace

import pytest
from django.core.files.storage import default_storage
from django.db import transaction
from django.test import override_settings

from tests.access.scene import make_scene


@pytest.fixture(scope="module")
def scene(django_db_setup, django_db_blocker, tmp_path_factory) -> SimpleNamespace:
    """Two hospitals with one of everything; its files stay where they are for the module."""
    folder = tmp_path_factory.mktemp("files")
    storage = {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(folder), "base_url": None},
    }
    static = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    with django_db_blocker.unblock(), undone():
        with override_settings(STORAGES={"default": storage, "staticfiles": static}):
            made = make_scene()
            made.storage = default_storage.location
        yield made


@pytest.fixture(autouse=True)
def _files_of_the_scene(request, settings, _fresh_cache_and_files):
    if "scene" in request.fixturenames:
        location = request.getfixturevalue("scene").storage
        default = settings.STORAGES["default"]
        settings.STORAGES = settings.STORAGES | {
            "default": default | {"OPTIONS": {"location": location, "base_url": None}}
        }


@contextmanager
def undone():
    """Take back whatever happens inside."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
