"""The REST resources of ``patients``."""

from patients.api import encounters, facts, patients, vital_signs, ward
from patients.summary import api as summary

urlpatterns = [
    *patients.urlpatterns,
    *summary.urlpatterns,
    *vital_signs.urlpatterns,
    *encounters.urlpatterns,
    *facts.urlpatterns,
    *ward.urlpatterns,
]
