"""Conditions, allergies and medications: three resources, one behaviour."""

from dataclasses import dataclass

from django.shortcuts import get_object_or_404
from django.urls import path
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_view

from aicare.rest.idempotency import create_once
from aicare.rest.permissions import require
from aicare.rest.preconditions import check_if_match
from aicare.rest.query import PAGE
from aicare.rest.schema import ETAG, IDEMPOTENCY_KEY, IF_MATCH
from patients.api.resource import Resource, changed
from patients.codes.conditions import ICD_10
from patients.codes.drugs import ATC
from patients.models import Allergy, Condition, Medication
from patients.serializers import (
    AllergyChangeSerializer,
    AllergySerializer,
    ConditionChangeSerializer,
    ConditionSerializer,
    MedicationChangeSerializer,
    MedicationSerializer,
    NewAllergySerializer,
    NewConditionSerializer,
    NewMedicationSerializer,
)
from patients.services import (
    change_fact,
    record_allergy,
    record_condition,
    record_medication,
)


@dataclass(frozen=True)
class Kind:
    """One kind of fact: its words, its table, its JSON, its service, what a body looks like."""

    one: str
    many: str
    model: type
    shown: type
    entered: type
    changed: type
    record: object
    new: dict
    change: dict
    article: str = "a"
    to_know: str = ""


KINDS = (
    Kind(
        "condition", "conditions", Condition,
        ConditionSerializer, NewConditionSerializer, ConditionChangeSerializer, record_condition,
        new={
            "code": {"system": ICD_10, "code": "I10", "display": "Hypertension"},
            "started_on": "2014-05-01",
        },
        change={"status": "resolved", "ended_on": "2026-03-10", "reason": "no drugs for a year"},
    ),
    Kind(
        "allergy", "allergies", Allergy,
        AllergySerializer, NewAllergySerializer, AllergyChangeSerializer, record_allergy,
        new={
            "code": {"system": ATC, "code": "J01C", "display": "Penicillins"},
            "reaction": "rash", "criticality": "high", "confirm": ["ends_no_known_allergy"],
        },
        change={"status": "entered-in-error", "reason": "it was another patient's"},
        article="an",
        to_know="Where \"no known allergy\" stands it is asked whether that ends "
        "(409 `ends_no_known_allergy`).",
    ),
    Kind(
        "medication", "medications", Medication,
        MedicationSerializer, NewMedicationSerializer, MedicationChangeSerializer,
        record_medication,
        new={
            "code": {"system": ATC, "code": "A10BA02", "display": "metformin"}, "dosage": "1-0-1",
        },
        change={"dosage": "1-1-1", "reason": "HbA1c 8.9 %"},
    ),
)  # fmt: skip


class FactResource(Resource):
    kind: Kind

    def facts(self, patient):
        found = self.kind.model.objects.visible_to(self.request.user).filter(patient=patient)
        return found.select_related("created_by")

    def one(self, patient):
        return get_object_or_404(
            self.facts(patient).select_related("created_by", "patient"), pk=self.kwargs["fact_id"]
        )


class FactList(FactResource):
    parameters = PAGE

    def get(self, request, patient_id):
        patient = self.patient()
        self.may_read()
        return self.answer_page(
            self.facts(patient),
            self.kind.shown,
            action=f"{self.kind.many}.listed",
            patient_id=patient.pk,
        )

    def post(self, request, patient_id):
        patient = self.patient()
        require(request, f"patients.add_{self.kind.one}")
        fields = self.valid(self.kind.entered)
        return create_once(
            request,
            act=lambda: self.kind.record(patient=patient, recorded_by=request.user, **fields),
            find=lambda pk: get_object_or_404(self.facts(patient), pk=pk),
            represent=lambda fact: self.kind.shown(fact).data,
        )


class FactDetail(FactResource):
    def get(self, request, patient_id, fact_id):
        patient = self.patient()
        fact = self.one(patient)
        self.may_read()
        return self.answer_one(
            fact, self.kind.shown, action=f"{self.kind.one}.read", patient_id=patient.pk
        )

    def patch(self, request, patient_id, fact_id):
        fact = self.one(self.patient())
        require(request, f"patients.change_{self.kind.one}")
        check_if_match(request, fact)
        fields = self.valid(self.kind.changed)
        fact = change_fact(
            fact=fact, changed_by=request.user, expected_version=fact.version, **fields
        )
        return changed(fact, self.kind.shown)


def _routes(kind: Kind) -> list:
    """Return the two addresses of one kind, each with its own entry in the schema."""
    settings = {
        "kind": kind,
        "group": kind.many,
        "read_permission": f"patients.view_{kind.one}",
    }
    list_view = extend_schema_view(
        get=extend_schema(
            operation_id=f"{kind.many}_list",
            summary=f"List a patient's {kind.many}",
            description=f"The {kind.many} of a patient, newest first, of every status.",
            responses=kind.shown(many=True),
        ),
        post=extend_schema(
            operation_id=f"{kind.many}_create",
            summary=f"Record {kind.article} {kind.one}",
            description=f"Add one to the patient's {kind.many}, coded where a code is known, "
            f"otherwise in words alone. {kind.to_know}".rstrip(),
            parameters=[IDEMPOTENCY_KEY, ETAG],
            request=kind.entered,
            responses={201: kind.shown},
            examples=[OpenApiExample("new", value=kind.new, request_only=True)],
        ),
    )(type(f"{kind.one.title()}List", (FactList,), dict(settings)))
    detail_view = extend_schema_view(
        get=extend_schema(
            operation_id=f"{kind.many}_retrieve",
            summary=f"Read one {kind.one}",
            description=f"One of the patient's {kind.many}, of any status.",
            parameters=[ETAG],
            responses=kind.shown,
        ),
        patch=extend_schema(
            operation_id=f"{kind.many}_change",
            summary=f"Change or end {kind.article} {kind.one}",
            description="Change it, say that it has ended, or that it was entered in error (with "
            "a reason). What is left out stays; how it was stays in the history.",
            parameters=[IF_MATCH, ETAG],
            request=kind.changed,
            responses=kind.shown,
            examples=[OpenApiExample("change", value=kind.change, request_only=True)],
        ),
    )(type(f"{kind.one.title()}Detail", (FactDetail,), dict(settings)))
    base = f"patients/<uuid:patient_id>/{kind.many}/"
    return [
        path(base, list_view.as_view(), name=f"{kind.one}-list"),
        path(f"{base}<uuid:fact_id>/", detail_view.as_view(), name=f"{kind.one}-detail"),
    ]


urlpatterns = [route for kind in KINDS for route in _routes(kind)]
