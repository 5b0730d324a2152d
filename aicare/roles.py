"""Who may do what: the one table of acts and roles, from which groups and token scopes are made.

``sync_roles`` writes the roles to Django's groups; ``docs/roles.md`` shows the same table.
"""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

# How the roles are told on pages; the groups have the English names.
ROLE_NAMES = {
    "nurse": _("nurse"),
    "clinician": _("clinician"),
    "radiologist": _("radiologist"),
    "integrator": _("integrator"),
    "model manager": _("model manager"),
    "administrator": _("administrator"),
}
AT_THE_BEDSIDE = ("nurse", "clinician", "radiologist")
READERS = (*AT_THE_BEDSIDE, "integrator")
RECORDERS = ("nurse", "clinician", "integrator")


@dataclass(frozen=True)
class Act:
    """One row of the table: what it is, the permissions that it takes, who has them.

    ``scope`` is the token scope that includes it; an act without one is for people alone, unless
    a token has no scopes at all.
    """

    text: str
    permissions: tuple[str, ...]
    roles: tuple[str, ...]
    scope: str = ""


ACTS = (
    Act(
        "Read patients of own sites, with everything in their record",
        (
            "patients.view_patient",
            "patients.view_encounter",
            "patients.view_vitalsigns",
            "patients.view_condition",
            "patients.view_allergy",
            "patients.view_medication",
            "patients.view_note",
            "imaging.view_imagingstudy",
            "inference.view_inferencejob",
            "inference.view_diagnosticreport",
        ),
        READERS,
        "read",
    ),
    Act(
        "Register, change and merge patients; admit, move, discharge",
        (
            "patients.add_patient",
            "patients.change_patient",
            "patients.add_encounter",
            "patients.change_encounter",
        ),
        RECORDERS,
        "patients.write",
    ),
    Act(
        "Record and correct vital signs",
        ("patients.add_vitalsigns", "patients.change_vitalsigns"),
        RECORDERS,
        "vital-signs.write",
    ),
    Act(
        "Write conditions, allergies, medications",
        (
            "patients.add_condition",
            "patients.change_condition",
            "patients.add_allergy",
            "patients.change_allergy",
            "patients.add_medication",
            "patients.change_medication",
        ),
        ("clinician", "integrator"),
        "patients.write",
    ),
    Act(
        "Write and correct notes",
        ("patients.add_note", "patients.change_note"),
        RECORDERS,
        "patients.write",
    ),
    Act(
        "Authorise a saturation target of 88 to 92 %",
        ("patients.authorise_saturation_scale_2",),
        ("clinician",),
    ),
    Act(
        "Upload and withdraw studies, have them analysed again",
        ("imaging.add_imagingstudy", "inference.rerun_inferencejob"),
        READERS,
        "studies.write",
    ),
    Act(
        "Sign reports",
        ("inference.sign_diagnosticreport",),
        ("clinician", "radiologist"),
        "reports.sign",
    ),
    Act(
        "Open a patient of another site in an emergency, for 60 minutes",
        ("patients.add_breakglassgrant",),
        AT_THE_BEDSIDE,
    ),
    Act(
        "See models and their figures",
        ("inference.view_modelversion",),
        (*AT_THE_BEDSIDE, "model manager"),
        "read",
    ),
    Act(
        "Publish, activate and retire models",
        ("inference.publish_modelversion", "inference.activate_modelversion"),
        ("model manager",),
    ),
    Act(
        "Read the audit trail",
        ("aicare.view_auditevent",),
        ("administrator",),
        "audit.read",
    ),
    Act(
        "See which records were opened in an emergency",
        ("patients.view_breakglassgrant",),
        ("administrator",),
        "audit.read",
    ),
    Act(
        "Say whether opening them was right",
        ("patients.change_breakglassgrant",),
        ("administrator",),
    ),
    Act(
        "Manage users, their roles, sites and tokens",
        (
            "aicare.view_user",
            "aicare.add_user",
            "aicare.change_user",
            "aicare.view_site",
            "aicare.add_site",
            "aicare.change_site",
            "aicare.view_apitoken",
            "aicare.delete_apitoken",
            "auth.view_group",
        ),
        ("administrator",),
    ),
)


def _permissions(acts) -> set[str]:
    return {permission for act in acts for permission in act.permissions}


ROLES = {role: _permissions(act for act in ACTS if role in act.roles) for role in ROLE_NAMES}
SCOPES = {
    scope: _permissions(act for act in ACTS if act.scope == scope)
    for scope in dict.fromkeys(act.scope for act in ACTS if act.scope)
}


def role_text(name: str) -> str:
    """Return how a role is told on a page; a group that an administrator made has only its name."""
    return str(ROLE_NAMES.get(name, name))


def permissions_of_scopes(scopes) -> set[str]:
    """Return every permission that ``scopes`` include; a name that is no scope includes none."""
    return set().union(*(SCOPES.get(scope, set()) for scope in scopes))
