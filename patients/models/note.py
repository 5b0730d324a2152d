"""What people write about a patient in whole sentences."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from aicare.models import Record
from patients.models.encounter import Encounter
from patients.models.patient import Patient
from patients.models.visibility import in_sight_of

LONGEST_TEXT = 20_000
# LOINC document codes of the kinds of notes.
LOINC = {
    "progress": "11506-3",
    "nursing": "34746-8",
    "consultation": "11488-4",
    "discharge": "18842-5",
}


class NoteQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Notes about the patients in the care of ``user``."""
        return self.filter(in_sight_of(user, "patient__"))

    def final(self):
        """Notes that stand: those entered in error are left out."""
        return self.filter(status=Note.Status.FINAL)

    def newest_first(self):
        return self.order_by("-written_at", "-id")


class Note(Record):
    """A note as its author wrote it; corrected by a new row, never edited."""

    class Kind(models.TextChoices):
        PROGRESS = "progress", _("progress note")
        NURSING = "nursing", _("nursing note")
        CONSULTATION = "consultation", _("consultation")
        DISCHARGE = "discharge", _("discharge summary")

    class Status(models.TextChoices):
        FINAL = "final", _("final")
        ENTERED_IN_ERROR = "entered-in-error", _("entered in error")

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="notes")
    encounter = models.ForeignKey(
        Encounter, on_delete=models.PROTECT, null=True, blank=True, related_name="notes"
    )
    kind = models.CharField(max_length=12, choices=Kind, default=Kind.PROGRESS)
    text = models.TextField(max_length=LONGEST_TEXT)
    written_at = models.DateTimeField(help_text="When it was observed or said")
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    status = models.CharField(max_length=16, choices=Status, default=Status.FINAL)
    replaces = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaced_by"
    )
    reason = models.CharField(max_length=400, blank=True, help_text="Why the note was corrected")

    objects = NoteQuerySet.as_manager()

    class Meta:
        ordering = ["-written_at", "-id"]
        indexes = [
            models.Index(
                fields=["patient", "status", "-written_at", "-id"], name="notes_of_patient"
            )
        ]
        constraints = [
            models.CheckConstraint(name="note_says_something", condition=~Q(text="")),
            models.CheckConstraint(
                name="note_kind_known", condition=Q(kind__in=list(LOINC)),
            ),
            models.CheckConstraint(
                name="note_status_known", condition=Q(status__in=["final", "entered-in-error"])
            ),
            models.CheckConstraint(
                name="note_correction_has_a_reason", condition=Q(replaces=None) | ~Q(reason="")
            ),
        ]  # fmt: skip

    def __str__(self):
        return f"{self.get_kind_display()} of {self.written_at:%Y-%m-%d %H:%M}"

    @property
    def loinc(self) -> str:
        return LOINC[self.kind]
