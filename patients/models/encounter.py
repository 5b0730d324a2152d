"""One stay or visit."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from aicare.models import Record
from patients.models.patient import Patient
from patients.models.visibility import in_sight_of, of_own_sites


class EncounterQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Encounters of the patients in the care of ``user``."""
        return self.filter(in_sight_of(user, "patient__"))

    def of_own_sites(self, user):
        """Encounters at the user's sites alone: for boards and lists."""
        return self.filter(of_own_sites(user, "patient__"))

    def final(self):
        """Stays that stand: those admitted by mistake are left out."""
        return self.filter(status=Encounter.Status.FINAL)

    def open(self):
        return self.filter(ended_at=None)

    def at(self, moment):
        """Standing encounters that were open at ``moment``."""
        return (
            self.final()
            .filter(started_at__lte=moment)
            .filter(Q(ended_at=None) | Q(ended_at__gte=moment))
        )


class Encounter(Record):
    """A stay or visit; a patient has at most one that is open."""

    class Class(models.TextChoices):
        INPATIENT = "inpatient", _("inpatient")
        OUTPATIENT = "outpatient", _("outpatient")
        EMERGENCY = "emergency", _("emergency")

    class Status(models.TextChoices):
        FINAL = "final", _("final")
        ENTERED_IN_ERROR = "entered-in-error", _("entered in error")

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="encounters")
    encounter_class = models.CharField(max_length=12, choices=Class, default=Class.INPATIENT)
    ward = models.CharField(max_length=80, blank=True)
    bed = models.CharField(max_length=20, blank=True)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    status = models.CharField(max_length=16, choices=Status, default=Status.FINAL)

    objects = EncounterQuerySet.as_manager()

    class Meta:
        ordering = ["-started_at", "-id"]
        indexes = [models.Index(fields=["ended_at", "ward"], name="encounter_board")]
        constraints = [
            models.UniqueConstraint(
                fields=["patient"], condition=Q(ended_at=None), name="one_open_encounter"
            ),
            models.CheckConstraint(
                name="encounter_class_known",
                condition=Q(encounter_class__in=["inpatient", "outpatient", "emergency"]),
            ),
            models.CheckConstraint(
                name="encounter_status_known",
                condition=Q(status__in=["final", "entered-in-error"]),
            ),
            models.CheckConstraint(
                name="encounter_in_error_is_closed",
                condition=Q(status="final") | Q(ended_at__isnull=False),
            ),
            models.CheckConstraint(
                name="encounter_ends_after_start",
                condition=Q(ended_at=None) | Q(ended_at__gte=F("started_at")),
            ),
        ]

    def __str__(self):
        return " ".join(part for part in (self.ward, self.bed) if part) or self.encounter_class
