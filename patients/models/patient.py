"""The person, as one site knows them."""

import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from aicare.models import Record, Site
from patients.models.visibility import in_sight_of, of_own_sites


class PatientQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Patients of the user's sites, or opened by break-glass: for one patient by id."""
        return self.filter(in_sight_of(user))

    def of_own_sites(self, user):
        """Patients of the user's sites alone: for lists, searches, boards and exports."""
        return self.filter(of_own_sites(user))

    def with_people(self):
        """Each with its site and everybody whom it names, in one query."""
        return self.select_related(
            "site", "created_by", "pregnancy_status_by", "saturation_scale_authorised_by"
        )

    def standing(self):
        """Records that were not merged into another one."""
        return self.filter(merged_into=None)


class Patient(Record):
    """A person in the care of a site; the record number is the hospital's own."""

    class Sex(models.TextChoices):
        """FHIR AdministrativeGender."""

        MALE = "male", _("male")
        FEMALE = "female", _("female")
        OTHER = "other", _("other")
        UNKNOWN = "unknown", _("unknown")

    class PregnancyStatus(models.TextChoices):
        YES = "yes", _("pregnant")
        NO = "no", _("not pregnant")
        UNKNOWN = "unknown", _("unknown")

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="patients")
    medical_record_number = models.CharField(max_length=64)
    family_name = models.CharField(max_length=120)
    given_names = models.CharField(max_length=120, blank=True)
    birth_date = models.DateField(null=True, blank=True, help_text="Empty: not known")
    sex = models.CharField(max_length=8, choices=Sex, default=Sex.UNKNOWN)
    pregnancy_status = models.CharField(
        max_length=8, choices=PregnancyStatus, default=PregnancyStatus.UNKNOWN
    )
    pregnancy_status_since = models.DateTimeField(null=True, blank=True)
    pregnancy_status_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    phone = models.CharField(max_length=40, blank=True)
    address = models.CharField(max_length=300, blank=True)
    emergency_contact_name = models.CharField(max_length=120, blank=True)
    emergency_contact_relationship = models.CharField(max_length=60, blank=True)
    emergency_contact_phone = models.CharField(max_length=40, blank=True)
    deceased_at = models.DateTimeField(null=True, blank=True)
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True)
    saturation_scale = models.PositiveSmallIntegerField(
        default=1, help_text="NEWS2 scale 2 only with an authorised target of 88 to 92 %"
    )
    saturation_scale_authorised_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    saturation_scale_authorised_at = models.DateTimeField(null=True, blank=True)

    objects = PatientQuerySet.as_manager()

    class Meta:
        ordering = ["family_name", "given_names", "id"]
        indexes = [
            # Likely duplicates, and a patient of another site in an emergency.
            models.Index(fields=["site", "birth_date", "family_name"], name="patients_by_birth")
        ]
        permissions = [
            ("authorise_saturation_scale_2", "Can authorise a saturation target of 88 to 92 %")
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["site", "medical_record_number"], name="record_number_once_per_site"
            ),
            models.CheckConstraint(
                name="patient_has_names_and_number",
                condition=~Q(medical_record_number="") & ~Q(family_name=""),
            ),
            models.CheckConstraint(
                name="patient_sex_known",
                condition=Q(sex__in=["male", "female", "other", "unknown"]),
            ),
            models.CheckConstraint(
                name="patient_pregnancy_known",
                condition=Q(pregnancy_status__in=["yes", "no", "unknown"]),
            ),
            models.CheckConstraint(
                name="saturation_scale_2_is_authorised",
                condition=Q(saturation_scale=1)
                | Q(
                    saturation_scale=2,
                    saturation_scale_authorised_by__isnull=False,
                    saturation_scale_authorised_at__isnull=False,
                ),
            ),
        ]

    def __str__(self):
        return self.name

    @property
    def name(self) -> str:
        """The name as lists show it: family name first."""
        return ", ".join(part for part in (self.family_name, self.given_names) if part)

    @property
    def standing(self) -> "Patient":
        """The record itself, or the one into which it was merged: never a merged one again."""
        return self.merged_into or self

    @property
    def is_pregnant(self) -> bool:
        """Whether the status says so, or an active condition does."""
        return (
            self.pregnancy_status == self.PregnancyStatus.YES
            or self.conditions.of_pregnancy().exists()
        )

    def age_in_years(self, on: datetime.date) -> int | None:
        """Return the completed years of life at the date ``on``, or None if unknown."""
        if self.birth_date is None:
            return None
        had_birthday = (on.month, on.day) >= (self.birth_date.month, self.birth_date.day)
        return on.year - self.birth_date.year - (0 if had_birthday else 1)
