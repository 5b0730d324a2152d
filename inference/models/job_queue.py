"""The rows of InferenceJob as a queue: what is due, who takes it, who gives it back."""

import uuid
from datetime import datetime
from math import ceil

from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone

from imaging.models import ImagingStudy
from inference import pace
from patients.models.visibility import in_sight_of


class InferenceJobQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Clinical jobs of the patients in the care of ``user``."""
        return self.clinical().filter(in_sight_of(user, "study__patient__"))

    def clinical(self):
        return self.filter(purpose=self.model.Purpose.CLINICAL)

    def waiting(self):
        return self.filter(status=self.model.Status.QUEUED)

    def running(self):
        return self.filter(status=self.model.Status.RUNNING)

    def unfinished(self):
        return self.filter(status__in=[self.model.Status.QUEUED, self.model.Status.RUNNING])

    def due(self, now: datetime | None = None):
        """Jobs that may be claimed; the sweeper ends those of withdrawn studies, retired models."""
        return self.waiting().filter(
            available_at__lte=now or timezone.now(),
            study__status=ImagingStudy.Status.AVAILABLE,
            model_version__state__in=["active", "shadow"],
        )

    def most_urgent_first(self):
        return self.order_by("priority", "created_at", "id")

    def ahead_of(self, job):
        """Waiting jobs that are claimed before ``job``."""
        earlier = Q(created_at__lt=job.created_at) | Q(created_at=job.created_at, pk__lt=job.pk)
        return self.waiting().filter(
            Q(priority__lt=job.priority) | Q(earlier, priority=job.priority)
        )

    def claim(self, *, by: str, limit: int = pace.BATCH, share: int = 1) -> list:
        """Lease due jobs of one model to ``by`` and return them: at most ``limit``, or our share.

        ``share`` is how many children divide what waits. The conditional update is the lock: a
        second worker that picked the same rows finds them no longer due and updates none of them.
        The attempt is counted here, before anybody opens the picture.
        """
        if not self.due().exists():  # a look costs no write lock
            return []
        claim_id, now = uuid.uuid4(), timezone.now()
        with transaction.atomic():
            self.due(now).filter(pk__in=self._pick(now, limit, share)).update(
                status=self.model.Status.RUNNING,
                claim_id=claim_id,
                claimed_by=by,
                claimed_at=now,
                lease_expires_at=now + pace.LEASE,
                attempts=F("attempts") + 1,
            )
        return list(
            self.of_claim(claim_id)
            .select_related("study__patient__site", "model_version")
            .most_urgent_first()
        )

    def _pick(self, now: datetime, limit: int, share: int) -> list:
        # On PostgreSQL others skip our candidates; SQLite has one writer at a time.
        free = self.due(now).most_urgent_first().select_for_update(skip_locked=True, of=("self",))
        first = free.first()
        if first is None or first.runs_alone:
            return [first.pk] if first else []
        alike = free.filter(model_version=first.model_version_id, runs_alone=False)
        found = list(alike.values_list("pk", flat=True)[: limit * share])
        return found[: ceil(len(found) / share)]

    def put_off(self, model_version) -> int:
        """Let what is due for a broken model wait a little before it is looked at again."""
        later = timezone.now() + pace.MODEL_RETRY_AFTER
        return self.due().filter(model_version=model_version).update(available_at=later)

    def of_claim(self, claim_id: uuid.UUID):
        return self.running().filter(claim_id=claim_id)

    def renew(self, claim_id: uuid.UUID) -> int:
        """Keep the lease; return how many jobs are still ours."""
        return self.of_claim(claim_id).update(lease_expires_at=timezone.now() + pace.LEASE)

    def give_back(self, claim_id: uuid.UUID) -> int:
        """Return what is in hand at an orderly shutdown; the attempt does not count."""
        return self.of_claim(claim_id).update(
            status=self.model.Status.QUEUED,
            claim_id=None,
            claimed_by="",
            lease_expires_at=None,
            attempts=F("attempts") - 1,
        )
