"""How each patient stands by the early-warning score, and when the next set is due.

A later partial set neither hides nor softens: score and missing parts are those of the newest
complete set; risk is the worst of that set's and of what every later partial set says at least; due
is the earliest that any of them implies. Without a complete set the partial ones of the last day
before the newest count. Twelve hours are earned by a known 0 only: without any complete set, a
minimum of 0 is due like a low score. Where the score does not apply (now, or at the newest set),
and after death or discharge, nothing is due.
"""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import DateTimeField, Exists, F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce, Greatest, NullIf

from patients.early_warning import (
    HIGH,
    INCOMPLETE,
    LOW,
    LOW_MEDIUM,
    MEDIUM,
    NOT_APPLICABLE,
    SEVERITY,
    why_not_applicable,
)
from patients.models import Condition, Encounter, ObservationPolicy, Patient, VitalSigns
from patients.models.vital_signs import FoundAs

PARTIAL_SETS_COUNT_FOR = datetime.timedelta(hours=24)
LONG_AGO = Value(datetime.datetime(1, 1, 1, tzinfo=datetime.UTC), output_field=DateTimeField())
# For each risk the first partial set after the newest complete one that says at least so much.
FIRST_OF = {risk: f"first_{risk.replace('-', '_')}_id" for risk in SEVERITY}
ROWS = ("latest_id", "complete_id", "unscored_id", "later_id", *FIRST_OF.values())


@dataclass(frozen=True)
class EarlyWarning:
    """What the sets of one patient say together at one moment.

    ``decisive`` is the set that gives the risk; ``latest`` is the newest set of any kind;
    ``latest_signs`` leaves out those without any part of the score, such as a weight alone.
    """

    score: int | None
    score_min: int | None
    score_max: int | None
    risk: str
    missing: tuple[str, ...]
    measured_at: datetime.datetime
    next_due_at: datetime.datetime | None
    overdue: bool
    rule: str
    previous_score: int | None
    not_applicable_because: str
    later_incomplete: VitalSigns | None
    latest: VitalSigns
    latest_signs: VitalSigns
    latest_complete: VitalSigns | None
    decisive: VitalSigns


def early_warnings(
    patients: Iterable[Patient], *, now: datetime.datetime
) -> dict[UUID, EarlyWarning]:
    """Return how each patient stands, by id, in two queries; who has no set is left out."""
    found = list(_with_newest_sets(Patient.objects.filter(pk__in=[one.pk for one in patients])))
    ids = {getattr(patient, name) for patient in found for name in ROWS} - {None}
    sets = VitalSigns.objects.select_related("recorded_by", "encounter").in_bulk(ids)
    return {
        patient.pk: _early_warning(patient, sets, now) for patient in found if patient.latest_id
    }


def interval(policy: ObservationPolicy, risk: str, *, known_zero: bool) -> datetime.timedelta:
    """Return after how long a set of this risk is due again."""
    minutes = {
        LOW: policy.zero_minutes if known_zero else policy.low_minutes,
        LOW_MEDIUM: policy.low_medium_minutes,
        MEDIUM: policy.medium_minutes,
        HIGH: policy.high_minutes,
    }
    return datetime.timedelta(minutes=minutes[risk])


def _with_newest_sets(patients):
    """Annotate the ids of the few sets that decide; every subquery is a seek in an index.

    ``since`` is the moment of the newest set that has a score or needs none; without one, a day
    before the newest partial set.
    """
    final = VitalSigns.objects.final().filter(patient=OuterRef("pk"))
    complete = final.filter(found_as=FoundAs.COMPLETE).newest_first()
    unscored = final.filter(found_as=FoundAs.NOT_APPLICABLE).newest_first()
    newest = final.newest_first()
    settled = NullIf(Greatest(_or_long_ago("complete_at"), _or_long_ago("unscored_at")), LONG_AGO)
    after = final.filter(
        Q(measured_at__gt=OuterRef("since"))
        | Q(measured_at=OuterRef("complete_at"), pk__gt=OuterRef("complete_id"))
        | Q(measured_at=OuterRef("unscored_at"), pk__gt=OuterRef("unscored_id")),
        measured_at__gte=OuterRef("since"),
    )
    first = after.order_by("measured_at", "id").values("pk")
    return (
        patients.order_by()
        .select_related("site__observation_policy")
        .annotate(
            pregnancy_on_record=Exists(
                Condition.objects.of_pregnancy().filter(patient=OuterRef("pk"))
            ),
            is_admitted=Exists(Encounter.objects.open().filter(patient=OuterRef("pk"))),
            latest_id=Subquery(newest.values("pk")[:1]),
            latest_at=Subquery(newest.values("measured_at")[:1]),
            complete_id=Subquery(complete.values("pk")[:1]),
            complete_at=Subquery(complete.values("measured_at")[:1]),
            previous_score=Subquery(complete.values("score")[1:2]),
            unscored_id=Subquery(unscored.values("pk")[:1]),
            unscored_at=Subquery(unscored.values("measured_at")[:1]),
        )
        .annotate(since=Coalesce(settled, F("latest_at") - PARTIAL_SETS_COUNT_FOR))
        .annotate(
            later_id=Subquery(after.partial().newest_first().values("pk")[:1]),
            **{
                FIRST_OF[risk]: Subquery(first.filter(found_as=f"partial-{risk}")[:1])
                for risk in SEVERITY
            },
        )
    )


def _or_long_ago(name: str) -> Coalesce:
    """Return a time that is never NULL: what is greatest must not depend on the database."""
    return Coalesce(name, LONG_AGO)


def _early_warning(patient, sets: dict[UUID, VitalSigns], now) -> EarlyWarning:
    latest, complete, unscored, later = (sets.get(getattr(patient, name)) for name in ROWS[:4])
    if complete and unscored and unscored.is_after(complete):
        complete = None
    shown = complete or later or latest
    because = _why_not_applicable(patient, now) or shown.not_applicable_because
    if because:
        return _not_applicable(latest, because)
    says_at_least = {
        risk: sets[getattr(patient, name)]
        for risk, name in FIRST_OF.items()
        if getattr(patient, name)
    }
    risk, decisive = _worst(shown, complete, says_at_least)
    due = _due(patient, shown, complete, says_at_least) if _is_observed(patient, latest) else None
    return EarlyWarning(
        score=shown.score,
        score_min=shown.score_min,
        score_max=shown.score_max,
        risk=risk,
        missing=tuple(shown.missing),
        measured_at=shown.measured_at,
        next_due_at=due,
        overdue=due is not None and now > due,
        rule=shown.rule,
        previous_score=patient.previous_score if complete else None,
        not_applicable_because="",
        later_incomplete=later if complete else None,
        latest=latest,
        latest_signs=later or shown,
        latest_complete=complete,
        decisive=decisive,
    )


def _worst(shown, complete, says_at_least) -> tuple[str, VitalSigns]:
    """Return the worst risk and the set that gives it; of equals, the complete set."""
    risk, decisive = (complete.risk, complete) if complete else (LOW, shown)
    for level, row in says_at_least.items():
        if SEVERITY.index(level) > SEVERITY.index(risk):
            risk, decisive = level, row
    if complete is None and risk in {LOW, LOW_MEDIUM}:
        return INCOMPLETE, decisive
    return risk, decisive


def _due(patient, shown, complete, says_at_least) -> datetime.datetime:
    policy = getattr(patient.site, "observation_policy", None) or ObservationPolicy()
    ways = [(shown.measured_at, shown.risk_min, bool(complete) and complete.score == 0)]
    ways += [(row.measured_at, risk, False) for risk, row in says_at_least.items()]
    return min(at + interval(policy, risk, known_zero=zero) for at, risk, zero in ways)


def _is_observed(patient, latest: VitalSigns) -> bool:
    """Tell whether anybody waits for a next set: not after death, nor after discharge."""
    if patient.deceased_at:
        return False
    return patient.is_admitted or latest.encounter is None or latest.encounter.ended_at is None


def _why_not_applicable(patient, now) -> str:
    status = Patient.PregnancyStatus.YES
    return why_not_applicable(
        age_years=patient.age_in_years(now.astimezone(patient.site.zone).date()),
        pregnant=patient.pregnancy_status == status or patient.pregnancy_on_record,
    )


def _not_applicable(latest: VitalSigns, because: str) -> EarlyWarning:
    return EarlyWarning(
        score=None,
        score_min=None,
        score_max=None,
        risk=NOT_APPLICABLE,
        missing=(),
        measured_at=latest.measured_at,
        next_due_at=None,
        overdue=False,
        rule=latest.rule,
        previous_score=None,
        not_applicable_because=because,
        later_incomplete=None,
        latest=latest,
        latest_signs=latest,
        latest_complete=None,
        decisive=latest,
    )
