"""The places of the top bar, and who is shown which."""

from dataclasses import dataclass


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
    Place("Ward", "patients.view_encounter", ("/ward/",)),
    Place("Patients", "patients.view_patient", ("/patients/",)),
    Place("Reading list", "inference.view_diagnosticreport", ("/worklist/", "/studies/")),
    Place("Models", "inference.view_modelversion", ("/classifiers/",)),
    Place("Audit", "aicare.view_auditevent", ("/audit/",)),
    Place("People and sites", "aicare.change_user", ("/admin/",)),
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
