"""Problems, allergies, medication: all of them, and add, change, end, mark as wrong."""

from collections.abc import Callable
from dataclasses import dataclass

from django.forms import Form
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from aicare.audit import record_access
from patients.banner import banner_of
from patients.forms import facts as forms
from patients.history.versions import last_changes
from patients.models import Allergy, Condition, Medication
from patients.models.facts import Fact
from patients.services import change_fact, record_allergy, record_condition, record_medication
from patients.views.acting import Act, answer_act
from patients.views.opening import open_record, require, sent


@dataclass(frozen=True)
class Kind:
    """One kind of fact: its table, forms, service and the words for it."""

    model: type[Fact]
    form: type[Form]
    change_form: type[Form]
    record: Callable[..., Fact]
    title: str
    add: str
    added: str
    change: str
    end: str

    def permission(self, act: str) -> str:
        return f"patients.{act}_{self.model._meta.model_name}"


KINDS = {
    "conditions": Kind(
        Condition,
        forms.ConditionForm,
        forms.ConditionChangeForm,
        record_condition,
        gettext_lazy("Problems"),
        gettext_lazy("Add a problem"),
        gettext_lazy("Problem added."),
        gettext_lazy("Change problem: %(name)s"),
        gettext_lazy("End problem: %(name)s"),
    ),
    "allergies": Kind(
        Allergy,
        forms.AllergyForm,
        forms.AllergyChangeForm,
        record_allergy,
        gettext_lazy("Allergies"),
        gettext_lazy("Add an allergy"),
        gettext_lazy("Allergy added."),
        gettext_lazy("Change allergy: %(name)s"),
        gettext_lazy("End allergy: %(name)s"),
    ),
    "medications": Kind(
        Medication,
        forms.MedicationForm,
        forms.MedicationChangeForm,
        record_medication,
        gettext_lazy("Medication"),
        gettext_lazy("Add a medication"),
        gettext_lazy("Medication added."),
        gettext_lazy("Change medication: %(name)s"),
        gettext_lazy("End medication: %(name)s"),
    ),
}


@dataclass(frozen=True)
class Listed:
    """The facts of one kind: those that hold, and those that ended or were entered in error."""

    key: str
    kind: Kind
    active: list[Fact]
    past: list[Fact]
    may_add: bool
    may_change: bool


@require_safe
def record(request, patient_id):
    """Show every problem, allergy and medication, those that ended and errors too."""
    patient = open_record(request, patient_id)
    lists = [
        _listed(request.user, patient, key, kind)
        for key, kind in KINDS.items()
        if request.user.has_perm(kind.permission("view"))
    ]
    changes = last_changes(fact for one in lists for fact in one.past)
    for one in lists:
        for fact in one.past:
            fact.last_change = changes.get(fact.pk)
    context = {
        "patient": patient,
        "banner": banner_of(patient, now=timezone.now()),
        "lists": lists,
    }
    response = render(request, "patients/record.html", context)
    record_access(user=request.user, action="patient.read", patient_id=patient.pk)
    return response


def _listed(user, patient, key: str, kind: Kind) -> Listed:
    facts = list(
        kind.model.objects.visible_to(user).filter(patient=patient).select_related("created_by")
    )
    return Listed(
        key=key,
        kind=kind,
        active=[fact for fact in facts if fact.status == Fact.Status.ACTIVE],
        past=[fact for fact in facts if fact.status != Fact.Status.ACTIVE],
        may_add=user.has_perm(kind.permission("add")),
        may_change=user.has_perm(kind.permission("change")),
    )


def new_fact(request, patient_id, kind):
    """Add a problem, an allergy or a medication."""
    patient, known = open_record(request, patient_id), KINDS[kind]
    require(request, known.permission("add"))
    form = known.form(sent(request))

    def act():
        answers = {} if known.model is Medication else {"confirmed": form.confirmed}
        return known.record(patient=patient, recorded_by=request.user, **answers, **form.fact())

    return answer_act(request, patient, form, act, Act(known.add, _("Add"), known.added))


def change(request, patient_id, kind, fact_id):
    """Change name, dates, dosage, status; how it was stays on record."""
    patient, known = open_record(request, patient_id), KINDS[kind]
    fact = _fact(request, patient, known, fact_id)
    require(request, known.permission("change"))
    form = known.change_form(sent(request), record=fact)

    def act():
        return _change(request, fact, form, form.fact(), confirmed=form.confirmed)

    words = Act(known.change % {"name": fact.display}, _("Save"), _("Changed."))
    return answer_act(request, patient, form, act, words, unchanged="patients:record")


def end_fact(request, patient_id, kind, fact_id):
    """Say that a fact no longer holds, or never did."""
    patient, known = open_record(request, patient_id), KINDS[kind]
    fact = _fact(request, patient, known, fact_id)
    require(request, known.permission("change"))
    form = forms.EndFactForm(sent(request), record=fact)

    def act():
        change = {name: form.cleaned_data[name] for name in ("status", "ended_on")}
        return _change(request, fact, form, change)

    words = Act(known.end % {"name": fact.display}, _("Save"), _("Changed."))
    return answer_act(request, patient, form, act, words, unchanged="patients:record")


def _fact(request, patient, known: Kind, fact_id) -> Fact:
    """Return the fact, one that was withdrawn only to those who had its form open already."""
    found = known.model.objects.visible_to(request.user).filter(patient=patient)
    if request.method != "POST":
        found = found.exclude(status=Fact.Status.ENTERED_IN_ERROR)
    return get_object_or_404(found, pk=fact_id)


def _change(request, fact, form, fields: dict, **answers) -> Fact:
    return change_fact(
        fact=fact,
        changed_by=request.user,
        reason=form.cleaned_data["reason"],
        expected_version=form.cleaned_data["expected_version"],
        **answers,
        **fields,
    )
