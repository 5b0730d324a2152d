"""The pages of ``imaging``."""

app_name = "imaging"
urlpatterns = []
