"""Pictures over REST: preview, thumbnail and the original, from the private store."""

from django.http import FileResponse, HttpResponse, HttpResponseNotModified
from django.shortcuts import get_object_or_404
from django.utils.http import content_disposition_header, parse_etags, quote_etag
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.views import APIView

from aicare.audit import record_access, record_live_read
from aicare.rest.permissions import MayRead, require
from aicare.rest.query import KnownParameters
from imaging.intake import EXTENSIONS
from imaging.models import Instance
from imaging.rendering import MEDIA_TYPE, THUMBNAIL_SIDE, make_thumbnail
from imaging.verified_files import open_verified, read_verified
from patients.services.break_glass import check_may_be_exported


class PictureView(KnownParameters, APIView):
    """A picture's bytes, from the private store, to those who may see the patient."""

    group = "imaging-studies"
    permission_classes = [MayRead]
    read_permission = "imaging.view_imagingstudy"

    def perform_content_negotiation(self, request, force=True):
        # A browser asks for image/*; errors are JSON all the same.
        return super().perform_content_negotiation(request, force=True)

    def serve(self, request, instance_id):
        instance = get_object_or_404(
            Instance.objects.visible_to(request.user).select_related("series__study"),
            pk=instance_id,
        )
        require(request, self.read_permission)
        etag = quote_etag(self.etag(instance))
        if etag in parse_etags(request.headers.get("If-None-Match", "")):
            answer = HttpResponseNotModified()
        else:
            answer = self.answer(instance)
        answer.headers["ETag"] = etag
        # The browser may keep it, and must ask each time whether it still may be shown.
        answer.headers["Cache-Control"] = "private, no-cache"
        answer.headers["X-Content-Type-Options"] = "nosniff"
        answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
        self.record(request.user, instance)
        return answer

    def record(self, user, instance) -> None:
        record_live_read(
            user=user,
            action="picture.read",
            patient_id=instance.series.study.patient_id,
            object_id=instance.pk,
        )


class PreviewView(PictureView):
    """The picture as pages show it: 8 bits, at most 1400 px, without metadata."""

    def etag(self, instance) -> str:
        return instance.preview_sha256

    def answer(self, instance):
        preview = read_verified(instance.preview.name, instance.preview_sha256)
        return HttpResponse(preview, content_type=MEDIA_TYPE)

    @extend_schema(
        summary="Read a picture's preview",
        description="8-bit JPEG, at most 1400 px, without metadata.",
        responses={(200, MEDIA_TYPE): OpenApiTypes.BINARY},
    )
    def get(self, request, instance_id):
        return self.serve(request, instance_id)


class ThumbnailView(PictureView):
    """The picture small enough for a list."""

    def etag(self, instance) -> str:
        return f"{instance.preview_sha256}-{THUMBNAIL_SIDE}"

    def answer(self, instance):
        preview = read_verified(instance.preview.name, instance.preview_sha256)
        return HttpResponse(make_thumbnail(preview), content_type=MEDIA_TYPE)

    @extend_schema(
        summary="Read a picture's thumbnail",
        description="A JPEG small enough for a list.",
        responses={(200, MEDIA_TYPE): OpenApiTypes.BINARY},
    )
    def get(self, request, instance_id):
        return self.serve(request, instance_id)


class OriginalView(PictureView):
    """The file as it was sent, to be saved: it may carry metadata and is never shown in a page."""

    def etag(self, instance) -> str:
        return instance.sha256

    def answer(self, instance):
        check_may_be_exported(instance.series.study.patient_id)
        file = open_verified(instance.file.name, instance.sha256)
        answer = FileResponse(file, content_type=instance.media_type)
        name = instance.file_name or f"picture-{instance.number}{EXTENSIONS[instance.media_type]}"
        answer.headers["Content-Disposition"] = content_disposition_header(True, name)
        answer.headers["Content-Length"] = str(instance.size_bytes)
        return answer

    def record(self, user, instance) -> None:
        record_access(
            user=user,
            action="picture.exported",
            patient_id=instance.series.study.patient_id,
            object_id=instance.pk,
        )

    @extend_schema(
        summary="Read a picture as it was sent",
        description="The original, byte for byte, metadata and all. Refused for a record that "
        "was opened in an emergency (403).",
        responses={(200, "image/*"): OpenApiTypes.BINARY},
    )
    def get(self, request, instance_id):
        return self.serve(request, instance_id)
