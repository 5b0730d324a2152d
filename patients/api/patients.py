"""Search, register, read and change patients."""

from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework.exceptions import NotFound, ValidationError

from aicare.audit import record_access
from aicare.models import Site
from aicare.rest.idempotency import create_once
from aicare.rest.permissions import may, require
from aicare.rest.preconditions import check_if_match
from aicare.rest.query import PAGE
from aicare.rest.schema import ETAG, IDEMPOTENCY_KEY, IF_MATCH, RefusalsSerializer
from patients.api.people_pages import HitsPagination
from patients.api.resource import Resource, changed, text_in_query
from patients.finding.people import Search
from patients.finding.possible_duplicates import PossibleDuplicate, possible_duplicates
from patients.models import Patient
from patients.serializers import (
    FoundPatientSerializer,
    NewPatientSerializer,
    PatientChangeSerializer,
    PatientSerializer,
)
from patients.serializers.merging import RegisteredPatientSerializer, registered_json
from patients.services import change_patient, register_patient
from patients.services.patients import AUTHORISE_SCALE_2

NEW_PATIENT = OpenApiExample(
    "A new patient",
    value={
        "medical_record_number": "300417",
        "family_name": "Inventada",
        "given_names": "Marisol",
        "birth_date": "1962-02-03",
        "sex": "female",
        "emergency_contact": {"name": "Iñaki", "relationship": "son", "phone": "555 0142"},
    },
    request_only=True,
)
CHANGED_PHONE = OpenApiExample(
    "Another telephone number",
    value={"phone": "555 0199", "reason": "New contract"},
    request_only=True,
)


class PatientList(Resource):
    """The patients of the caller's sites."""

    pagination_class = HitsPagination
    parameters = PAGE | {"q"}

    @extend_schema(
        operation_id="patients_list",
        summary="Search or list patients",
        description="The patients of your sites, by name; with `q` those who fit, best first.",
        parameters=[
            OpenApiParameter(
                "q",
                str,
                description="Words of the name, the beginning of the record number, the birth "
                "date (1962-02-03, 3.2.1962, 1962): all must fit. Accents and order do not matter. "
                "What begins so comes before what contains it.",
            )
        ],
        responses=FoundPatientSerializer(many=True),
    )
    def get(self, request):
        self.may_read()
        words = text_in_query(request, "q") or ""
        search = Search(request.user, words, today=timezone.localdate())
        paginator = self.pagination_class()
        hits = paginator.paginate_queryset(search, request, view=self)
        answer = paginator.get_paginated_response(FoundPatientSerializer(hits, many=True).data)
        record_access(
            user=request.user,
            action="patients.searched" if words.strip() else "patients.listed",
            patient_ids=[hit.patient.pk for hit in hits],
        )
        return answer

    @extend_schema(
        operation_id="patients_create",
        summary="Register a patient",
        description="`site` may be left out by a caller who has one. A record number that is taken "
        "is 409 `record_number_taken`. `possible_duplicates` names records that may be of the "
        "same person: look, and merge if so.",
        parameters=[IDEMPOTENCY_KEY, ETAG],
        request=NewPatientSerializer,
        responses={201: RegisteredPatientSerializer, 404: RefusalsSerializer},
        examples=[NEW_PATIENT],
    )
    def post(self, request):
        require(request, "patients.add_patient")
        fields = self.valid(NewPatientSerializer)
        site = site_of(request.user, fields.pop("site", None))
        may_set_scale(request, fields, Patient())
        return create_once(
            request,
            act=lambda: register_patient(site=site, registered_by=request.user, **fields),
            find=lambda pk: get_object_or_404(visible_patients(request.user), pk=pk),
            represent=lambda patient: registered_json(patient, alike_seen_by(request, patient)),
        )


class PatientDetail(Resource):
    """One patient."""

    @extend_schema(
        operation_id="patients_retrieve",
        summary="Read one patient",
        description="One patient. A record that was merged says into which one: `merged_into`; "
        "below its address the data of that one are answered.",
        parameters=[ETAG],
        responses=PatientSerializer,
    )
    def get(self, request, patient_id):
        patient = self.record_of_address()
        self.may_read()
        return self.answer_one(
            patient, PatientSerializer, action="patient.read", patient_id=patient.pk
        )

    @extend_schema(
        operation_id="patients_change",
        summary="Change a patient",
        description="What is left out stays; how it was stays in the history.",
        parameters=[IF_MATCH, ETAG],
        request=PatientChangeSerializer,
        responses=PatientSerializer,
        examples=[CHANGED_PHONE],
    )
    def patch(self, request, patient_id):
        patient = self.patient()
        require(request, "patients.change_patient")
        check_if_match(request, patient)
        fields = self.valid(PatientChangeSerializer)
        may_set_scale(request, fields, patient)
        patient = change_patient(
            patient=patient,
            changed_by=request.user,
            expected_version=patient.version,
            **fields,
        )
        return changed(patient, PatientSerializer)


def alike_seen_by(request, patient: Patient) -> list[PossibleDuplicate]:
    """Return who may be the same person; nobody for a caller who registers but may not read."""
    if not may(request, "patients.view_patient"):
        return []
    found = possible_duplicates(patient)
    if found:
        record_access(
            user=request.user,
            action="patient.possible-duplicates",
            patient_id=patient.pk,
            patient_ids=[one.patient.pk for one in found],
        )
    return found


def visible_patients(user):
    return Patient.objects.visible_to(user).with_people()


def may_set_scale(request, fields: dict, patient: Patient) -> None:
    """Answer 403 unless a change of the saturation scale is allowed, if there is one."""
    if fields.get("saturation_scale", patient.saturation_scale) != patient.saturation_scale:
        require(request, AUTHORISE_SCALE_2)


def site_of(user, site_id) -> Site:
    """Return the site that the caller named, or their only one."""
    sites = list(user.sites.filter(pk=site_id) if site_id else user.sites.all()[:2])
    if site_id and not sites:
        raise NotFound(_("There is no such site."))
    if len(sites) != 1:
        raise ValidationError({"site": [_("Say at which of your sites.")]}, code="required")
    return sites[0]


urlpatterns = [
    path("patients/", PatientList.as_view(), name="patient-list"),
    path("patients/<uuid:patient_id>/", PatientDetail.as_view(), name="patient-detail"),
]
