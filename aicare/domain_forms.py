"""Forms whose rules live in services: a broken rule comes back at the field it is about."""

from collections.abc import Callable

from django import forms

from aicare import once
from aicare.errors import DomainError, NotAllowed

REFUSED = 400


class DomainForm(forms.Form):
    """A form that carries out one act; ``status`` is the answer's when it is shown again."""

    status = 200

    def carry_out(self, act: Callable[[], object]):
        """Return what ``act`` made, or None after keeping what spoke against it."""
        if not self.is_valid():
            self.status = REFUSED
            return None
        try:
            return act()
        except NotAllowed:
            raise
        except DomainError as error:
            self.refuse(error)
            return None

    def refuse(self, error: DomainError) -> None:
        """Show the problems of ``error`` at their fields, or above the form."""
        self.status = error.http_status
        for problem in error.problems:
            at = problem.attr if problem.attr in self.fields else None
            self.add_error(at, forms.ValidationError(problem.detail, code=problem.code))


class OnceForm(DomainForm):
    """A form that a double click sends once (see ``aicare.once``)."""

    once = forms.CharField(required=False, max_length=once.LONGEST_KEY, widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["once"].initial = once.new_key

    def refuse(self, error: DomainError) -> None:
        super().refuse(error)
        if isinstance(error, once.SentBefore):
            self.data = self.data.copy()
            self.data["once"] = once.new_key()
