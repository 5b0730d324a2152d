"""Forms that change a row: what somebody else saved meanwhile is shown, never overwritten.

A form takes part as ``class MyForm(Versioned, OnceForm)`` (or DomainForm) and is made with
``record=`` the row that it changes; its fields are called as the columns and have one input each.
The template prints ``form.expected_version``, the view hands it to the service::

    form = MyForm(sent(request), record=row)
    if request.method == "POST":
        version = form.cleaned_data["expected_version"]   # inside the act
        if form.carry_out(lambda: change_row(row=row, expected_version=version, …)):
            return redirect(…)
        if form.is_conflict:
            return conflict_page(request, form, banner=…, heading=…, back=…)

(``conflict_page`` is in ``patients.views.conflict``.) That page sends the same form to the same
address again: everything that was typed, a choice for each line that differs, and the version that
it showed. If that one is no longer current either, the page comes again. A change that is stored
already, as after a double click, counts as carried out.
"""

from django import forms
from django.utils.translation import gettext as _

from aicare.errors import DomainError, StaleVersion
from patients.history.conflicts import Conflict, conflict_between
from patients.history.versions import Version, versions_of

LARGEST_VERSION = 1_000_000_000
# Names of the conflict page's own inputs; no field of a form has a point in its name.
OWN = "conflict."
OPENED, CHOOSE, TYPED = f"{OWN}opened", f"{OWN}choose", f"{OWN}typed."
NOT_SENT_AGAIN = {"csrfmiddlewaretoken", "expected_version"}


class Versioned(forms.Form):
    """See the module's docstring."""

    expected_version = forms.IntegerField(
        min_value=1, max_value=LARGEST_VERSION, widget=forms.HiddenInput
    )

    def __init__(self, data=None, *args, record, initial=None, **kwargs):
        self.record = record
        self.decided, self.undecided = _decisions(data)
        initial = {"expected_version": record.version} | (initial or {})
        super().__init__(_with_typed(data, self.undecided), *args, initial=initial, **kwargs)

    @property
    def is_conflict(self) -> bool:
        return self.status == StaleVersion.http_status

    def carry_out(self, act):
        if self.undecided and self.is_valid():
            self.status = StaleVersion.http_status
            self.add_error(None, _("Choose one for every line."))
            return None
        made = super().carry_out(act)
        return self.record if self.is_conflict and self.conflict.is_stored_already else made

    def refuse(self, error: DomainError) -> None:
        if isinstance(error, StaleVersion):
            # The page of both versions says it better than a line above the form.
            self.status = error.http_status
        else:
            super().refuse(error)

    @property
    def conflict(self) -> Conflict:
        """Both versions, field by field."""
        return conflict_between(
            self.stored_versions(),
            self,
            model=type(self.record),
            opened_version=self._opened_version(),
            decided=self.decided if self.undecided else (),
        )

    def stored_versions(self) -> list[Version]:
        """Return the states that the row has had until this moment."""
        rows = type(self.record)._base_manager.select_related("created_by")
        return versions_of(rows.get(pk=self.record.pk))

    def sent_again(self, without) -> list[tuple[str, str]]:
        """Return what was sent, by input, without the fields of which a line is shown."""
        left_out = NOT_SENT_AGAIN | set(without)
        return [
            (name, value)
            for name in self.data
            for value in self.data.getlist(name)
            if name not in left_out and not name.startswith(OWN)
        ]

    def _opened_version(self) -> int:
        """Return the version with which it began, also when the page is shown once more."""
        began = self.data.get(OPENED, "")
        if self.undecided and began.isascii() and began.isdigit() and len(began) < 10:
            return int(began)
        return self.cleaned_data["expected_version"]


def _decisions(data) -> tuple[list[str], list[str]]:
    """Return for which of the lines that were shown one was chosen, and for which none."""
    asked = data.getlist(CHOOSE) if data else []
    return [name for name in asked if name in data], [name for name in asked if name not in data]


def _with_typed(data, undecided: list[str]):
    """Return what was sent, with what had been typed where nothing was chosen: it is not lost."""
    if not undecided:
        return data
    data = data.copy()
    for name in undecided:
        data[name] = data.get(f"{TYPED}{name}", "")
    return data
