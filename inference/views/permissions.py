"""Which permission each act of these pages needs; seeing is asked before."""

from django.core.exceptions import PermissionDenied

SIGN = "inference.sign_diagnosticreport"
RERUN = "inference.rerun_inferencejob"
WITHDRAW = "imaging.add_imagingstudy"
SEE_REPORTS = "inference.view_diagnosticreport"
SEE_MODELS = "inference.view_modelversion"
ACTIVATE = "inference.activate_modelversion"


def require(request, permission: str) -> None:
    """Answer 403 to who may see a thing but not do this with it."""
    if not request.user.has_perm(permission):
        raise PermissionDenied
