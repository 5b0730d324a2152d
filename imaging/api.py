"""The REST resources of ``imaging``."""

urlpatterns = []
