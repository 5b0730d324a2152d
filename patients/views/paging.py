"""Long lists a page at a time: the address of the next page names the last row of this one."""

from django.db.models import Q, QuerySet

from patients.views.opening import is_uuid


def page_before(
    rows: QuerySet, last_id: str, *, by: str, size: int, known: QuerySet | None = None
) -> tuple[list, str]:
    """Return one page, the newest first by the time ``by``, and its last id if there are more.

    ``last_id`` is that of the page before; ``known`` holds its row where that may have left
    ``rows`` meanwhile.
    """
    known = rows if known is None else known
    last = known.filter(pk=last_id).first() if is_uuid(last_id) else None
    if last:
        moment = getattr(last, by)
        rows = rows.filter(Q(**{f"{by}__lt": moment}) | Q(**{by: moment}, pk__lt=last.pk))
    page = list(rows.order_by(f"-{by}", "-pk")[: size + 1])
    return page[:size], str(page[size - 1].pk) if len(page) > size else ""
