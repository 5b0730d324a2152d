"""Jobs and reports as JSON, for every resource that shows them."""

from django.urls import reverse
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from aicare.rest.serializers import StrictSerializer
from inference.cautions import override_text
from inference.models import DiagnosticReport, Finding, InferenceJob, ModelVersion, Review
from inference.progress import progress_of
from inference.reviews import standing_calls
from inference.statements import cautions_of, statements
from patients.rest_fields import ChoiceField, TextField

CALLS = serializers.DictField(
    child=serializers.ChoiceField(choices=Finding.Call.choices), help_text="{label: call}"
)


class JobSummarySerializer(serializers.ModelSerializer):
    """A job where a study is shown; needs ``model_version``."""

    classifier = serializers.CharField(source="model_version.classifier", read_only=True)

    class Meta:
        model = InferenceJob
        fields = ["id", "status", "classifier", "failure_code"]
        read_only_fields = fields


class LastFailureSerializer(serializers.Serializer):
    code = serializers.CharField()
    detail = serializers.CharField()


class JobSerializer(serializers.ModelSerializer):
    """The truth about one job."""

    classifier = serializers.CharField(source="model_version.classifier", read_only=True)
    version = serializers.CharField(source="model_version.version", read_only=True)
    position = serializers.SerializerMethodField(help_text="In the queue; 1 is next")
    expected_seconds = serializers.SerializerMethodField(
        help_text="Until the result, by measured service times; null before the first one"
    )
    last_failure = serializers.SerializerMethodField()
    report = serializers.SerializerMethodField(help_text="The id of the report, once it is there")

    class Meta:
        model = InferenceJob
        fields = [
            "id",
            "study",
            "status",
            "classifier",
            "version",
            "run",
            "attempts",
            "position",
            "expected_seconds",
            "failure_code",
            "last_failure",
            "report",
            "created_at",
            "finished_at",
        ]
        read_only_fields = fields

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self._progress = {}

    def progress(self, job):
        if job.pk not in self._progress:
            self._progress[job.pk] = progress_of(job)
        return self._progress[job.pk]

    def get_position(self, job) -> int | None:
        return self.progress(job).position

    def get_expected_seconds(self, job) -> float | None:
        return self.progress(job).expected_seconds

    @extend_schema_field(LastFailureSerializer(allow_null=True))
    def get_last_failure(self, job):
        if not job.last_failure:
            return None
        return {"code": job.failure_code, "detail": job.last_failure}

    @extend_schema_field({"type": "string", "format": "uuid", "nullable": True})
    def get_report(self, job):
        report = DiagnosticReport.objects.filter(job=job).values_list("pk", flat=True).first()
        return str(report) if report else None


class StandingCallSerializer(serializers.ModelSerializer):
    """A finding as its report says it now: a signed correction is never shown as the machine's.

    Needs the report's findings and reviews (``DiagnosticReport.objects.with_content()``).
    """

    call = serializers.SerializerMethodField(
        help_text="The signer's once the report is signed, the machine's before"
    )
    machine_call = serializers.ChoiceField(
        choices=Finding.Call.choices, source="call", allow_null=True, read_only=True
    )

    @extend_schema_field(serializers.ChoiceField(choices=Finding.Call.choices, allow_null=True))
    def get_call(self, finding):
        return standing_calls(finding.report).get(finding.label, finding.call)


class FindingSerializer(StandingCallSerializer):
    """What is said about one label: probabilities are the machine's, the call is who signed's."""

    evidence = serializers.SerializerMethodField(
        help_text="Where the heat map of this label is: a grey PNG over the whole key instance"
    )

    class Meta:
        model = Finding
        fields = [
            "id",
            "label",
            "display",
            "role",
            "raw_probability",
            "probability",
            "negative_below",
            "threshold",
            "call",
            "machine_call",
            "key_instance",
            "evidence",
        ]
        read_only_fields = fields

    def get_evidence(self, finding) -> str:
        return reverse("finding-evidence", args=[finding.pk])


class ReviewSerializer(serializers.ModelSerializer):
    """A person's decision, with the call of every label as that person left it."""

    reviewer = serializers.CharField(source="reviewer.__str__", read_only=True)
    findings = CALLS

    class Meta:
        model = Review
        fields = ["id", "reviewer", "decision", "findings", "comment", "created_at"]
        read_only_fields = fields


class StatementSerializer(serializers.Serializer):
    """One sentence of the report as it stands, and who answers for it."""

    speaker = serializers.ChoiceField(choices=["machine", "person", "abstained"])
    text = serializers.CharField()
    signed = serializers.BooleanField()
    label = serializers.CharField(allow_blank=True)
    call = serializers.CharField(allow_blank=True)
    probability = serializers.FloatField(allow_null=True)
    differs_from_machine = serializers.BooleanField()


class ReportSerializer(serializers.ModelSerializer):
    """A report with all it says; load it through ``DiagnosticReport.objects.with_content()``."""

    classifier = serializers.SerializerMethodField()
    version = serializers.SerializerMethodField(help_text="Of the model; the record's is the ETag")
    job = serializers.PrimaryKeyRelatedField(read_only=True, allow_null=True)
    findings = FindingSerializer(many=True, read_only=True)
    statements = serializers.SerializerMethodField()
    cautions = serializers.SerializerMethodField(
        help_text="What must be known of the model beside its answer: failed checks, unknown view"
    )
    reviews = ReviewSerializer(many=True, read_only=True)
    reviewed_by = serializers.SerializerMethodField()

    class Meta:
        model = DiagnosticReport
        fields = [
            "id",
            "study",
            "job",
            "status",
            "classifier",
            "version",
            "abstained_because",
            "needs_second_reader",
            "conclusion",
            "statements",
            "cautions",
            "findings",
            "reviews",
            "reviewed_by",
            "signed_at",
            "created_at",
        ]
        read_only_fields = fields

    def get_classifier(self, report) -> str | None:
        return report.job.model_version.classifier if report.job else None

    def get_version(self, report) -> str | None:
        return report.job.model_version.version if report.job else None

    @extend_schema_field(StatementSerializer(many=True))
    def get_statements(self, report):
        return StatementSerializer(statements(report), many=True).data

    def get_cautions(self, report) -> list[str]:
        return cautions_of(report)

    def get_reviewed_by(self, report) -> str | None:
        return str(report.signed_by) if report.signed_by else None


class ReviewInputSerializer(StrictSerializer):
    """A decision on a report. ``findings`` holds the person's calls: with disagree at least one."""

    decision = ChoiceField(choices=Review.Decision.choices)
    findings = serializers.DictField(
        child=serializers.CharField(max_length=20), required=False, default=dict
    )
    comment = TextField(max_length=4000, required=False, default="")


class OwnReportInputSerializer(StrictSerializer):
    """A person's report on a study, signed by sending it."""

    conclusion = TextField(max_length=4000, allow_blank=False)


class ClassifierSerializer(serializers.ModelSerializer):
    """A published version in use, with its card."""

    is_available = serializers.SerializerMethodField(
        help_text="False while the package is broken: studies wait until it is whole again"
    )
    published_despite = serializers.SerializerMethodField(
        help_text="Which publishing checks failed and why it is used all the same; empty if none"
    )

    class Meta:
        model = ModelVersion
        fields = [
            "id",
            "classifier",
            "version",
            "state",
            "digest",
            "is_available",
            "published_despite",
            "activated_at",
            "card",
        ]
        read_only_fields = fields

    def get_is_available(self, version) -> bool:
        return not version.is_broken

    def get_published_despite(self, version) -> str:
        return override_text(version.card)
