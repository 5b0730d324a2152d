"""Put model packages on record and in use; a version is published once and never overwritten."""

import json
from pathlib import Path

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from aicare.audit import record_access
from aicare.errors import Conflict, DomainError
from aicare.models import User
from inference.cautions import unanswered_gates
from inference.doorbell import ring_on_commit
from inference.models import ClaimLost, InferenceJob, ModelVersion
from inference.models.model_version import package_roots
from inference.packages import CARD, BrokenPackage, digest_of, verify_package

State = ModelVersion.State


class UnusablePackage(DomainError):
    """The folder holds no whole package. Whoever publishes must build it again."""

    code = "unusable_package"


def register_package(folder: Path, *, by: User | None, state: str = State.DRAFT) -> ModelVersion:
    """Record the package in ``folder`` and bring it to ``state``; again, it changes nothing."""
    folder = Path(folder).resolve()
    path = _path_below_a_root(folder)
    try:
        digest = digest_of(folder)
        card = verify_package(folder, digest)
    except BrokenPackage as error:
        raise UnusablePackage(f"The package is not whole: {error}") from error
    stored = json.loads((folder / CARD).read_bytes())
    if unanswered := unanswered_gates(stored):
        titles = "; ".join(gate["title"] for gate in unanswered)
        raise UnusablePackage(
            f"{card.name} {card.version} failed a check and its card gives no reason for publishing"
            f" it all the same: {titles}. Publish it with publish_model --override."
        )
    with transaction.atomic():
        version, is_new = ModelVersion.objects.get_or_create(
            classifier=card.name,
            version=card.version,
            defaults={
                "package_path": path,
                "digest": digest,
                "card": stored,
                "created_by": by,
            },
        )
        if version.digest != digest:
            raise Conflict(
                f"{version} was published with another content. Give the package a new version.",
                code="version_exists",
            )
        if is_new:
            record_access(
                user=by,
                action="model.published",
                object_id=version.pk,
                detail=_published_as(version),
            )
            _bring_to(version, state, by)
    return version


def _published_as(version: ModelVersion) -> str:
    overridden = (version.card.get("override") or {}).get("gates", [])
    return f"{version}, overriding {', '.join(overridden)}" if overridden else str(version)


def _path_below_a_root(folder: Path) -> str:
    for name, root in package_roots().items():
        if folder.is_relative_to(root.resolve()):
            return f"{name}/{folder.relative_to(root.resolve()).as_posix()}"
    raise UnusablePackage("Packages are loaded from the starter and the models folder only.")


def _bring_to(version: ModelVersion, state: str, by: User | None) -> None:
    if state == State.ACTIVE:
        activate(model_version=version, by=by)
    elif state == State.SHADOW:
        start_shadow(model_version=version, by=by)


@transaction.atomic
def activate(*, model_version: ModelVersion, by: User | None) -> ModelVersion:
    """Make it the classifier's active version; the one before is retired, its queue handed over."""
    versions = ModelVersion.objects.select_for_update().filter(classifier=model_version.classifier)
    version = next(one for one in versions if one.pk == model_version.pk)
    if version.state == State.ACTIVE:
        return version
    for before in versions:
        if before.state == State.ACTIVE:
            _set_state(before, State.RETIRED, by)
    version.activated_at = timezone.now()
    _set_state(version, State.ACTIVE, by)
    hand_over_waiting()
    return version


@transaction.atomic
def start_shadow(*, model_version: ModelVersion, by: User | None) -> ModelVersion:
    """Let it analyse new studies without anybody seeing the results."""
    version = ModelVersion.objects.select_for_update().get(pk=model_version.pk)
    if version.state == State.ACTIVE:
        raise Conflict(_("The version is active. Activate another one first."), code="model_active")
    _set_state(version, State.SHADOW, by)
    return version


@transaction.atomic
def retire(*, model_version: ModelVersion, by: User | None) -> ModelVersion:
    """Take it out of use; what waits for it goes to the active version, if there is one."""
    version = ModelVersion.objects.select_for_update().get(pk=model_version.pk)
    _set_state(version, State.RETIRED, by)
    hand_over_waiting()
    return version


def _set_state(version: ModelVersion, state: str, by: User | None) -> None:
    version.state = state
    version.save(update_fields=["state", "activated_at"])
    record_access(user=by, action=f"model.{state}", object_id=version.pk, detail=str(version))


@transaction.atomic
def hand_over_waiting() -> int:
    """Cancel what waits for retired versions; the active successor gets a job for each study."""
    waiting = (
        InferenceJob.objects.waiting()
        .filter(model_version__state=State.RETIRED)
        .select_related("model_version", "study")
    )
    for job in waiting:
        try:
            job.cancel()
        except ClaimLost:
            continue
        _give_to_successor(job)
    if waiting:
        ring_on_commit()
    return len(waiting)


def _give_to_successor(job: InferenceJob) -> None:
    is_clinical = job.purpose == InferenceJob.Purpose.CLINICAL
    successor = ModelVersion.objects.active().filter(classifier=job.model_version.classifier)
    if is_clinical and (version := successor.first()):
        InferenceJob.objects.get_or_create(
            study=job.study,
            model_version=version,
            input_digest=job.input_digest,
            run=1,
            defaults={"priority": job.priority, "purpose": job.purpose},
        )
