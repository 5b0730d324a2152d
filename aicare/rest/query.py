"""Query strings that say one thing: what is not known is refused, not passed over.

A misspelt ``?since=`` that is ignored answers everything, and looks like the answer asked for.
"""

from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError

PAGE = frozenset({"cursor", "page_size"})
# Chooses the form of the answer; there is one.
ALWAYS = frozenset({"format"})


class KnownParameters:
    """For views: ``parameters`` are the names that the query string may hold, once each."""

    parameters: frozenset[str] = frozenset()

    def initial(self, request, *args, **kwargs):
        super().initial(request, *args, **kwargs)
        refuse_unknown_parameters(request, self.parameters | ALWAYS)


def refuse_unknown_parameters(request, known: frozenset[str]) -> None:
    """Raise 400 for each parameter that is not among ``known`` or is given twice."""
    wrong = {}
    for name, values in request.query_params.lists():
        if name not in known:
            wrong[name[:60]] = [_("This parameter does not exist here.")]
        elif len(values) > 1:
            wrong[name[:60]] = [_("This parameter is given twice.")]
    if wrong:
        raise ValidationError(wrong, code="invalid_parameter")


def one_of(request, name: str, words: tuple[str, ...]) -> str | None:
    """Return the word that a parameter gives, None without it; raise 400 for another one."""
    word = request.query_params.get(name)
    if word is not None and word not in words:
        text = _("Choose one of: %(words)s.") % {"words": ", ".join(words)}
        raise ValidationError({name: [text]}, code="invalid_parameter")
    return word
