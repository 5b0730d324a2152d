"""The places of the top bar, and who is shown which."""

from dataclasses import dataclass

from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Place:
    """One entry of the top bar: shown with ``permission``, current below any of ``paths``.

    ``count`` names a function of what waits there, as settings name things of other apps.
    """

    label: str
    permission: str
    paths: tuple[str, ...]
    count: str = ""

    @property
    def path(self) -> str:
        return self.paths[0]

    def waiting(self) -> int:
        return import_string(self.count)() if self.count else 0


PLACES = (
    Place(_("Ward"), "patients.view_encounter", ("/ward/",)),
    Place(_("Patients"), "patients.view_patient", ("/patients/", "/break-glass/find/")),
    Place(_("Reading list"), "inference.view_diagnosticreport", ("/worklist/", "/studies/")),
    Place(_("Models"), "inference.view_modelversion", ("/classifiers/",)),
    Place(_("Audit"), "aicare.view_auditevent", ("/audit/",)),
    Place(
        _("Emergency access"),
        "patients.view_breakglassgrant",
        ("/break-glass/",),
        count="patients.break_glass.review.number_not_looked_at",
    ),
    Place(_("People and sites"), "aicare.change_user", ("/admin/",)),
)


def places_for(user, path: str) -> list[dict]:
    """Return the entries that ``user`` may open; the one that holds ``path`` is current."""
    return [
        {
            "label": place.label,
            "path": place.path,
            "is_current": path.startswith(place.paths),
            "waiting": place.waiting(),
        }
        for place in PLACES
        if user.has_perm(place.permission)
    ]
