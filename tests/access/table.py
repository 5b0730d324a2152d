"""Who may do what at every address: the whole table.

An address that is not here fails ``test_every_route``: whoever adds one says here who is let in.
Whose record it is (own, foreign, a child of another patient) needs no word here: the names of the
variable parts say what an address is about.
"""

from dataclasses import dataclass, field

# Besides permissions (``app.codename``):
ANYBODY = "anybody, signed in or not"
SIGNING_IN = "whoever is on the way in"  # without having begun: sent to the sign-in page
SIGNED_IN = "anybody who is signed in"
STAFF = "whoever may open the administration"
STAFF_DOOR = "the same, at its own sign-in page"
NOBODY = "nobody"
NOTHING = "nobody: there is nothing behind it here"

READ, CHANGE = "patients.view_patient", "patients.change_patient"
READ_SIGNS, WRITE_SIGNS = "patients.view_vitalsigns", "patients.add_vitalsigns"
CHANGE_SIGNS = "patients.change_vitalsigns"
STAYS, ADMIT, MOVE = (f"patients.{act}_encounter" for act in ("view", "add", "change"))
PICTURES, UPLOAD = "imaging.view_imagingstudy", "imaging.add_imagingstudy"
REPORTS, SIGN = "inference.view_diagnosticreport", "inference.sign_diagnosticreport"
MODELS, ACTIVATE = "inference.view_modelversion", "inference.activate_modelversion"
RERUN = "inference.rerun_inferencejob"
AUDIT = "aicare.view_auditevent"
OPEN, SEE_OPENED, JUDGE = (f"patients.{act}_breakglassgrant" for act in ("add", "view", "change"))


@dataclass(frozen=True)
class Address:
    """What one address answers to whom.

    ``methods``: who is let in by each method; any other method answers 405. ``of``: which row of
    the scene stands for a variable part, where its name does not say so. ``body``: "json", "form"
    or "multipart". ``sample``: an address, where the pattern is a regular expression.
    ``sends``: fields of a form, by rows of the scene. ``own_sites``: takes data out of the house or
    joins records, so break-glass does not reach it. ``people_only``: methods that no token opens.
    """

    methods: dict[str, str]
    of: dict[str, str] = field(default_factory=dict)
    body: str = ""
    sends: dict[str, str] = field(default_factory=dict)
    sample: str = ""
    own_sites: bool = False
    people_only: tuple[str, ...] = ()


def at(GET="", POST="", PATCH="", DELETE="", **more) -> Address:  # noqa: N803  they are methods
    methods = {"GET": GET, "POST": POST, "PATCH": PATCH, "DELETE": DELETE}
    return Address({name: who for name, who in methods.items() if who}, **more)


def form(who: str, **more) -> Address:
    """A page with a form that posts to itself."""
    return at(GET=who, POST=who, **more)


RECORD = "patients/<uuid:patient_id>/"
REST_RECORD = f"api/v1/{RECORD}"
STUDY = "studies/<uuid:study_id>/"
CLASSIFIER = "classifiers/<str:name>/<str:version>/"

PAGES = {
    "": at(SIGNED_IN),
    "about/": at(ANYBODY),
    "audit/": at(AUDIT),
    "health/": at(ANYBODY),
    "language/": at(POST=ANYBODY),
    "session/": form(SIGNED_IN),
    "break-glass/": at(SEE_OPENED),
    "break-glass/find/": form(OPEN),
    "break-glass/open/": at(POST=OPEN),
    "break-glass/<uuid:grant_id>/": at(GET=SEE_OPENED, POST=JUDGE),
    "break-glass/<uuid:grant_id>/close/": at(POST=NOTHING),  # it is somebody else's
    "ward/": at(STAYS),
    "ward/own/": at(POST=STAYS, sends={"site": "site"}),
    "patients/": at(READ),
    "patients/new/": form("patients.add_patient"),
    RECORD: at(READ),
    f"{RECORD}edit/": form(CHANGE),
    f"{RECORD}vital-signs/": at(READ_SIGNS),
    f"{RECORD}vital-signs/new/": form(WRITE_SIGNS),
    f"{RECORD}vital-signs/score/": at(POST=WRITE_SIGNS),
    f"{RECORD}vital-signs/<uuid:set_id>/correct/": form(CHANGE_SIGNS),
    f"{RECORD}vital-signs/<uuid:set_id>/withdraw/": form(CHANGE_SIGNS),
    f"{RECORD}vital-signs.csv": at(READ_SIGNS, own_sites=True),
    f"{RECORD}trends/": at(READ_SIGNS),
    f"{RECORD}observation-chart/": at(READ_SIGNS),
    f"{RECORD}record/": at(READ),
    f"{RECORD}history/": at(READ),
    f"{RECORD}history/<table:kind>/<uuid:row_id>/": at(
        READ, of={"kind": "table", "row_id": "set_id"}
    ),
    f"{RECORD}studies/": at(PICTURES),
    f"{RECORD}studies/new/": form(UPLOAD, body="multipart"),
    f"{RECORD}summary.pdf": at(READ, own_sites=True),
    f"{RECORD}merge/": form(CHANGE, own_sites=True),
    f"{RECORD}merges/<uuid:merge_id>/undo/": form(CHANGE, own_sites=True),
    f"{RECORD}notes/": at("patients.view_note"),
    f"{RECORD}notes/new/": form("patients.add_note"),
    f"{RECORD}notes/<uuid:note_id>/": at("patients.view_note"),
    f"{RECORD}notes/<uuid:note_id>/correct/": form("patients.change_note"),
    f"{RECORD}notes/<uuid:note_id>/withdraw/": form("patients.change_note"),
    f"{RECORD}encounters/": at(STAYS),
    f"{RECORD}encounters/<uuid:encounter_id>/reopen/": form(MOVE),
    f"{RECORD}encounters/<uuid:encounter_id>/withdraw/": form(MOVE),
    f"{RECORD}admit/": form(ADMIT),
    f"{RECORD}move/": form(MOVE),
    f"{RECORD}discharge/": form(MOVE),
    f"{RECORD}<fact:kind>/new/": form("patients.add_condition"),
    f"{RECORD}<fact:kind>/<uuid:fact_id>/change/": form("patients.change_condition"),
    f"{RECORD}<fact:kind>/<uuid:fact_id>/end/": form("patients.change_condition"),
    STUDY: at(REPORTS),
    f"{STUDY}live/": at(REPORTS),
    f"{STUDY}report/": at(POST=SIGN),
    f"{STUDY}analyse-again/": at(POST=RERUN, sends={"classifier": "name"}),
    f"{STUDY}withdraw/": form(UPLOAD),
    "reports/<uuid:report_id>/review/": at(POST=SIGN),
    "findings/<uuid:finding_id>/evidence/": at(REPORTS),
    "worklist/": at(REPORTS),
    "classifiers/": at(MODELS),
    CLASSIFIER: at(MODELS),
    f"{CLASSIFIER}report/": at(MODELS),
    f"{CLASSIFIER}report/<slug:which>/": at(MODELS),
    f"{CLASSIFIER}<str:state>/": form(ACTIVATE),
}

REST = {
    "api/schema/": at(ANYBODY),
    "api/docs/": at(ANYBODY),
    "api/v1/break-glass/": at(GET=SEE_OPENED, POST=OPEN, people_only=("POST",)),
    "api/v1/break-glass/<uuid:grant_id>/close/": at(POST=NOTHING, people_only=("POST",)),
    "api/v1/break-glass/<uuid:grant_id>/verdict/": at(POST=JUDGE),
    "api/v1/ward/": at(STAYS),
    "api/v1/patients/": at(GET=READ, POST="patients.add_patient"),
    REST_RECORD: at(GET=READ, PATCH=CHANGE),
    f"{REST_RECORD}summary/": at(READ),
    f"{REST_RECORD}vital-signs/": at(GET=READ_SIGNS, POST=WRITE_SIGNS),
    f"{REST_RECORD}vital-signs/<uuid:set_id>/": at(READ_SIGNS),
    f"{REST_RECORD}vital-signs/<uuid:set_id>/correct/": at(POST=CHANGE_SIGNS),
    f"{REST_RECORD}vital-signs/<uuid:set_id>/withdraw/": at(POST=CHANGE_SIGNS),
    f"{REST_RECORD}vital-signs/trends/": at(READ_SIGNS),
    f"{REST_RECORD}vital-signs/export/": at(READ_SIGNS, own_sites=True),
    f"{REST_RECORD}encounters/": at(GET=STAYS, POST=ADMIT),
    f"{REST_RECORD}encounters/<uuid:encounter_id>/": at(GET=STAYS, PATCH=MOVE),
    **{
        f"{REST_RECORD}{many}/": at(GET=f"patients.view_{one}", POST=f"patients.add_{one}")
        for one, many in (
            ("condition", "conditions"), ("allergy", "allergies"), ("medication", "medications"),
        )
    },
    **{
        f"{REST_RECORD}{many}/<uuid:fact_id>/": at(
            GET=f"patients.view_{one}", PATCH=f"patients.change_{one}", of={"fact_id": one}
        )
        for one, many in (
            ("condition", "conditions"), ("allergy", "allergies"), ("medication", "medications"),
        )
    },
    f"{REST_RECORD}notes/": at(GET="patients.view_note", POST="patients.add_note"),
    f"{REST_RECORD}notes/<uuid:note_id>/": at("patients.view_note"),
    f"{REST_RECORD}notes/<uuid:note_id>/correct/": at(POST="patients.change_note"),
    f"{REST_RECORD}notes/<uuid:note_id>/withdraw/": at(POST="patients.change_note"),
    f"{REST_RECORD}history/": at(READ),
    f"{REST_RECORD}possible-duplicates/": at(READ),
    f"{REST_RECORD}merges/": at(READ),
    f"{REST_RECORD}merge-preview/": at(CHANGE, own_sites=True),
    f"{REST_RECORD}merge/": at(POST=CHANGE, own_sites=True),
    f"{REST_RECORD}merges/<uuid:merge_id>/undo/": at(POST=CHANGE, own_sites=True),
    **{
        f"{REST_RECORD}{kind}/<uuid:row_id>/history/": at(
            f"patients.view_{one}", of={"row_id": row}
        )
        for kind, one, row in (
            ("patient", "patient", "patient"), ("encounters", "encounter", "encounter_id"),
            ("vital-signs", "vitalsigns", "set_id"), ("notes", "note", "note_id"),
            ("conditions", "condition", "condition"), ("allergies", "allergy", "allergy"),
            ("medications", "medication", "medication"),
        )
    },
    f"{REST_RECORD}imaging-studies/": at(GET=PICTURES, POST=UPLOAD, body="multipart"),
    "api/v1/imaging-studies/<uuid:study_id>/": at(PICTURES),
    "api/v1/imaging-studies/<uuid:study_id>/reports/": at(GET=REPORTS, POST=SIGN),
    "api/v1/instances/<uuid:instance_id>/preview/": at(PICTURES),
    "api/v1/instances/<uuid:instance_id>/thumbnail/": at(PICTURES),
    "api/v1/instances/<uuid:instance_id>/file/": at(PICTURES, own_sites=True),
    "api/v1/inference-jobs/<uuid:job_id>/": at("inference.view_inferencejob"),
    "api/v1/inference-jobs/<uuid:job_id>/rerun/": at(POST=RERUN),
    "api/v1/diagnostic-reports/<uuid:report_id>/": at(REPORTS),
    "api/v1/diagnostic-reports/<uuid:report_id>/review/": at(POST=SIGN),
    "api/v1/findings/<uuid:finding_id>/evidence/": at(REPORTS),
    "api/v1/worklist/": at(REPORTS),
    "api/v1/classifiers/": at(MODELS),
}  # fmt: skip

ACCOUNTS = {
    "accounts/login/": form(ANYBODY),
    "accounts/logout/": form(SIGNED_IN),
    "accounts/inactive/": at(ANYBODY),
    "accounts/signup/": form(ANYBODY),
    "accounts/reauthenticate/": form(SIGNED_IN),
    "accounts/email/": form(SIGNED_IN),
    "accounts/confirm-email/": at(ANYBODY),
    "accounts/password/change/": form(SIGNED_IN),
    "accounts/password/set/": form(SIGNED_IN),
    "accounts/password/reset/": form(ANYBODY),
    "accounts/password/reset/done/": at(ANYBODY),
    "accounts/password/reset/key/done/": at(ANYBODY),
    "accounts/login/code/confirm/": form(SIGNING_IN),
    r"accounts/^confirm-email/(?P<key>[-:\w]+)/$": at(
        ANYBODY, sample="/accounts/confirm-email/none/"
    ),
    r"accounts/^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$": form(
        ANYBODY, sample="/accounts/password/reset/key/1-none/"
    ),
    "accounts/2fa/": at(SIGNED_IN),
    "accounts/2fa/authenticate/": form(SIGNING_IN),
    "accounts/2fa/reauthenticate/": form(SIGNED_IN),
    "accounts/2fa/totp/activate/": form(SIGNED_IN),
    "accounts/2fa/totp/deactivate/": form(NOTHING),
    "accounts/2fa/recovery-codes/": at(NOTHING),
    "accounts/2fa/recovery-codes/generate/": form(SIGNED_IN),
    "accounts/2fa/recovery-codes/download/": at(NOTHING),
    "accounts/sessions/": form(SIGNED_IN),
}


def _administration(model: str, *, view="", add="", change="", row) -> dict:
    """Return the pages of one table in the administration; nothing is ever deleted there."""
    base, one = f"admin/{model}/", f"admin/{model}/<path:object_id>/"
    of = {"object_id": row}
    return {
        base: form(view or NOBODY),
        f"{base}add/": form(add or NOBODY),
        one: at(STAFF, of=of),
        f"{one}history/": form(view or NOBODY, of=of),
        f"{one}delete/": form(NOBODY, of=of),
        f"{one}change/": Address({"GET": view or NOBODY, "POST": change or NOBODY}, of=of),
    }


ADMINISTRATION = {
    "admin/": form(STAFF),
    "admin/login/": form(STAFF_DOOR),
    "admin/logout/": at(POST=SIGNED_IN),
    "admin/password_change/": form(STAFF),
    "admin/password_change/done/": at(STAFF),
    "admin/autocomplete/": at(NOBODY),
    "admin/jsi18n/": at(STAFF),
    "admin/r/<path:content_type_id>/<path:object_id>/": form(NOTHING),
    r"admin/^(?P<app_label>aicare|account|mfa|usersessions)/$": form(
        STAFF, sample="/admin/aicare/"
    ),
    "admin/(?P<url>.*)$": form(NOTHING, sample="/admin/no-such-page/"),
    "admin/aicare/user/<id>/password/": form("aicare.change_user", of={"id": "user"}),
    **_administration(
        "aicare/user", view="aicare.view_user", add="aicare.add_user",
        change="aicare.change_user", row="user",
    ),
    **_administration(
        "aicare/site", view="aicare.view_site", add="aicare.add_site", change="aicare.change_site",
        row="site",
    ),
    **_administration("aicare/apitoken", view="aicare.view_apitoken", row="token"),
    **_administration("account/emailaddress", row="address"),
    **_administration("mfa/authenticator", row="second_factor"),
    **_administration("usersessions/usersession", row="user_session"),
}  # fmt: skip

TABLE = {**PAGES, **REST, **ACCOUNTS, **ADMINISTRATION}
