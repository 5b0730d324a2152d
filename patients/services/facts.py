"""Record conditions, allergies and medications; they are ended or marked wrong, never deleted."""

import datetime
from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from aicare.audit import record_access
from aicare.errors import Conflict, InvalidInput, Problem
from patients.allergies import NONE_OF_A_KIND_SNOMED, real_allergies, says_none_known
from patients.codes import names_another
from patients.codes.allergens import ALLERGENS, NONE_KNOWN, denies_every_allergy
from patients.codes.conditions import CONDITIONS
from patients.models import Allergy, Condition, Medication, Patient
from patients.models.facts import PREGNANCY_SNOMED, Fact
from patients.pregnancy import questions_about_pregnancy
from patients.services.asking import Confirmed, ask
from patients.services.history import check_reason, refuse_if_stale, save_new_version
from patients.services.locking import lock_for_writing, refuse_if_moved
from patients.visible_text import has_hidden_signs

CODED = {"system", "code", "display"}
CHANGEABLE = CODED | {
    "status", "started_on", "ended_on", "note", "reaction", "criticality", "dosage",
}  # fmt: skip
# Codes by which the record itself is read: they end scoring, or say that there is no allergy.
READ_BY_CODE = {
    Condition: (frozenset({PREGNANCY_SNOMED}), CONDITIONS),
    Allergy: (NONE_OF_A_KIND_SNOMED | {NONE_KNOWN.code}, ALLERGENS),
}
# The question that a new allergy raises where "no known allergy" stands.
ENDS_NONE_KNOWN = "ends_no_known_allergy"


def record_condition(*, patient, recorded_by, confirmed: Confirmed = (), **fields) -> Condition:
    """Add a problem or diagnosis (display, and where known system and code; status; dates).

    A pregnancy that is unlikely is asked about: ``confirmed`` holds the answer.
    """
    return _record_fact(Condition, patient, recorded_by, fields, confirmed)


def record_allergy(*, patient, recorded_by, confirmed: Confirmed = (), **fields) -> Allergy:
    """Add what the patient must not be given (as a condition; reaction, criticality).

    Where "no known allergy" stands it is asked whether that ends: ``confirmed`` holds the answer.
    """
    return _record_fact(Allergy, patient, recorded_by, fields, confirmed)


def record_medication(*, patient, recorded_by, **fields) -> Medication:
    """Add a drug as ordered (as a condition, and the dosage)."""
    return _record_fact(Medication, patient, recorded_by, fields)


@transaction.atomic
def change_fact(
    *,
    fact,
    changed_by,
    reason: str = "",
    expected_version: int | None = None,
    confirmed: Confirmed = (),
    **fields,
):
    """Change a fact by a new version; how it was stays on record with ``reason``.

    What was entered in error stays so, and needs a reason; what was resolved may become active
    again. Another display without a code takes the old code away: it no longer says the same.
    """
    patient = lock_for_writing(fact.patient)
    current = type(fact).objects.select_related("created_by").get(pk=fact.pk)
    refuse_if_moved(current, as_read=fact)
    current.patient = patient
    refuse_if_stale(current, expected_version)
    if current.status == Fact.Status.ENTERED_IN_ERROR:
        raise Conflict(_("This was marked as entered in error."), code="entered_in_error")
    if fields.get("status") == Fact.Status.ENTERED_IN_ERROR:
        check_reason(reason)
    was_pregnant = _says_pregnant(current)
    _apply(current, fields)
    _check(current)
    if not was_pregnant:
        _ask_about_pregnancy(current, confirmed)
    _check_allergies(current, changed_by, confirmed)
    save_new_version(current, changed_by=changed_by, reason=reason)
    _record(changed_by, f"{current._meta.model_name}.changed", current)
    return current


@transaction.atomic
def _record_fact(model, patient, recorded_by, fields, confirmed: Confirmed = ()):
    patient = lock_for_writing(patient)
    fact = model(patient=patient, created_by=recorded_by)
    _apply(fact, fields)
    _check(fact)
    _ask_about_pregnancy(fact, confirmed)
    _check_allergies(fact, recorded_by, confirmed)
    fact.save()
    _record(recorded_by, f"{model._meta.model_name}.recorded", fact)
    return fact


def _apply(fact: Fact, fields: dict) -> None:
    unknown = [name for name in fields if name not in CHANGEABLE or not hasattr(fact, name)]
    if unknown:
        raise TypeError(f"not fields of a fact: {sorted(unknown)}")
    if "display" in fields and fields["display"].strip() != fact.display:
        fact.system = fact.code = ""
    for name, value in fields.items():
        setattr(fact, name, value.strip() if isinstance(value, str) else value)


def _check(fact: Fact) -> None:
    if not fact.display:
        raise InvalidInput(_("Say what it is."), code="required", attr="display")
    if bool(fact.code) != bool(fact.system):
        raise InvalidInput(
            _("A code needs its system, and a system its code."),
            code="incomplete_code",
            attr="code",
        )
    _check_visible(fact)
    _check_name_of_code(fact)
    today = timezone.now().astimezone(fact.patient.site.zone).date()
    _check_start(fact, today)
    if fact.started_on and fact.ended_on and fact.ended_on < fact.started_on:
        raise InvalidInput(
            _("The end is before the start."), code="ends_before_start", attr="ended_on"
        )
    if fact.status == Fact.Status.RESOLVED and fact.ended_on and fact.ended_on > today:
        raise InvalidInput(
            _("What has ended did not end in the future."), code="in_the_future", attr="ended_on"
        )


def _check_visible(fact: Fact) -> None:
    """Refuse an allergy without a name that can be seen, or a dosage that reads backwards."""
    for name in ("display", "dosage", "reaction"):
        if has_hidden_signs(getattr(fact, name, "")):
            raise InvalidInput(
                _("This holds signs that cannot be seen. Type it again."),
                code="invalid_text",
                attr=name,
            )


def _check_name_of_code(fact: Fact) -> None:
    """Refuse a code that changes how the record is read below the name of something else."""
    codes, table = READ_BY_CODE.get(type(fact), (frozenset(), ()))
    if fact.code in codes and names_another(table, fact.code, fact.display):
        raise InvalidInput(
            _("The code says something else than the name."),
            code="code_and_name_differ",
            attr="code",
        )


def _check_start(fact: Fact, today: datetime.date) -> None:
    if not fact.started_on:
        return
    if fact.started_on > today:
        raise InvalidInput(_("This day has not come yet."), code="in_the_future", attr="started_on")
    born = fact.patient.birth_date
    if born and fact.started_on < born:
        raise InvalidInput(
            _("This is before the patient was born."), code="before_birth", attr="started_on"
        )


def _says_pregnant(fact: Fact) -> bool:
    is_active = fact.status == Fact.Status.ACTIVE
    return isinstance(fact, Condition) and is_active and fact.code == PREGNANCY_SNOMED


def _ask_about_pregnancy(fact: Fact, confirmed: Confirmed) -> None:
    if _says_pregnant(fact):
        today = timezone.now().astimezone(fact.patient.site.zone).date()
        age = fact.patient.age_in_years(today)
        ask(
            questions_about_pregnancy(sex=fact.patient.sex, age_years=age, attr="display"),
            confirmed,
        )


def _check_allergies(fact: Fact, by, confirmed: Confirmed) -> None:
    """Keep "no known allergy" and an allergy from standing side by side; the patient is locked.

    An answer about one kind, such as "no known drug allergy", stands beside either.
    """
    if not isinstance(fact, Allergy) or fact.status != Fact.Status.ACTIVE:
        return
    denials, allergies = _denials_and_allergies(
        one for one in fact.patient.allergies.active() if one.pk != fact.pk
    )
    if denies_every_allergy(fact):
        _check_denial(denials, allergies)
    elif not says_none_known(fact):
        _ask_about(denials, confirmed)
        for denial in denials:
            _end_denial(denial, by, f"Allergy recorded: {fact.display}")


def _denials_and_allergies(recorded: Iterable[Allergy]) -> tuple[list[Allergy], list[Allergy]]:
    recorded = list(recorded)
    denials = [one for one in recorded if denies_every_allergy(one)]
    return denials, list(real_allergies(recorded))


def _check_denial(denials: list[Allergy], allergies: list[Allergy]) -> None:
    if denials:
        raise Conflict(_("“No known allergy” is on record."), code="none_known_recorded")
    if allergies:
        raise Conflict(
            _("An allergy is on record. End it before you record that none is known."),
            code="allergy_recorded",
        )


def _ask_about(denials: list[Allergy], confirmed: Confirmed) -> None:
    if denials:
        question = _("“No known allergy” is on record. It ends when this allergy is saved.")
        ask([Problem(ENDS_NONE_KNOWN, question)], confirmed)


def settle_allergies(*, survivor: Patient, duplicate: Patient, changed_by, reason: str) -> None:
    """End what would contradict itself when two records become one; call it with both locked.

    "No known allergy" ends where the other record has an allergy, and stands once otherwise.
    """
    denials, allergies = _denials_and_allergies(
        [*survivor.allergies.active(), *duplicate.allergies.active()]
    )
    for denial in denials if allergies else denials[1:]:
        _end_denial(denial, changed_by, reason)


def _end_denial(denial: Allergy, by, reason: str) -> None:
    denial.status = Fact.Status.RESOLVED
    denial.ended_on = timezone.now().astimezone(denial.patient.site.zone).date()
    save_new_version(denial, changed_by=by, reason=reason)
    _record(by, "allergy.changed", denial)


def _record(user, action: str, fact: Fact) -> None:
    record_access(user=user, action=action, patient_id=fact.patient_id, object_id=fact.pk)
