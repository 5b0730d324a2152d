"""The REST resources of ``patients``."""

from patients.api import (
    break_glass,
    encounters,
    facts,
    history,
    merging,
    notes,
    patients,
    trends,
    vital_signs,
    ward,
)
from patients.summary import api as summary

urlpatterns = [
    *break_glass.urlpatterns,
    *patients.urlpatterns,
    *merging.urlpatterns,
    *summary.urlpatterns,
    *trends.urlpatterns,
    *vital_signs.urlpatterns,
    *encounters.urlpatterns,
    *facts.urlpatterns,
    *notes.urlpatterns,
    *history.urlpatterns,
    *ward.urlpatterns,
]
