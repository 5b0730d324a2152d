"""The REST resources of ``inference``."""

urlpatterns = []
