"""Damage between rows and files is found and named."""

from pathlib import Path

import pytest
import uuid6
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from imaging import invariants, services, storage
from imaging.intake import check_images
from imaging.models import ImagingStudy, Instance
from tests.bad_inputs.pictures import good_jpeg, good_png
from tests.factories import make_study

pytestmark = pytest.mark.django_db


def test_whole_studies_break_nothing(ward):
    make_study(ward.patient, good_png(), good_jpeg())
    assert invariants.broken() == []


@pytest.mark.parametrize("field", ["file", "preview"])
def test_a_missing_and_an_altered_file_are_named(ward, field):
    study = make_study(ward.patient, good_png(), good_jpeg())
    first, second = Instance.objects.filter(series__study=study)
    names = [getattr(one, field).name for one in (first, second)]
    Path(default_storage.path(names[0])).unlink()
    Path(default_storage.path(names[1])).write_bytes(b"x")
    told = invariants.broken()
    assert len(told) == 2
    assert names[0] in told[0]
    assert "missing" in told[0]
    assert names[1] in told[1]
    assert "altered" in told[1]


def test_a_study_without_pictures_is_named(ward):
    study = make_study(ward.patient)
    Instance.objects.all().delete()
    assert f"study {study.pk} has no picture" in invariants.broken()
    assert ImagingStudy.objects.count() == 1


def test_files_without_a_study_are_named_once_the_sweeper_had_its_time(ward, monkeypatch):
    orphan = uuid6.uuid7()
    services.store_images(check_images([ContentFile(good_png())]), orphan)
    assert invariants.broken() == []
    monkeypatch.setattr(invariants, "FILES_MAY_WAIT", -invariants.FILES_MAY_WAIT)
    (told,) = invariants.broken()
    assert str(orphan) in told
    storage.discard(orphan)
    assert invariants.broken() == []
