"""Send pictures as programs and browsers do, and look whether anything was stored."""

import contextlib
from pathlib import Path

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from aicare.models import AuditEvent, IdempotencyKey
from imaging.models import ImagingStudy, Instance, Series
from inference.models import InferenceJob, ModelVersion
from inference.packages import NEEDED, SCHEMA
from tests.bad_inputs.pictures import good_png
from tests.model_packages import make_card

TABLES = (ImagingStudy, Series, Instance, InferenceJob, IdempotencyKey)


def make_classifier(modality="DX", body_part="CHEST", **fields) -> ModelVersion:
    """Return an active version for one kind of study."""
    scope = {"modality": modality, "body_part": body_part} | fields.pop("scope", {})
    card = make_card(applies_to=[scope]) | {"schema": SCHEMA, "files": dict.fromkeys(NEEDED, "0")}
    defaults = {
        "classifier": f"invented-{modality}-{body_part}".lower(),
        "version": "1.0.0",
        "package_path": "invented",
        "digest": f"{modality}{body_part}{scope}".encode().hex()[:64],
        "card": card,
        "state": "active",
    }
    return ModelVersion.objects.create(**defaults | fields)


def picture(content=None, name="film.png", content_type="image/png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, good_png() if content is None else content, content_type)


def studies_of(patient) -> str:
    return reverse("patient-imaging-studies", args=[patient.pk])


def upload(api, patient, *files, headers=None, **fields):
    """POST ``files`` (default: one good PNG) as a chest X-ray."""
    sent = {"files": list(files) or [picture()], "modality": "DX", "body_part": "CHEST"} | fields
    sent = {name: value for name, value in sent.items() if value is not None}
    return api.post(studies_of(patient), sent, format="multipart", headers=headers or {})


def stored_files() -> list[str]:
    return sorted(str(path) for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file())


def waiting_files() -> list[str]:
    return sorted(path.name for path in Path(settings.FILE_UPLOAD_TEMP_DIR).iterdir())


@contextlib.contextmanager
def nothing_stored():
    """Check that the block adds no row, no file and no piece of one, and one row of refusal."""
    rows = [table.objects.count() for table in TABLES]
    files, last = stored_files(), AuditEvent.objects.order_by("-id").first()
    yield
    assert [table.objects.count() for table in TABLES] == rows
    assert stored_files() == files
    assert waiting_files() == []
    # A page that is shown again is also a read of the patient.
    events = AuditEvent.objects.filter(id__gt=last.id if last else 0).exclude(action="patient.read")
    assert [event.outcome in {"rejected", "denied"} for event in events] == [True]


def code_of(response) -> str:
    return response.json()["errors"][0]["code"]
