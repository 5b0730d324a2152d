"""Jobs over REST: how far one is, and asking again."""

from uuid import UUID

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.response import Response
from rest_framework.views import APIView

from aicare.audit import record_live_read
from aicare.rest.idempotency import create_once
from aicare.rest.permissions import MayRead, require
from aicare.rest.query import KnownParameters
from aicare.rest.schema import IDEMPOTENCY_KEY
from inference.models import InferenceJob
from inference.serializers import JobSerializer
from inference.services import request_rerun
from inference.waiting import MAX_SECONDS, wait_until_ended


def visible_jobs(request):
    return InferenceJob.objects.visible_to(request.user).select_related("model_version", "study")


class JobView(KnownParameters, APIView):
    """The truth about one job: where it is, how long it will take, what went wrong."""

    permission_classes = [MayRead]
    read_permission = "inference.view_inferencejob"
    parameters = frozenset({"wait"})

    @extend_schema(
        summary="Read how far a job is",
        description="Status, place in the queue, expected seconds, and what went wrong.",
        responses=JobSerializer,
        parameters=[
            OpenApiParameter(
                "wait",
                OpenApiTypes.FLOAT,
                description="Hold the answer up to so many seconds until the job ends.",
            )
        ],
    )
    def get(self, request, job_id):
        job = get_object_or_404(visible_jobs(request), pk=job_id)
        require(request, self.read_permission)
        if seconds := seconds_to_wait(request):
            wait_until_ended(job.pk, seconds)
            # Read again with the right to see it: much may have changed meanwhile.
            job = get_object_or_404(visible_jobs(request), pk=job_id)
        answer = Response(JobSerializer(job).data)
        record_live_read(
            user=request.user,
            action="job.read",
            patient_id=job.study.patient_id,
            object_id=job.pk,
        )
        return answer


class RerunView(KnownParameters, APIView):
    """Ask once more: a new job by the version of the classifier that is in use now."""

    permission_classes = [MayRead]
    read_permission = "inference.view_inferencejob"

    @extend_schema(
        summary="Have a study analysed again",
        description="A new job, by the version of the classifier that is in use now.",
        request=None,
        responses={201: JobSerializer},
        parameters=[IDEMPOTENCY_KEY],
    )
    def post(self, request, job_id):
        job = get_object_or_404(visible_jobs(request), pk=job_id)
        require(request, "inference.rerun_inferencejob")

        def find(again_id: UUID):
            return get_object_or_404(visible_jobs(request), pk=again_id)

        return create_once(
            request,
            act=lambda: request_rerun(job=job, requested_by=request.user),
            find=find,
            represent=lambda again: JobSerializer(again).data,
        )


def seconds_to_wait(request) -> float:
    """Return ``?wait=`` in seconds; more than the most is taken for the most."""
    asked = request.query_params.get("wait", "0")
    if not asked.isascii() or not asked.replace(".", "", 1).isdigit():
        raise ValidationError(
            {"wait": [_("Must be a number of seconds.")]}, code="invalid_parameter"
        )
    return min(float(asked), MAX_SECONDS)
