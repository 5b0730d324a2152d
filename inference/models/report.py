"""What a machine or a person said about a study, and who signed it."""

import uuid6
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from aicare.models import Record
from imaging.models import ImagingStudy, Instance
from inference.models.job import InferenceJob
from inference.models.model_version import OperatingPoint
from patients.models.visibility import in_sight_of


class DiagnosticReportQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Clinical reports of the patients in the care of ``user``; shadow results are left out."""
        return self.clinical().filter(in_sight_of(user, "study__patient__"))

    def clinical(self):
        return self.exclude(job__purpose=InferenceJob.Purpose.SHADOW)

    def with_content(self):
        """All that a report says, in a fixed number of queries; heat maps stay in the table."""
        return self.select_related("job", "signed_by").prefetch_related(
            "job__model_version",
            models.Prefetch("findings", Finding.objects.defer("evidence")),
            models.Prefetch("reviews", Review.objects.select_related("reviewer")),
        )

    def unsigned(self):
        return self.filter(status=DiagnosticReport.Status.PRELIMINARY)


class DiagnosticReport(Record):
    """Findings about a study: preliminary while only a machine has spoken, final once signed."""

    class Status(models.TextChoices):
        PRELIMINARY = "preliminary", _("unsigned")
        FINAL = "final", _("signed")
        AMENDED = "amended", _("signed, changed later")
        CANCELLED = "cancelled", _("cancelled")
        ENTERED_IN_ERROR = "entered-in-error", _("entered in error")

    study = models.ForeignKey(ImagingStudy, on_delete=models.PROTECT, related_name="reports")
    job = models.OneToOneField(
        InferenceJob, on_delete=models.PROTECT, null=True, blank=True, related_name="report"
    )
    status = models.CharField(max_length=16, choices=Status, default=Status.PRELIMINARY)
    conclusion = models.CharField(max_length=4000, blank=True)
    abstained_because = models.CharField(max_length=60, blank=True)
    needs_second_reader = models.BooleanField(default=False)
    operating_point = models.ForeignKey(
        OperatingPoint, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    signed_at = models.DateTimeField(null=True, blank=True)
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = DiagnosticReportQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        permissions = [("sign_diagnosticreport", "Can read and sign reports")]
        indexes = [
            models.Index(
                fields=["study"], condition=Q(status="preliminary"), name="unsigned_reports"
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["study"],
                condition=Q(job=None) & ~Q(status__in=["cancelled", "entered-in-error"]),
                name="one_report_without_ai_per_study",
            ),
            models.CheckConstraint(
                name="report_status_known",
                condition=Q(
                    status__in=["preliminary", "final", "amended", "cancelled", "entered-in-error"]
                ),
            ),
            models.CheckConstraint(
                name="signed_report_names_its_signer",
                condition=~Q(status__in=["final", "amended"])
                | Q(signed_at__isnull=False, signed_by__isnull=False),
            ),
        ]

    def __str__(self):
        return f"report {self.get_status_display()}"

    @property
    def is_signed(self) -> bool:
        return self.status in {self.Status.FINAL, self.Status.AMENDED}


class FindingQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Findings of the reports that ``user`` may see."""
        return self.filter(report__in=DiagnosticReport.objects.visible_to(user))


class Finding(models.Model):
    """One label with its probability; the machine's call is kept even when a person disagrees."""

    class Role(models.TextChoices):
        FINDING = "finding", _("finding")
        REFERENCE = "reference", _("reference")

    class Call(models.TextChoices):
        POSITIVE = "positive", _("above threshold")
        NEGATIVE = "negative", _("below threshold")
        UNCERTAIN = "uncertain", _("uncertain")

    id = models.UUIDField(primary_key=True, default=uuid6.uuid7, editable=False)
    report = models.ForeignKey(DiagnosticReport, on_delete=models.CASCADE, related_name="findings")
    label = models.CharField(max_length=60)
    display = models.CharField(max_length=200)
    role = models.CharField(max_length=9, choices=Role)
    position = models.PositiveSmallIntegerField(default=0)
    raw_probability = models.FloatField()
    probability = models.FloatField(help_text="Calibrated")
    negative_below = models.FloatField(null=True, blank=True)
    threshold = models.FloatField(null=True, blank=True)
    call = models.CharField(max_length=9, choices=Call, null=True, blank=True)  # noqa: DJ001
    key_instance = models.ForeignKey(
        Instance, on_delete=models.PROTECT, null=True, related_name="+"
    )
    evidence = models.BinaryField(
        null=True, help_text="Grey PNG over the whole frame of the key instance, at low resolution"
    )

    objects = FindingQuerySet.as_manager()

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["report", "label"], name="one_finding_per_label"),
            models.CheckConstraint(
                name="finding_probabilities_are_probabilities",
                condition=Q(
                    probability__gte=0,
                    probability__lte=1,
                    raw_probability__gte=0,
                    raw_probability__lte=1,
                ),
            ),
            models.CheckConstraint(
                name="reference_label_is_never_called",
                condition=Q(role="finding", call__in=["positive", "negative", "uncertain"])
                | Q(role="reference", call__isnull=True, threshold__isnull=True),
            ),
        ]

    def __str__(self):
        return self.label


class ReviewQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Reviews of the reports that ``user`` may see."""
        return self.filter(report__in=DiagnosticReport.objects.visible_to(user))


class Review(models.Model):
    """A person's recorded decision on a report; reviews are added, never changed."""

    class Decision(models.TextChoices):
        AGREE = "agree", _("agree")
        DISAGREE = "disagree", _("disagree")
        CANNOT_TELL = "cannot-tell", _("cannot tell")

    id = models.UUIDField(primary_key=True, default=uuid6.uuid7, editable=False)
    report = models.ForeignKey(DiagnosticReport, on_delete=models.PROTECT, related_name="reviews")
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    decision = models.CharField(max_length=11, choices=Decision)
    findings = models.JSONField(default=dict, help_text="{label: the person's call}")
    comment = models.CharField(max_length=4000, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ReviewQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(
                name="review_decision_known",
                condition=Q(decision__in=["agree", "disagree", "cannot-tell"]),
            )
        ]

    def __str__(self):
        return f"{self.decision} by {self.reviewer_id}"
