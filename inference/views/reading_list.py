"""The reading list, which updates itself."""

from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from aicare.audit import record_access, record_live_read
from inference.reading_list import AT_MOST, reading_list, studies_to_read
from inference.views.permissions import SEE_REPORTS, SIGN, require
from patients.wording import age_words

SECONDS_BETWEEN_UPDATES = 15


@require_GET
def worklist(request):
    """Studies that nobody has finished reading, the most urgent first."""
    require(request, SEE_REPORTS)
    now, lines = timezone.now(), reading_list(request.user)
    today = timezone.localdate(now)
    more = studies_to_read(request.user).count() - AT_MOST if len(lines) == AT_MOST else 0
    context = {
        "lines": [(one, age_words(one.study.patient, today)) for one in lines],
        "more": more,
        "total": len(lines) + more,
        "may_sign": request.user.has_perm(SIGN),
        "now": now,
        "seconds": SECONDS_BETWEEN_UPDATES,
    }
    template = "inference/components/worklist.html" if request.htmx else "inference/worklist.html"
    answer = render(request, template, context)
    record = record_live_read if request.htmx else record_access
    patient_ids = sorted({one.study.patient_id for one in lines})
    record(user=request.user, action="worklist.read", patient_ids=patient_ids)
    return answer
