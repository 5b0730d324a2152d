"""Open one record of another site in an emergency, close it again, judge it afterwards."""

from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from aicare import request_context
from aicare.audit import record_access
from aicare.errors import Conflict, DomainError, NotAllowed
from aicare.models import User
from patients.models import BreakGlassGrant, Patient
from patients.models.break_glass import LASTS, SHORTEST_REASON
from patients.services.locking import lock_for_writing

OPEN = "patients.add_breakglassgrant"
JUDGE = "patients.change_breakglassgrant"


class ReasonRequired(DomainError):
    """A record of another site is opened without saying why. The person must say it."""

    code = "reason_required"


class ExportRefused(NotAllowed):
    """Data would leave the house from a record of another site. Its own staff may export it."""

    code = "no_export_under_break_glass"


@transaction.atomic
def break_the_glass(*, user: User, patient: Patient, reason: str) -> BreakGlassGrant:
    """Give ``user`` leave to open ``patient`` for 60 minutes, or return the leave that runs.

    It is always their own word for themselves: nobody is given it by another.
    """
    if not user.has_perm(OPEN):
        raise NotAllowed(_("Only staff at the bedside may open a record of another site."))
    reason = checked_reason(reason)
    # Two clicks at once: the second waits here and finds what the first was given.
    patient = lock_for_writing(patient)
    if Patient.objects.of_own_sites(user).filter(pk=patient.pk).exists():
        raise Conflict(
            _("This patient is in the care of your own site. Open the record directly."),
            code="own_patient",
        )
    running = BreakGlassGrant.objects.of(user).running().filter(patient=patient).first()
    if running:
        return running
    now = timezone.now()
    grant = BreakGlassGrant.objects.create(
        user=user,
        patient=patient,
        reason=reason,
        granted_at=now,
        expires_at=now + LASTS,
        created_by=user,
    )
    _record(user, "break-glass.granted", grant)
    return grant


def checked_reason(reason: str) -> str:
    """Return the reason without needless spaces, or raise ReasonRequired."""
    reason = " ".join(reason.split())
    if len(reason) < SHORTEST_REASON:
        raise ReasonRequired(
            _("Say in at least %(count)d characters why you must open this record.")
            % {"count": SHORTEST_REASON},
            attr="reason",
        )
    return reason


@transaction.atomic
def close_the_glass(*, grant: BreakGlassGrant, closed_by: User) -> BreakGlassGrant:
    """Give the leave back before its end; to close it twice changes nothing."""
    if grant.user_id != closed_by.pk:
        raise NotAllowed(_("Only who opened the record closes it."))
    open_still = BreakGlassGrant.objects.running().filter(pk=grant.pk)
    if open_still.update(ended_at=timezone.now()):
        _record(closed_by, "break-glass.closed", grant)
    grant.refresh_from_db()
    return grant


@transaction.atomic
def judge_opening(*, grant: BreakGlassGrant, looked_at_by: User, verdict: str) -> BreakGlassGrant:
    """Say once, after looking at what was done, whether opening the record was right."""
    if not looked_at_by.has_perm(JUDGE):
        raise NotAllowed(_("Only administrators look at what was opened in an emergency."))
    if grant.user_id == looked_at_by.pk:
        raise NotAllowed(_("Somebody else must look at what you opened yourself."))
    verdict = " ".join(verdict.split())
    if not verdict:
        raise ReasonRequired(_("Say what you found."), code="verdict_required", attr="verdict")
    unseen = BreakGlassGrant.objects.filter(pk=grant.pk, looked_at=None)
    now = timezone.now()
    if not unseen.update(looked_at=now, looked_at_by=looked_at_by, verdict=verdict):
        raise Conflict(_("Somebody has looked at this already."), code="looked_at_already")
    _record(looked_at_by, "break-glass.judged", grant)
    grant.refresh_from_db()
    return grant


def check_may_be_exported(patient_id: UUID) -> None:
    """Raise ExportRefused where the request sees the record by break-glass alone."""
    if request_context.opening_of(patient_id):
        raise ExportRefused(
            _("A record that was opened in an emergency is not exported. Ask its own site.")
        )


def _record(user: User, action: str, grant: BreakGlassGrant) -> None:
    record_access(
        user=user,
        action=action,
        patient_id=grant.patient_id,
        object_id=grant.pk,
        detail=f"{request_context.OPENED} {grant.pk}",
    )
