"""The least that Django REST framework needs to store a set: no score, no questions, no trail."""

from django.urls import include, path
from rest_framework.routers import SimpleRouter
from rest_framework.serializers import ModelSerializer
from rest_framework.viewsets import ModelViewSet

from aicare import urls
from patients.models import VitalSigns


class BareSerializer(ModelSerializer):
    class Meta:
        model = VitalSigns
        exclude = ("found_as",)


class BareViewSet(ModelViewSet):
    queryset = VitalSigns.objects.all()
    serializer_class = BareSerializer


router = SimpleRouter()
router.register("bare", BareViewSet)
urlpatterns = [path("api/", include(router.urls)), *urls.urlpatterns]
