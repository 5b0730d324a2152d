"""The pages of ``imaging``."""

from django.urls import path

from imaging import views

app_name = "imaging"
urlpatterns = [
    path("patients/<uuid:patient_id>/studies/new/", views.new_study, name="new_study"),
]
