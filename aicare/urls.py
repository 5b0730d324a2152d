"""Every address of the site."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path

from aicare import views

# The limit on failed log-ins and the second factor hold for the administration pages too.
admin.site.login = secure_admin_login(admin.site.login)

urlpatterns = [
    path("", views.home, name="home"),
    path("about/", views.about, name="about"),
    path("audit/", views.audit, name="audit"),
    path("health/", views.health, name="health"),
    path("language/", views.language, name="language"),
    path("session/", views.session, name="session"),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
    path("api/", include("aicare.api")),
    path("", include("patients.urls")),
    path("", include("imaging.urls")),
    path("", include("inference.urls")),
]
handler404 = "aicare.views.page_not_found"
handler500 = "aicare.views.page_broken"
