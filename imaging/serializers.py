"""Studies and their pictures as JSON; jobs and reports are added where an edge may look right."""

import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from aicare.rest.serializers import StrictSerializer
from imaging.models import ImagingStudy, Instance, Series
from patients.rest_fields import ChoiceField

OLDEST_PICTURE = datetime.datetime(1895, 11, 8, tzinfo=datetime.UTC)  # Röntgen's first


class InstanceSerializer(serializers.ModelSerializer):
    """One picture; sizes and bits are those of the upright pixels that are shown and analysed."""

    preview_url = serializers.SerializerMethodField(help_text="8-bit JPEG, at most 1400 px")
    thumbnail_url = serializers.SerializerMethodField(help_text="JPEG, at most 176 px")
    file_url = serializers.SerializerMethodField(help_text="The original, byte for byte")

    class Meta:
        model = Instance
        fields = [
            "id",
            "sop_instance_uid",
            "number",
            "rows",
            "columns",
            "frames",
            "photometric_interpretation",
            "bits_stored",
            "transfer_syntax",
            "media_type",
            "file_name",
            "size_bytes",
            "sha256",
            "pixel_sha256",
            "preview_url",
            "thumbnail_url",
            "file_url",
        ]
        read_only_fields = fields

    def get_preview_url(self, instance) -> str:
        return reverse("instance-preview", args=[instance.pk])

    def get_thumbnail_url(self, instance) -> str:
        return reverse("instance-thumbnail", args=[instance.pk])

    def get_file_url(self, instance) -> str:
        return reverse("instance-file", args=[instance.pk])


class SeriesSerializer(serializers.ModelSerializer):
    """Pictures of a study that belong together."""

    instances = InstanceSerializer(many=True, read_only=True)

    class Meta:
        model = Series
        fields = ["id", "series_instance_uid", "number", "description", "instances"]
        read_only_fields = fields


class StudySerializer(serializers.ModelSerializer):
    """A study with its pictures."""

    series = SeriesSerializer(many=True, read_only=True)

    class Meta:
        model = ImagingStudy
        fields = [
            "id",
            "patient",
            "study_instance_uid",
            "accession_number",
            "modality",
            "body_part",
            "description",
            "started_at",
            "priority",
            "status",
            "status_reason",
            "created_at",
            "version",
            "series",
        ]
        read_only_fields = fields


class MomentField(serializers.DateTimeField):
    """A moment with its offset from UTC: a time without one could be any of 24 hours."""

    default_error_messages = {
        "naive": _("Say the offset from UTC, such as 2026-01-31T08:15:00+01:00."),
        "impossible": _("This cannot be the time of a picture."),
    }

    def enforce_timezone(self, value):
        if timezone.is_naive(value):
            self.fail("naive")
        return value

    def to_internal_value(self, value):
        moment = super().to_internal_value(value)
        if moment < OLDEST_PICTURE:
            self.fail("impossible")
        return moment

    def fail(self, key, **kwargs):
        message = self.error_messages[key].format(**kwargs)
        raise serializers.ValidationError(message, code="invalid_timestamp")


class StudyUploadSerializer(StrictSerializer):
    """A multipart upload: one or many pictures of one examination."""

    files = serializers.ListField(
        child=serializers.FileField(allow_empty_file=True, max_length=1000),
        required=False,
        default=list,
        help_text="PNG, JPEG or TIFF, at most 64 MiB each; repeat the field for several",
    )
    file = serializers.FileField(
        allow_empty_file=True, max_length=1000, required=False, help_text="One picture, like files"
    )
    modality = ChoiceField(choices=ImagingStudy.Modality.choices)
    body_part = ChoiceField(choices=ImagingStudy.BodyPart.choices)
    description = serializers.CharField(
        max_length=400, required=False, allow_blank=True, default=""
    )
    priority = ChoiceField(
        choices=ImagingStudy.Priority.choices,
        required=False,
        default=ImagingStudy.Priority.ROUTINE,
    )
    started_at = MomentField(
        required=False, default=None, help_text="When the pictures were taken; default: now"
    )

    def validate(self, sent):
        if "file" in sent:
            sent["files"] = [*sent["files"], sent.pop("file")]
        return sent
