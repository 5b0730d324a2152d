"""The REST resources of ``patients``."""

urlpatterns = []
