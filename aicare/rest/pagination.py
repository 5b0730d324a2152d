"""Lists page by cursor: stable while rows arrive."""

from django.core.exceptions import ValidationError as InvalidValue
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.pagination import CursorPagination


class NewestFirstPagination(CursorPagination):
    """Newest first, 50 at a time unless ``page_size`` says otherwise (at most 200)."""

    ordering = ("-created_at", "-id")
    page_size_query_param = "page_size"
    max_page_size = 200
    invalid_cursor_message = gettext_lazy("The cursor is not one that a list answered.")

    def decode_cursor(self, request):
        try:
            return super().decode_cursor(request)
        except NotFound as error:
            raise self._invalid_cursor() from error

    def paginate_queryset(self, queryset, request, view=None):
        try:
            return super().paginate_queryset(queryset, request, view)
        except (InvalidValue, ValueError, OverflowError) as error:
            # Well-formed, but its position is no value of the column that the list is ordered by.
            if self.cursor_query_param not in request.query_params:
                raise
            raise self._invalid_cursor() from error

    def _invalid_cursor(self) -> ValidationError:
        return ValidationError({"cursor": [self.invalid_cursor_message]}, code="invalid_cursor")

    def get_schema_operation_parameters(self, view):
        cursor, size = super().get_schema_operation_parameters(view)
        limits = {"minimum": 1, "maximum": self.max_page_size, "default": self.page_size}
        size["schema"] |= limits
        size["description"] = "How many of them a page holds"
        cursor["description"] = "Where the page begins: take the whole address from next"
        return [cursor, size]

    def get_page_size(self, request):
        asked = request.query_params.get(self.page_size_query_param)
        if asked is None:
            return self.page_size
        is_number = asked.isascii() and asked.isdigit() and len(asked) <= 9
        if not is_number or not 1 <= int(asked) <= self.max_page_size:
            text = _("Must be a whole number from 1 to %(most)d.") % {"most": self.max_page_size}
            raise ValidationError({"page_size": [text]}, code="invalid_parameter")
        return int(asked)
