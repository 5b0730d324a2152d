"""A study, its series and its instances, named as in DICOM."""

import uuid6
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from aicare.models import Record
from patients.models import Patient
from patients.models.visibility import in_sight_of, of_own_sites

# What colleagues call an examination; where it has no name of its own, part and technique.
NAMES = {
    ("CR", "CHEST"): _("Chest X-ray"),
    ("DX", "CHEST"): _("Chest X-ray"),
    ("CT", "CHEST"): _("Chest CT"),
    ("MR", "BRAIN"): _("Brain MRI"),
    ("ES", "COLON"): _("Colonoscopy"),
}
SPOKEN = {
    "CR": _("X-ray"),
    "DX": _("X-ray"),
    "CT": _("CT"),
    "MR": _("MRI"),
    "ES": _("endoscopy"),
    "US": _("ultrasound"),
}


class ImagingStudyQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Studies of the patients in the care of ``user``."""
        return self.filter(in_sight_of(user, "patient__"))

    def of_own_sites(self, user):
        """Studies of the user's sites alone: for lists of work."""
        return self.filter(of_own_sites(user, "patient__"))

    def available(self):
        """Studies that stand: those withdrawn or entered in error are left out."""
        return self.filter(status=ImagingStudy.Status.AVAILABLE)


class ImagingStudy(Record):
    """The pictures of one examination of one patient."""

    class Status(models.TextChoices):
        """FHIR ImagingStudy.status."""

        AVAILABLE = "available", _("available")
        CANCELLED = "cancelled", _("withdrawn")
        ENTERED_IN_ERROR = "entered-in-error", _("entered in error")

    class Modality(models.TextChoices):
        """DICOM Modality (0008,0060)."""

        CR = "CR", _("Computed radiography")
        DX = "DX", _("Digital radiography")
        CT = "CT", _("CT")
        MR = "MR", _("MRI")
        ES = "ES", _("Endoscopy")
        US = "US", _("Ultrasound")
        OT = "OT", _("Other")

    class BodyPart(models.TextChoices):
        """DICOM Body Part Examined (0018,0015)."""

        CHEST = "CHEST", _("Chest")
        BRAIN = "BRAIN", _("Brain")
        COLON = "COLON", _("Colon")
        ABDOMEN = "ABDOMEN", _("Abdomen")
        HEAD = "HEAD", _("Head")
        NECK = "NECK", _("Neck")
        SPINE = "SPINE", _("Spine")
        PELVIS = "PELVIS", _("Pelvis")
        EXTREMITY = "EXTREMITY", _("Arm or leg")
        OTHER = "OTHER", _("Other")

    class Priority(models.TextChoices):
        ROUTINE = "routine", _("routine")
        URGENT = "urgent", _("urgent")
        STAT = "stat", _("immediate")

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="imaging_studies")
    study_instance_uid = models.CharField(max_length=64, unique=True)
    accession_number = models.CharField(max_length=64, blank=True)
    modality = models.CharField(max_length=16, choices=Modality)
    body_part = models.CharField(max_length=16, choices=BodyPart)
    description = models.CharField(max_length=400, blank=True)
    started_at = models.DateTimeField()
    priority = models.CharField(max_length=8, choices=Priority, default=Priority.ROUTINE)
    status = models.CharField(max_length=16, choices=Status, default=Status.AVAILABLE)
    status_reason = models.CharField(max_length=400, blank=True)

    objects = ImagingStudyQuerySet.as_manager()

    class Meta:
        ordering = ["-started_at", "-id"]
        verbose_name_plural = "imaging studies"
        indexes = [
            models.Index(fields=["patient", "-started_at", "-id"], name="studies_of_patient")
        ]
        constraints = [
            models.CheckConstraint(
                name="study_priority_known",
                condition=Q(priority__in=["routine", "urgent", "stat"]),
            ),
            models.CheckConstraint(
                name="study_status_known",
                condition=Q(status__in=["available", "cancelled", "entered-in-error"]),
            ),
        ]

    def __str__(self):
        """What a colleague calls it: Chest X-ray, Brain MRI, Colonoscopy."""
        name = NAMES.get((self.modality, self.body_part))
        if name:
            return str(name)
        return gettext("%(body_part)s %(technique)s") % {
            "body_part": self.get_body_part_display(),
            "technique": SPOKEN.get(self.modality) or gettext("picture"),
        }


class Series(models.Model):
    """Pictures of a study that belong together."""

    id = models.UUIDField(primary_key=True, default=uuid6.uuid7, editable=False)
    study = models.ForeignKey(ImagingStudy, on_delete=models.PROTECT, related_name="series")
    series_instance_uid = models.CharField(max_length=64, unique=True)
    number = models.PositiveIntegerField(default=1)
    description = models.CharField(max_length=400, blank=True)

    class Meta:
        ordering = ["number", "id"]
        verbose_name_plural = "series"

    def __str__(self):
        return f"series {self.number}"


class InstanceQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Instances of the patients in the care of ``user``."""
        return self.filter(in_sight_of(user, "series__study__patient__"))


class Instance(models.Model):
    """One picture file; the original is kept byte for byte, the preview is what pages show."""

    id = models.UUIDField(primary_key=True, default=uuid6.uuid7, editable=False)
    series = models.ForeignKey(Series, on_delete=models.PROTECT, related_name="instances")
    sop_instance_uid = models.CharField(max_length=64, unique=True)
    number = models.PositiveIntegerField(default=1)
    rows = models.PositiveIntegerField()
    columns = models.PositiveIntegerField()
    frames = models.PositiveIntegerField(default=1)
    photometric_interpretation = models.CharField(max_length=16)
    bits_stored = models.PositiveSmallIntegerField()
    transfer_syntax = models.CharField(max_length=64, blank=True)
    media_type = models.CharField(max_length=40)
    file_name = models.CharField(max_length=200, blank=True, help_text="As the sender called it")
    size_bytes = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64, help_text="Of the file")
    pixel_sha256 = models.CharField(
        max_length=64, db_index=True, help_text="Of dtype, shape, little-endian bytes, photometric"
    )
    file = models.FileField(max_length=200)
    preview = models.FileField(max_length=200)
    preview_sha256 = models.CharField(max_length=64, help_text="What pages show is verified too")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = InstanceQuerySet.as_manager()

    class Meta:
        ordering = ["number", "id"]
        constraints = [
            models.CheckConstraint(
                name="instance_has_pixels", condition=Q(rows__gt=0, columns__gt=0, frames__gt=0)
            )
        ]

    def __str__(self):
        return f"picture {self.number}"
