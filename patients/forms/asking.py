"""Forms whose act may come back with a question: the answer is sent with the same form."""

from django import forms

from aicare.errors import ConfirmationRequired, DomainError, Problem


class Asking(forms.Form):
    """Shows the questions of a ConfirmationRequired; the act is told what was answered.

    Used as ``class MyForm(Asking, OnceForm)``; the template includes
    ``patients/components/questions.html``.
    """

    questions: tuple[Problem, ...] = ()

    @property
    def confirmed(self) -> frozenset[str]:
        """The codes of the questions that were answered with yes."""
        return frozenset(self.data.getlist("confirm")) if self.is_bound else frozenset()

    def refuse(self, error: DomainError) -> None:
        if isinstance(error, ConfirmationRequired):
            self.questions, self.status = error.problems, error.http_status
        else:
            super().refuse(error)
