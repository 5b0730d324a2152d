"""The places of the top bar, and who is shown which."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Place:
    """One entry of the top bar: shown with ``permission``, current below any of ``paths``."""

    label: str
    permission: str
    paths: tuple[str, ...]

    @property
    def path(self) -> str:
        return self.paths[0]


PLACES = (
    Place(_("Ward"), "patients.view_encounter", ("/ward/",)),
    Place(_("Patients"), "patients.view_patient", ("/patients/",)),
    Place(_("Reading list"), "inference.view_diagnosticreport", ("/worklist/", "/studies/")),
    Place(_("Models"), "inference.view_modelversion", ("/classifiers/",)),
    Place(_("Audit"), "aicare.view_auditevent", ("/audit/",)),
    Place(_("People and sites"), "aicare.change_user", ("/admin/",)),
)


def places_for(user, path: str) -> list[dict]:
    """Return the entries that ``user`` may open; the one that holds ``path`` is current."""
    return [
        {
            "label": place.label,
            "path": place.path,
            "is_current": path.startswith(place.paths),
        }
        for place in PLACES
        if user.has_perm(place.permission)
    ]
