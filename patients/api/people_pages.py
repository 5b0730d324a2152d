"""The hits of a search as a list that pages by cursor."""

from rest_framework.response import Response
from rest_framework.utils.urls import remove_query_param, replace_query_param

from aicare.rest.pagination import NewestFirstPagination
from patients.finding.people import Search
from patients.finding.places import Place

BACKWARDS = "-"


class HitsPagination(NewestFirstPagination):
    """The order of a search: by the word that was found, then by name."""

    def paginate_queryset(self, search: Search, request, view=None):
        text = request.query_params.get(self.cursor_query_param)
        try:
            place = None if text is None else Place.from_text(text.removeprefix(BACKWARDS))
        except ValueError as error:
            raise self._invalid_cursor() from error
        backwards = place is not None and text.startswith(BACKWARDS)
        self.address = request.build_absolute_uri()
        self.found = search.page(size=self.get_page_size(request), place=place, backwards=backwards)
        return self.found.hits

    def get_next_link(self):
        return self._link(self.found.behind, "")

    def get_previous_link(self):
        return self._link(self.found.before, BACKWARDS)

    def _link(self, place: Place | None, direction: str) -> str | None:
        if place is None:
            return None
        address = remove_query_param(self.address, self.cursor_query_param)
        return replace_query_param(
            address, self.cursor_query_param, f"{direction}{place.as_text()}"
        )

    def get_paginated_response(self, data):
        return Response(
            {"next": self.get_next_link(), "previous": self.get_previous_link(), "results": data}
        )
