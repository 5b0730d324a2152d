"""Which classifiers are in use, with their cards."""

from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.generics import GenericAPIView

from aicare.rest.permissions import MayRead, require
from aicare.rest.query import PAGE, KnownParameters
from inference.models import ModelVersion
from inference.serializers import ClassifierSerializer


@extend_schema_view(
    get=extend_schema(
        summary="List the classifiers in use",
        description="Active and shadow versions with their cards.",
        responses=ClassifierSerializer(many=True),
    )
)
class ClassifiersView(KnownParameters, GenericAPIView):
    """Active and shadow versions."""

    parameters = PAGE
    permission_classes = [MayRead]
    read_permission = "inference.view_modelversion"
    serializer_class = ClassifierSerializer
    queryset = ModelVersion.objects.none()

    def get(self, request):
        require(request, self.read_permission)
        page = self.paginate_queryset(ModelVersion.objects.visible_to(request.user).in_use())
        return self.get_paginated_response(self.get_serializer(page, many=True).data)
