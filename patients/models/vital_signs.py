"""One set of vital signs, taken at one moment."""

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import Case, Q, Value, When
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from aicare.models import Record
from patients.early_warning import HIGHEST_SCORE, PARAMETERS
from patients.models.encounter import Encounter
from patients.models.patient import Patient
from patients.models.visibility import in_sight_of
from patients.questions import pulses_differ
from patients.units import round_half_up
from patients.vital_signs_table import BY_FIELD, CONSCIOUSNESS, MEASUREMENT_FIELDS


def _within_physical_limits(sign) -> models.CheckConstraint:
    empty = Q(**{f"{sign.field}__isnull": True})
    inside = Q(**{f"{sign.field}__gte": sign.minimum, f"{sign.field}__lte": sign.maximum})
    return models.CheckConstraint(name=f"{sign.field}_physical", condition=empty | inside)


def _measurement(field: str) -> models.DecimalField:
    places = BY_FIELD[field].places
    return models.DecimalField(max_digits=5, decimal_places=places, null=True, blank=True)


class FoundAs(models.TextChoices):
    """How monitoring finds a set: scored, not to be scored, or what a partial one says at least."""

    COMPLETE = "complete"
    NOT_APPLICABLE = "not-applicable"
    PARTIAL_ZERO = "partial-zero"
    PARTIAL_LOW = "partial-low"
    PARTIAL_LOW_MEDIUM = "partial-low-medium"
    PARTIAL_MEDIUM = "partial-medium"
    PARTIAL_HIGH = "partial-high"


class VitalSignsQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Sets of the patients in the care of ``user``."""
        return self.filter(in_sight_of(user, "patient__"))

    def final(self):
        """Sets that stand: those entered in error are left out."""
        return self.filter(status=VitalSigns.Status.FINAL)

    def partial(self):
        """Standing sets of which a part of the score is missing, but not all of it."""
        return self.final().filter(
            ~Q(score_min=0, score_max=HIGHEST_SCORE), score__isnull=True, score_min__isnull=False
        )

    def newest_first(self):
        return self.order_by("-measured_at", "-id")


class VitalSigns(Record):
    """A set as measured, scored by the rule of that day; corrected by a new row, never edited.

    Every measurement may be missing; ``as_entered`` keeps value and unit where another unit than
    the field's was used, ``absent_reasons`` why a value is missing.
    """

    class Status(models.TextChoices):
        FINAL = "final", _("final")
        ENTERED_IN_ERROR = "entered-in-error", _("entered in error")

    class Source(models.TextChoices):
        MANUAL = "manual", _("entered by hand")
        DEVICE = "device", _("device")
        IMPORT = "import", _("import")

    class Risk(models.TextChoices):
        LOW = "low", pgettext_lazy("risk", "low")
        LOW_MEDIUM = "low-medium", pgettext_lazy("risk", "low-medium")
        MEDIUM = "medium", pgettext_lazy("risk", "medium")
        HIGH = "high", pgettext_lazy("risk", "high")
        INCOMPLETE = "incomplete", pgettext_lazy("risk", "incomplete")
        NOT_APPLICABLE = "not-applicable", pgettext_lazy("risk", "not applicable")

    # Each index below begins with it.
    patient = models.ForeignKey(
        Patient, on_delete=models.PROTECT, related_name="vital_signs", db_index=False
    )
    encounter = models.ForeignKey(
        Encounter, on_delete=models.PROTECT, null=True, blank=True, related_name="vital_signs"
    )
    measured_at = models.DateTimeField()
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    source = models.CharField(max_length=8, choices=Source, default=Source.MANUAL)

    respiratory_rate_per_min = _measurement("respiratory_rate_per_min")
    oxygen_saturation_percent = _measurement("oxygen_saturation_percent")
    on_supplemental_oxygen = models.BooleanField(null=True, blank=True)
    oxygen_flow_l_per_min = _measurement("oxygen_flow_l_per_min")
    fio2_percent = _measurement("fio2_percent")
    systolic_mmhg = _measurement("systolic_mmhg")
    diastolic_mmhg = _measurement("diastolic_mmhg")
    heart_rate_per_min = _measurement("heart_rate_per_min")
    heart_rate_second_per_min = _measurement("heart_rate_second_per_min")
    consciousness = models.CharField(max_length=14, choices=CONSCIOUSNESS, blank=True)
    temperature_celsius = _measurement("temperature_celsius")
    weight_kg = _measurement("weight_kg")
    height_cm = _measurement("height_cm")
    pain_score = _measurement("pain_score")
    glucose_mmol_per_l = _measurement("glucose_mmol_per_l")
    as_entered = models.JSONField(default=dict, blank=True)
    absent_reasons = models.JSONField(default=dict, blank=True)

    rule = models.CharField(max_length=20)
    saturation_scale = models.PositiveSmallIntegerField(default=1)
    score = models.PositiveSmallIntegerField(null=True, blank=True)
    score_min = models.PositiveSmallIntegerField(null=True, blank=True)
    score_max = models.PositiveSmallIntegerField(null=True, blank=True)
    risk = models.CharField(max_length=14, choices=Risk)
    risk_min = models.CharField(max_length=14, choices=Risk)
    points = models.JSONField(default=dict, help_text="Points of each parameter that was measured")
    missing = models.JSONField(default=list, help_text="Parameters of the score that are missing")
    not_applicable_because = models.CharField(max_length=40, blank=True)
    found_as = models.GeneratedField(
        expression=Case(
            When(score__isnull=False, then=Value(FoundAs.COMPLETE)),
            When(score_min__isnull=True, then=Value(FoundAs.NOT_APPLICABLE)),
            When(score_min=0, then=Value(FoundAs.PARTIAL_ZERO)),
            When(risk_min="low", then=Value(FoundAs.PARTIAL_LOW)),
            When(risk_min="low-medium", then=Value(FoundAs.PARTIAL_LOW_MEDIUM)),
            When(risk_min="medium", then=Value(FoundAs.PARTIAL_MEDIUM)),
            default=Value(FoundAs.PARTIAL_HIGH),
        ),
        output_field=models.CharField(max_length=20),
        db_persist=True,
    )

    confirmed = models.JSONField(
        default=list, help_text="Codes of the questions that were answered"
    )
    note = models.CharField(max_length=4000, blank=True)
    status = models.CharField(max_length=16, choices=Status, default=Status.FINAL)
    replaces = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaced_by"
    )
    reason = models.CharField(max_length=400, blank=True, help_text="Why the set was corrected")

    objects = VitalSignsQuerySet.as_manager()

    class Meta:
        ordering = ["-measured_at", "-id"]
        verbose_name_plural = "vital signs"
        indexes = [
            models.Index(
                fields=["patient", "status", "-measured_at", "-id"], name="sets_of_patient"
            ),
            # Every set as it was recorded, also those entered in error.
            models.Index(fields=["patient", "-measured_at", "-id"], name="sets_by_time"),
            # The weight before, which entry asks for, among thousands of sets without one.
            models.Index(
                fields=["patient", "-measured_at", "-id"],
                condition=Q(status="final", weight_kg__isnull=False),
                name="weights_of_patient",
            ),
            # One seek to the newest complete set or the first partial one that says "high",
            # where a device sends thousands of sets.
            models.Index(
                fields=["patient", "status", "found_as", "measured_at", "id"],
                name="sets_as_monitoring_finds",
            ),
        ]
        constraints = [
            *(_within_physical_limits(sign) for sign in BY_FIELD.values()),
            models.CheckConstraint(
                name="at_least_one_measurement",
                condition=~Q(consciousness="")
                | Q(*((f"{field}__isnull", False) for field in MEASUREMENT_FIELDS
                      if field != "consciousness"), _connector=Q.OR),
            ),
            models.CheckConstraint(
                name="score_is_whole_or_an_interval",
                condition=Q(score__isnull=True)
                | Q(score_min=models.F("score"), score_max=models.F("score"), score__lte=20),
            ),
            models.CheckConstraint(
                name="vital_signs_status_known",
                condition=Q(status__in=["final", "entered-in-error"]),
            ),
            models.CheckConstraint(
                name="correction_has_a_reason", condition=Q(replaces=None) | ~Q(reason="")
            ),
        ]  # fmt: skip

    def __str__(self):
        return f"set of {self.measured_at:%Y-%m-%d %H:%M}"

    @property
    def is_complete(self) -> bool:
        return self.score is not None

    @property
    def holds_a_part_of_the_score(self) -> bool:
        """Whether a sign that is scored was measured: no weight or pain alone."""
        return len(self.missing) < len(PARAMETERS)

    def is_after(self, other: "VitalSigns") -> bool:
        """Tell whether this set was measured later; in the same minute, recorded later."""
        return (self.measured_at, self.pk) > (other.measured_at, other.pk)

    @property
    def measurements(self) -> dict:
        """What was measured, by field, in the units of the fields."""
        given = {name: getattr(self, name) for name in MEASUREMENT_FIELDS}
        return {name: value for name, value in given.items() if value not in (None, "")}

    @property
    def two_readings_differ(self) -> bool:
        """Whether two independent pulse readings disagree: the pulse may be irregular."""
        return pulses_differ(self.heart_rate_per_min, self.heart_rate_second_per_min)

    @property
    def body_mass_index(self) -> Decimal | None:
        """kg/m2, from this set's weight and height; derived, never entered."""
        if self.weight_kg is None or self.height_cm is None:
            return None
        return round_half_up(self.weight_kg / (self.height_cm / 100) ** 2, 1)
