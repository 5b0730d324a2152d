"""Studies are registered with their files, once; copies, orphans and damage are found."""

import datetime
import shutil
import uuid
from pathlib import Path

import numpy as np
import pytest
import uuid6
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from aicare.errors import DomainError
from aicare.models import AuditEvent
from imaging import pixels, services, storage
from imaging.errors import DamagedFile, StorageFull
from imaging.intake import check_images
from imaging.models import ImagingStudy, Instance
from tests.bad_inputs.pictures import good_jpeg, good_png, good_tiff, gradient
from tests.factories import make_patient, make_study

pytestmark = pytest.mark.django_db
HOUR = datetime.timedelta(hours=1)


def checked(*contents):
    return check_images([ContentFile(content) for content in contents])


def folders():
    root = Path(default_storage.path("studies"))
    return sorted(path.name for path in root.iterdir()) if root.exists() else []


def refusal(**fields):
    with pytest.raises(DomainError) as caught:
        services.register_study(**fields)
    return caught.value.http_status, caught.value.problems[0].code


def test_a_study_keeps_each_original_byte_for_byte(ward):
    contents = [good_png(seed=1), good_jpeg(seed=2)]
    study = make_study(ward.patient, *contents)
    instances = list(Instance.objects.filter(series__study=study))
    assert [one.number for one in instances] == [1, 2]
    assert [default_storage.open(one.file.name).read() for one in instances] == contents
    assert folders() == [str(study.pk)]
    assert study.study_instance_uid.startswith("2.25.")
    uids = {study.study_instance_uid, study.series.get().series_instance_uid}
    uids |= {one.sop_instance_uid for one in instances}
    assert len(uids) == 4
    assert max(map(len, uids)) <= 64
    event = AuditEvent.objects.get(action="study.uploaded")
    assert (event.patient_id, event.object_id) == (ward.patient.pk, study.pk)


def test_the_worker_decodes_the_pixels_that_were_hashed(ward):
    study = make_study(ward.patient, good_png(seed=3, dtype=np.uint16))
    instance = study.series.get().instances.get()
    array = pixels.decode(instance)
    assert np.array_equal(array, gradient(seed=3, dtype=np.uint16))
    assert pixels.Pixels(array, "MONOCHROME2").sha256 == instance.pixel_sha256


def test_a_missing_or_altered_file_is_an_error_and_never_a_picture(ward):
    instance = make_study(ward.patient).series.get().instances.get()
    path = Path(default_storage.path(instance.file.name))
    path.write_bytes(good_png(seed=99))
    with pytest.raises(DamagedFile, match="altered"):
        pixels.decode(instance)
    path.unlink()
    with pytest.raises(DamagedFile, match="missing"):
        pixels.decode(instance)


def test_pictures_of_the_future_and_of_a_merged_record_are_refused(ward):
    known = {
        "patient": ward.patient,
        "images": [],
        "modality": "DX",
        "body_part": "CHEST",
        "uploaded_by": ward.nurse,
        "study_id": uuid6.uuid7(),
    }
    assert refusal(**known, started_at=timezone.now() + HOUR) == (400, "invalid_timestamp")
    ward.patient.merged_into = make_patient(ward.site)
    ward.patient.save()
    assert refusal(**known) == (409, "patient_merged")


def test_the_same_files_are_found_whatever_their_order(ward):
    first, second = good_png(seed=1), good_png(seed=2)
    study = make_study(ward.patient, first, second)

    def found(*contents, patient=ward.patient, **changed):
        kind = {"modality": "DX", "body_part": "CHEST"} | changed
        images = services.store_images(checked(*contents), uuid6.uuid7())
        return services.find_same_study(patient=patient, images=images, **kind)

    assert found(second, first) == study
    assert found(first) is None
    assert found(first, second, second) is None
    assert found(first, second, modality="CR") is None
    assert found(first, second, patient=make_patient(ward.site)) is None
    services.withdraw_study(study=study, withdrawn_by=ward.clinician, reason="wrong patient")
    assert found(first, second) is None


def test_a_withdrawn_study_says_why_and_keeps_its_files(ward):
    study = make_study(ward.patient)
    withdrawn = services.withdraw_study(
        study=study, withdrawn_by=ward.clinician, reason=" wrong patient "
    )
    assert (withdrawn.status, withdrawn.status_reason) == ("entered-in-error", "wrong patient")
    assert withdrawn.version == 2
    assert folders() == [str(study.pk)]
    with pytest.raises(DomainError, match="withdrawn before"):
        services.withdraw_study(study=study, withdrawn_by=ward.clinician, reason="again")
    with pytest.raises(DomainError, match="Say why"):
        services.withdraw_study(study=study, withdrawn_by=ward.clinician, reason=" ")


def test_the_same_pixels_under_another_patient_are_found_on_both_records(
    ward, django_assert_num_queries
):
    elsewhere = make_patient()
    study = make_study(ward.patient, good_png(seed=1), good_png(seed=2))
    make_study(ward.patient, good_png(seed=1))
    other = make_study(elsewhere, good_png(seed=2), good_png(seed=5))
    with django_assert_num_queries(1):
        assert services.pictures_under_another_patient(ward.patient) == [study]
    assert services.pictures_under_another_patient(elsewhere) == [other]
    services.withdraw_study(study=other, withdrawn_by=ward.clinician, reason="wrong patient")
    assert services.pictures_under_another_patient(ward.patient) == []
    assert services.pictures_under_another_patient(elsewhere) == []


def test_the_same_pixels_in_another_file_format_are_found_too(ward):
    make_study(ward.patient, good_png())
    make_study(make_patient(), good_tiff())
    assert services.pictures_under_another_patient(ward.patient)


def test_files_without_a_study_are_removed_once_they_are_old(ward):
    study = make_study(ward.patient)
    crashed = uuid6.uuid7()
    services.store_images(checked(good_png()), crashed)
    unfinished = Path(default_storage.path(f"studies/.unfinished-{uuid6.uuid7()}"))
    unfinished.mkdir()
    foreign = Path(default_storage.path("studies/notes of the administrator"))
    foreign.mkdir()
    assert services.remove_orphan_files(HOUR) == 0
    assert len(folders()) == 4
    assert services.remove_orphan_files(-HOUR) == 2
    assert folders() == sorted([str(study.pk), foreign.name])


def test_a_crash_while_writing_leaves_no_folder_under_its_final_name(ward, monkeypatch):
    class PowerCut(BaseException):
        pass

    def cut(path):
        raise PowerCut

    monkeypatch.setattr(storage, "_sync_folder", cut)
    with pytest.raises(PowerCut):
        services.store_images(checked(good_png()), uuid6.uuid7())
    assert [name[:12] for name in folders()] == [".unfinished-"]
    assert services.remove_orphan_files(-HOUR) == 1
    assert folders() == []


def test_a_disk_that_fills_up_leaves_nothing(ward, monkeypatch):
    def full(path, pieces):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(storage, "_write", full)
    with pytest.raises(StorageFull):
        services.store_images(checked(good_png()), uuid6.uuid7())
    assert folders() == []


def test_a_nearly_full_disk_takes_no_pictures(ward, monkeypatch):
    usage = shutil.disk_usage("/")._replace(free=storage.FREE_SPACE_FLOOR_BYTES + 1000)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage)
    storage.require_space(1000)
    with pytest.raises(StorageFull) as caught:
        services.store_images(checked(good_png()), uuid6.uuid7())
    assert caught.value.http_status == 507
    assert caught.value.problems[0].code == "storage_full"


def test_a_study_id_must_carry_its_time(ward):
    with pytest.raises(ValueError, match="version 7"):
        services.store_images(checked(good_png()), uuid.uuid4())


def test_files_stay_when_it_is_unknown_whether_they_are_needed(ward):
    study_id = uuid6.uuid7()

    def lose_the_database():
        with services.discarding_unregistered(study_id):
            services.store_images(checked(good_png()), study_id)
            raise ConnectionError

    with pytest.raises(ConnectionError):
        lose_the_database()
    assert folders() == [str(study_id)]


@pytest.mark.parametrize("is_refused", [True, False])
def test_files_that_no_study_needed_are_removed(ward, is_refused):
    study_id = uuid6.uuid7()

    def find_it_unneeded():
        with services.discarding_unregistered(study_id):
            services.store_images(checked(good_png()), study_id)
            if is_refused:
                raise DomainError("no")

    if is_refused:
        with pytest.raises(DomainError):
            find_it_unneeded()
    else:
        find_it_unneeded()
    assert folders() == []
    assert not ImagingStudy.objects.exists()
