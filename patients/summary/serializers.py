"""The summary as JSON."""

from django.urls import reverse
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from imaging.models import ImagingStudy
from inference.models import DiagnosticReport, Finding
from inference.serializers import (
    JobSummarySerializer,
    StandingCallSerializer,
    StatementSerializer,
)
from inference.statements import cautions_of, statements
from patients.concordance import CODES
from patients.models import Note
from patients.serializers import (
    AllergySerializer,
    ConditionSerializer,
    EarlyWarningSerializer,
    EncounterSerializer,
    MedicationSerializer,
    PatientSerializer,
    VitalSignsSerializer,
)
from patients.serializers.people import PersonSerializer

LONGEST_NOTE = 400


class SummaryVitalSignsSerializer(serializers.Serializer):
    latest = VitalSignsSerializer(source="latest_vital_signs", allow_null=True)
    trend = VitalSignsSerializer(many=True, help_text="The newest 50 sets, newest first")


class SummaryFindingSerializer(StandingCallSerializer):
    class Meta:
        model = Finding
        fields = ["label", "display", "role", "probability", "threshold", "call", "machine_call"]


class SummaryReportSerializer(serializers.ModelSerializer):
    """A report; while ``status`` is preliminary, nobody has signed what its findings say."""

    classifier = serializers.CharField(
        source="job.model_version.classifier", default=None, allow_null=True
    )
    version = serializers.CharField(
        source="job.model_version.version", default=None, allow_null=True
    )
    findings = SummaryFindingSerializer(many=True)
    statements = serializers.SerializerMethodField(
        help_text="What the report says in sentences, and who answers for each"
    )
    cautions = serializers.SerializerMethodField(
        help_text="What must be known of the model beside its answer"
    )
    reviewed_by = serializers.CharField(source="signed_by", default=None, allow_null=True)

    class Meta:
        model = DiagnosticReport
        fields = [
            "id",
            "status",
            "classifier",
            "version",
            "abstained_because",
            "needs_second_reader",
            "conclusion",
            "findings",
            "statements",
            "cautions",
            "reviewed_by",
            "signed_at",
        ]

    @extend_schema_field(StatementSerializer(many=True))
    def get_statements(self, report):
        return StatementSerializer(statements(report), many=True).data

    def get_cautions(self, report) -> list[str]:
        return cautions_of(report)


class SummaryStudySerializer(serializers.ModelSerializer):
    """A study with what is known about it: ``analysis`` says in a sentence where it stands."""

    jobs = JobSummarySerializer(many=True)
    reports = SummaryReportSerializer(many=True)
    analysis = serializers.SerializerMethodField()
    thumbnail = serializers.SerializerMethodField(help_text="Address of a small picture")

    class Meta:
        model = ImagingStudy
        fields = [
            "id",
            "modality",
            "body_part",
            "description",
            "started_at",
            "priority",
            "analysis",
            "jobs",
            "reports",
            "thumbnail",
        ]

    def get_analysis(self, study) -> str:
        return analysis_of(study)

    def get_thumbnail(self, study) -> str | None:
        instances = [one for series in study.series.all() for one in series.instances.all()]
        return reverse("instance-thumbnail", args=[instances[0].pk]) if instances else None


def analysis_of(study: ImagingStudy) -> str:
    """Return where the analysis of a study stands, in words that no result is mistaken for."""
    jobs = list(study.jobs.all())
    if any(job.status in {"queued", "running"} for job in jobs):
        return _("being analysed")
    newest = max(jobs, key=lambda job: (job.run, job.created_at), default=None)
    if newest is None:
        return _("not analysed: no classifier reads such pictures")
    if newest.status == "failed":
        return _("not analysed: %(why)s") % {"why": newest.get_failure_code_display()}
    if newest.status == "succeeded":
        return _("analysed")
    return _("not analysed: the analysis was stopped")


class AlertSerializer(serializers.Serializer):
    code = serializers.CharField()
    severity = serializers.ChoiceField(choices=["high", "warning", "note"])
    title = serializers.CharField()
    text = serializers.CharField(source="whole_text")
    phone = serializers.CharField(help_text="The number to call now; empty if none")
    since = serializers.DateTimeField(allow_null=True)
    study_id = serializers.UUIDField(allow_null=True)
    image_at = serializers.DateTimeField(
        allow_null=True, help_text="When the image was taken, if the alert is about one"
    )


class ConcordanceNoteSerializer(serializers.Serializer):
    """Where a call on an image and the signs do not fit together; never that they do."""

    code = serializers.ChoiceField(choices=CODES)
    title = serializers.CharField()
    text = serializers.CharField(help_text="What was seen on each side, when, and who must look")
    study = serializers.UUIDField(source="study_id")
    report = serializers.UUIDField(source="report_id", allow_null=True)
    set = serializers.UUIDField(source="set_id", help_text="The set of vital signs")
    image_at = serializers.DateTimeField()
    measured_at = serializers.DateTimeField()


class SummaryNoteSerializer(serializers.ModelSerializer):
    """A note as its author wrote it; the longer ones are cut."""

    text = serializers.SerializerMethodField(help_text="Its first 400 letters")
    is_cut = serializers.SerializerMethodField(help_text="Whether there is more to read")
    written_by = PersonSerializer()

    class Meta:
        model = Note
        fields = ["id", "kind", "text", "is_cut", "written_at", "written_by"]

    def get_text(self, note) -> str:
        return note.text[:LONGEST_NOTE]

    def get_is_cut(self, note) -> bool:
        return len(note.text) > LONGEST_NOTE


class PatientSummarySerializer(serializers.Serializer):
    """Everything about one patient that a person reads in a minute."""

    patient = PatientSerializer()
    encounter = EncounterSerializer(allow_null=True)
    early_warning = EarlyWarningSerializer(allow_null=True)
    vital_signs = SummaryVitalSignsSerializer(source="*")
    conditions = ConditionSerializer(many=True)
    allergies = AllergySerializer(many=True)
    medications = MedicationSerializer(many=True)
    notes = SummaryNoteSerializer(many=True, help_text="The newest 3")
    imaging = SummaryStudySerializer(source="studies", many=True)
    has_older_studies = serializers.BooleanField()
    alerts = AlertSerializer(many=True)
    concordance = ConcordanceNoteSerializer(many=True)
    generated_at = serializers.DateTimeField()
