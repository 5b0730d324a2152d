"""What is known about a person beyond measurements: conditions, allergies, medications."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from aicare.models import Record
from patients.models.patient import Patient
from patients.models.visibility import in_sight_of

PREGNANCY_SNOMED = "77386006"
NO_KNOWN_ALLERGY_SNOMED = "716186003"


# With what status a fact may be recorded; an error is found later.
NEW_STATUS = [("active", "active"), ("resolved", "resolved")]


class FactQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Facts of the patients in the care of ``user``."""
        return self.filter(in_sight_of(user, "patient__"))

    def active(self):
        return self.filter(status="active")

    def of_pregnancy(self):
        """Conditions that say that the patient is pregnant, however the system is spelt."""
        return self.active().filter(code=PREGNANCY_SNOMED)


class Fact(Record):
    """A coded or free-text statement about a patient; ended or marked wrong, never deleted."""

    class Status(models.TextChoices):
        ACTIVE = "active", _("active")
        RESOLVED = "resolved", _("resolved")
        ENTERED_IN_ERROR = "entered-in-error", _("entered in error")

    system = models.CharField(
        max_length=200, blank=True, help_text="Such as http://snomed.info/sct"
    )
    code = models.CharField(max_length=40, blank=True)
    display = models.CharField(max_length=200)
    status = models.CharField(max_length=16, choices=Status, default=Status.ACTIVE)
    started_on = models.DateField(null=True, blank=True)
    ended_on = models.DateField(null=True, blank=True)
    note = models.CharField(max_length=400, blank=True)

    objects = FactQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(name="%(class)s_is_named", condition=~Q(display="")),
            models.CheckConstraint(
                name="%(class)s_status_known",
                condition=Q(status__in=["active", "resolved", "entered-in-error"]),
            ),
            models.CheckConstraint(
                name="%(class)s_ends_after_start",
                condition=Q(started_on=None)
                | Q(ended_on=None)
                | Q(ended_on__gte=models.F("started_on")),
            ),
        ]

    def __str__(self):
        return self.display


class Condition(Fact):
    """A problem or diagnosis that a person recorded."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="conditions")


class Allergy(Fact):
    """What the patient must not be given."""

    class Criticality(models.TextChoices):
        """FHIR AllergyIntolerance.criticality."""

        LOW = "low", _("low")
        HIGH = "high", _("high")
        UNABLE_TO_ASSESS = "unable-to-assess", _("unable to assess")

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="allergies")
    reaction = models.CharField(max_length=200, blank=True)
    criticality = models.CharField(max_length=16, choices=Criticality, blank=True)

    class Meta(Fact.Meta):
        constraints = [
            *Fact.Meta.constraints,
            models.CheckConstraint(
                name="allergy_criticality_known",
                condition=Q(criticality__in=["", "low", "high", "unable-to-assess"]),
            ),
            models.UniqueConstraint(
                fields=["patient"],
                condition=Q(code=NO_KNOWN_ALLERGY_SNOMED, status="active"),
                name="no_known_allergy_once",
            ),
        ]


class Medication(Fact):
    """A drug as ordered."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="medications")
    dosage = models.CharField(max_length=120, blank=True, help_text="Such as 1-0-1 or as needed")
