"""Which form an answer has: JSON, or 406, by whichever way another one is asked for."""

from django.http import Http404
from rest_framework.exceptions import NotAcceptable
from rest_framework.negotiation import DefaultContentNegotiation


class Negotiation(DefaultContentNegotiation):
    """Refuse ``?format=xml`` as ``Accept: application/xml`` is refused, not as a wrong address."""

    def filter_renderers(self, renderers, format):
        try:
            return super().filter_renderers(renderers, format)
        except Http404:
            raise NotAcceptable(available_renderers=renderers) from None
