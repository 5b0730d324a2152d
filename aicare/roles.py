"""Who may do what: roles and token scopes as data, written to the groups by ``sync_roles``."""

from django.utils.translation import gettext_lazy as _

READ_RECORD = {
    "patients.view_patient",
    "patients.view_encounter",
    "patients.view_vitalsigns",
    "patients.view_condition",
    "patients.view_allergy",
    "patients.view_medication",
    "imaging.view_imagingstudy",
    "inference.view_inferencejob",
    "inference.view_diagnosticreport",
    "inference.view_modelversion",
}
WRITE_PATIENTS = {
    "patients.add_patient",
    "patients.change_patient",
    "patients.add_encounter",
    "patients.change_encounter",
}
WRITE_VITAL_SIGNS = {"patients.add_vitalsigns", "patients.change_vitalsigns"}
WRITE_PROBLEMS = {
    "patients.add_condition",
    "patients.change_condition",
    "patients.add_allergy",
    "patients.change_allergy",
    "patients.add_medication",
    "patients.change_medication",
}
AUTHORISE_SCALE_2 = {"patients.authorise_saturation_scale_2"}
UPLOAD_STUDIES = {"imaging.add_imagingstudy", "inference.rerun_inferencejob"}
SIGN_REPORTS = {"inference.sign_diagnosticreport"}

ROLES = {
    "nurse": READ_RECORD | WRITE_PATIENTS | WRITE_VITAL_SIGNS | UPLOAD_STUDIES,
    "clinician": READ_RECORD
    | WRITE_PATIENTS
    | WRITE_VITAL_SIGNS
    | WRITE_PROBLEMS
    | AUTHORISE_SCALE_2
    | UPLOAD_STUDIES
    | SIGN_REPORTS,
    "radiologist": READ_RECORD | UPLOAD_STUDIES | SIGN_REPORTS,
    "integrator": READ_RECORD
    | WRITE_PATIENTS
    | WRITE_VITAL_SIGNS
    | WRITE_PROBLEMS
    | UPLOAD_STUDIES,
    "model manager": {
        "inference.view_modelversion",
        "inference.publish_modelversion",
        "inference.activate_modelversion",
    },
    "administrator": {
        "aicare.view_auditevent",
        "aicare.view_user",
        "aicare.add_user",
        "aicare.change_user",
        "aicare.view_site",
        "aicare.add_site",
        "aicare.change_site",
        "aicare.view_apitoken",
        "aicare.delete_apitoken",
        "auth.view_group",
    },
}

# How the roles are told on pages; groups have the names above.
ROLE_NAMES = {
    "nurse": _("nurse"),
    "clinician": _("clinician"),
    "radiologist": _("radiologist"),
    "integrator": _("integrator"),
    "model manager": _("model manager"),
    "administrator": _("administrator"),
}

SCOPES = {
    "read": READ_RECORD,
    "patients.write": WRITE_PATIENTS | WRITE_PROBLEMS,
    "vital-signs.write": WRITE_VITAL_SIGNS,
    "studies.write": UPLOAD_STUDIES,
    "reports.sign": SIGN_REPORTS,
    "audit.read": {"aicare.view_auditevent"},
}


def role_text(name: str) -> str:
    """Return how a role is told on a page; a group that an administrator made has only its name."""
    return str(ROLE_NAMES.get(name, name))


def permissions_of_scopes(scopes) -> set[str]:
    """Return every permission that ``scopes`` include; a name that is no scope includes none."""
    return set().union(*(SCOPES.get(scope, set()) for scope in scopes))
