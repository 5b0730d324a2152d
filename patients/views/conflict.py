"""The page that the second of two people sees: both versions, and a choice for each difference."""

from django.shortcuts import render

from aicare.audit import record_access
from patients.forms.versioned import CHOOSE, OPENED, TYPED


def conflict_page(request, form, *, banner, heading: str, back: str):
    """Answer 412 with both versions of what ``form`` (a ``Versioned`` one) would change.

    ``heading`` says which act it is, ``back`` is where one goes who leaves it as it is.
    """
    conflict = form.conflict
    context = {
        "form": form,
        "conflict": conflict,
        "sent": form.sent_again(line.name for line in conflict.lines),
        "names": {"opened": OPENED, "choose": CHOOSE, "typed": TYPED},
        "banner": banner,
        "heading": heading,
        "back": back,
    }
    response = render(request, "patients/conflict.html", context, status=form.status)
    record_access(user=request.user, action="patient.read", patient_id=banner.patient.pk)
    return response
