"""Every address of the site."""

from django.contrib import admin
from django.urls import include, path

from aicare import views

urlpatterns = [
    path("", views.home, name="home"),
    path("about/", views.about, name="about"),
    path("audit/", views.audit, name="audit"),
    path("health/", views.health, name="health"),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
    path("api/", include("aicare.api")),
    path("", include("patients.urls")),
    path("", include("imaging.urls")),
    path("", include("inference.urls")),
]
