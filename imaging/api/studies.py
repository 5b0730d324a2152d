"""Studies over REST: of a patient, one alone, and new ones."""

from uuid import UUID

import uuid6
from django.core.exceptions import TooManyFieldsSent, TooManyFilesSent
from django.db.models import Prefetch
from django.http import UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.exceptions import ParseError
from rest_framework.generics import GenericAPIView
from rest_framework.parsers import MultiPartParser
from rest_framework.response import Response
from rest_framework.views import APIView

from aicare.audit import record_access
from aicare.rest.idempotency import create_once
from aicare.rest.permissions import MayRead, require
from aicare.rest.preconditions import etag_of
from aicare.rest.query import PAGE, KnownParameters
from aicare.rest.schema import ETAG, IDEMPOTENCY_KEY, RefusalsSerializer
from imaging import services
from imaging.intake import check_images
from imaging.models import ImagingStudy
from imaging.receiving import (
    BadMultipart,
    check_is_readable,
    expect_pictures,
    read_to_the_end,
    uploads,
)
from imaging.serializers import StudySerializer, StudyUploadSerializer
from inference.models import DiagnosticReport, InferenceJob
from inference.serializers import JobSummarySerializer, ReportSerializer
from inference.services import submit_study
from patients.models import Patient
from patients.services.locking import refuse_if_merged

NO_CLASSIFIER = _("No active classifier reads such pictures. They are kept; a person can report.")
CHEST_FILM = OpenApiExample(
    "A chest film, urgent",
    value={
        "files": ["(the bytes of film.png)"],
        "modality": "DX",
        "body_part": "CHEST",
        "description": "Cough and fever",
        "priority": "urgent",
    },
    media_type="multipart/form-data",
    request_only=True,
)
MALFORMED = (MultiPartParserError, TooManyFieldsSent, TooManyFilesSent, UnreadablePostError)


class StudyResultsSerializer(StudySerializer):
    """A study with its pictures, what was asked about it and what was answered."""

    jobs = JobSummarySerializer(many=True, read_only=True)
    reports = ReportSerializer(many=True, read_only=True)
    analysis = serializers.SerializerMethodField(
        help_text="requested, or none when no active classifier reads such pictures"
    )
    analysis_note = serializers.SerializerMethodField()

    class Meta(StudySerializer.Meta):
        fields = [*StudySerializer.Meta.fields, "jobs", "reports", "analysis", "analysis_note"]
        read_only_fields = fields

    def get_analysis(self, study) -> str:
        return "requested" if study.jobs.all() else "none"

    def get_analysis_note(self, study) -> str:
        return "" if study.jobs.all() else str(NO_CLASSIFIER)


class UploadedStudySerializer(StudyResultsSerializer):
    """What an upload answers."""

    duplicate = serializers.SerializerMethodField(
        help_text="true (with 200): the patient has a study of exactly these files already"
    )

    class Meta(StudyResultsSerializer.Meta):
        fields = [*StudyResultsSerializer.Meta.fields, "duplicate"]
        read_only_fields = fields

    def get_duplicate(self, study) -> bool:
        return False


def studies_with_results(user):
    """Return the studies that ``user`` may see with all that is shown of them, in few queries."""
    return ImagingStudy.objects.visible_to(user).prefetch_related(
        "series__instances",
        Prefetch("jobs", InferenceJob.objects.clinical().select_related("model_version")),
        Prefetch("reports", DiagnosticReport.objects.clinical().with_content()),
    )


class PictureParser(MultiPartParser):
    """Multipart, whose faults have one code."""

    def parse(self, stream, media_type=None, parser_context=None):
        try:
            return super().parse(stream, media_type, parser_context)
        except (ParseError, *MALFORMED) as error:
            raise BadMultipart from error


@extend_schema_view(
    get=extend_schema(
        summary="List a patient's imaging studies",
        description="With pictures, jobs and reports, newest first.",
        responses=StudyResultsSerializer(many=True),
    )
)
class PatientStudiesView(KnownParameters, GenericAPIView):
    """The imaging studies of one patient."""

    group = "imaging-studies"
    parameters = PAGE
    permission_classes = [MayRead]
    read_permission = "imaging.view_imagingstudy"
    parser_classes = [PictureParser]
    serializer_class = StudyResultsSerializer
    queryset = ImagingStudy.objects.none()

    def initial(self, request, *args, **kwargs):
        # First: checking a session's CSRF token reads the body already.
        expect_pictures(request._request)
        check_is_readable(request._request)
        super().initial(request, *args, **kwargs)

    def handle_exception(self, exc):
        return super().handle_exception(BadMultipart() if isinstance(exc, MALFORMED) else exc)

    def finalize_response(self, request, response, *args, **kwargs):
        read_to_the_end(getattr(request, "_request", request))
        return super().finalize_response(request, response, *args, **kwargs)

    def get(self, request, patient_id):
        visible = Patient.objects.visible_to(request.user).select_related("merged_into")
        patient = get_object_or_404(visible, pk=patient_id).standing
        require(request, self.read_permission)
        page = self.paginate_queryset(studies_with_results(request.user).filter(patient=patient))
        answer = self.get_paginated_response(self.get_serializer(page, many=True).data)
        record_access(user=request.user, action="studies.listed", patient_id=patient.pk)
        return answer

    @extend_schema(
        summary="Upload pictures of one examination",
        request={"multipart/form-data": StudyUploadSerializer},
        responses={
            201: UploadedStudySerializer,
            200: UploadedStudySerializer,
            411: RefusalsSerializer,
            429: RefusalsSerializer,
            507: RefusalsSerializer,
        },
        parameters=[IDEMPOTENCY_KEY],
        examples=[CHEST_FILM],
    )
    def post(self, request, patient_id):
        """Store pictures of one examination and have them analysed.

        All are checked first and kept together or not at all. Exactly the files of a study that
        the patient has (same modality and body part) answer 200 with that study.
        """
        patient = get_object_or_404(Patient.objects.visible_to(request.user), pk=patient_id)
        require(request, "imaging.add_imagingstudy")
        refuse_if_merged(patient)
        with uploads.one_for(request.user):
            sent = StudyUploadSerializer(data=request.data)
            sent.is_valid(raise_exception=True)
            return submit_once(request, patient, **sent.validated_data)


def submit_once(request, patient: Patient, *, files, **fields) -> Response:
    """Check, store and register ``files``; a repeated request finds what the first one made."""
    study_id, stored = uuid6.uuid7(), []

    def prepare():
        stored.extend(services.store_images(check_images(files), study_id))

    def act():
        return submit_study(
            patient=patient, images=stored, uploaded_by=request.user, study_id=study_id, **fields
        )

    def find(existing_id: UUID):
        return get_object_or_404(ImagingStudy.objects.visible_to(request.user), pk=existing_id)

    def represent(study):
        study = studies_with_results(request.user).get(pk=study.pk)
        return UploadedStudySerializer(study).data

    with services.discarding_unregistered(study_id):
        answer = create_once(
            request,
            prepare=prepare,
            act=act,
            find=find,
            represent=represent,
            status_of=lambda study: 201 if study.pk == study_id else 200,
        )
    return Response(
        answer.data | {"duplicate": answer.status_code == 200}, status=answer.status_code
    )


class StudyView(KnownParameters, APIView):
    """One imaging study."""

    permission_classes = [MayRead]
    read_permission = "imaging.view_imagingstudy"

    @extend_schema(
        summary="Read one imaging study",
        description="Its series and pictures, what was asked about it and what was answered.",
        responses=StudyResultsSerializer,
        parameters=[ETAG],
    )
    def get(self, request, study_id):
        study = get_object_or_404(studies_with_results(request.user), pk=study_id)
        require(request, self.read_permission)
        answer = Response(StudyResultsSerializer(study).data, headers={"ETag": etag_of(study)})
        record_access(
            user=request.user,
            action="study.read",
            patient_id=study.patient_id,
            object_id=study.pk,
        )
        return answer
