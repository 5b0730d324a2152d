"""The same holds where files do not lie on a disk of ours (a bucket; here: memory)."""

import datetime

import numpy as np
import pytest
import uuid6
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from imaging import invariants, pixels, services
from imaging.errors import DamagedFile
from imaging.intake import check_images
from tests.bad_inputs.pictures import good_jpeg, good_png, gradient
from tests.factories import make_study

pytestmark = pytest.mark.django_db
HOUR = datetime.timedelta(hours=1)


@pytest.fixture(autouse=True)
def _bucket(settings):
    settings.STORAGES = settings.STORAGES | {
        "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"}
    }


def stored_names(study_id):
    try:
        return sorted(default_storage.listdir(f"studies/{study_id}")[1])
    except FileNotFoundError:
        return []


def test_a_study_is_kept_read_and_checked(ward):
    study = make_study(ward.patient, good_png(), good_jpeg())
    assert stored_names(study.pk) == [
        "0001-preview.jpg", "0001.png", "0002-preview.jpg", "0002.jpg",
    ]  # fmt: skip
    first, second = study.series.get().instances.all()
    assert np.array_equal(pixels.decode(first), gradient())
    assert invariants.broken() == []
    default_storage.delete(second.file.name)
    with pytest.raises(DamagedFile):
        pixels.decode(second)
    assert len(invariants.broken()) == 1


def test_files_without_a_study_are_removed_once_they_are_old(ward):
    study, orphan = make_study(ward.patient), uuid6.uuid7()
    services.store_images(check_images([ContentFile(good_png())]), orphan)
    assert services.remove_orphan_files(HOUR) == 0
    assert services.remove_orphan_files(-HOUR) == 1
    assert stored_names(orphan) == []
    assert len(stored_names(study.pk)) == 2


def test_files_that_no_study_needed_are_removed():
    study_id = uuid6.uuid7()
    with services.discarding_unregistered(study_id):
        services.store_images(check_images([ContentFile(good_png())]), study_id)
        assert len(stored_names(study_id)) == 2
    assert stored_names(study_id) == []


def test_nothing_to_remove_is_no_error():
    with services.discarding_unregistered(uuid6.uuid7()):
        pass
    assert services.remove_orphan_files(HOUR) == 0
