"""The summary as a file: an export on record, never of a record opened by break-glass."""

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from aicare.audit import record_access
from aicare.templatetags.clock import by_date
from patients.pdf.words import file_name
from patients.services.break_glass import check_may_be_exported
from patients.summary import build_summary
from patients.views.opening import open_record
from patients.views.study_cards import study_cards
from patients.views.summary import banner_of_summary, figures_with_directions
from patients.views.time_axis import USUAL, time_axis


@require_safe
def summary_pdf(request, patient_id):
    """Return the summary of a patient of the reader's own sites as a PDF."""
    # The library takes a third of a second to load: the first document waits for it, not every
    # start of the web process.
    from patients.pdf.summary import summary_on_paper

    patient = open_record(request, patient_id)
    check_may_be_exported(patient.pk)
    with by_date():
        shown = build_summary(patient, now=timezone.now())
        cards = study_cards(shown.studies)
        content = summary_on_paper(
            shown,
            banner=banner_of_summary(shown),
            figures=figures_with_directions(shown),
            axis=time_axis(shown, cards, USUAL),
            cards=cards,
            printed_by=request.user,
        )
    record_access(user=request.user, action="patient.summary-exported", patient_id=patient.pk)
    return HttpResponse(
        content,
        content_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{file_name(shown.generated_at)}"'},
    )
