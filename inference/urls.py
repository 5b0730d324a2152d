"""The pages of ``inference``."""

app_name = "inference"
urlpatterns = []
