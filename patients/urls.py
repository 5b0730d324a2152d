"""The pages of ``patients``."""

app_name = "patients"
urlpatterns = []
