"""Walk stretches of the index of words, from a place on, in one statement for all of them.

The index of ``PatientWord`` is ordered by site, word, line (``sort_name``) and patient; a walk
stops after as many rows as were asked for, so its cost does not grow with the number of patients.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet

from patients.finding.terms import Term
from patients.finding.words import CUT
from patients.models import PatientWord

HIGHEST = chr(0x10FFFF)
# SQLite joins at most 500 statements in one.
MOST_IN_ONE = 200
FEW = 100


class Row(NamedTuple):
    """One row of the index within a site; rows are in the order of these columns."""

    word: str
    line: str
    patient_id: UUID


@dataclass(frozen=True)
class Stretch:
    """The rows of one site whose word begins with ``word``, or is ``word`` alone."""

    site_id: UUID
    word: str
    exact: bool = False

    def rows(self) -> QuerySet:
        return PatientWord.objects.filter(self._within(), site_id=self.site_id)

    def rows_from(self, place: Row | None, *, backwards: bool) -> list[QuerySet]:
        """Return the rows behind ``place`` (or before it) as ranges that the index can enter."""
        rows = self.rows()
        if place is None:
            return [rows]
        if backwards:
            same = rows.filter(word=place.word, sort_name__lte=place.line)
            same = same.exclude(sort_name=place.line, patient__gte=place.patient_id)
            return [same, rows.filter(word__lt=place.word)]
        same = rows.filter(word=place.word, sort_name__gte=place.line)
        same = same.exclude(sort_name=place.line, patient__lte=place.patient_id)
        return [same, rows.filter(word__gt=place.word)]

    def _within(self) -> Q:
        return Q(word=self.word) if self.exact else begins_with(self.word)


def begins_with(text: str) -> Q:
    """Return the condition that a word begins with ``text``, as a range of the index."""
    return Q(word__gte=text, word__lt=text + HIGHEST)


def fits(term: Term) -> Q:
    """Return the condition that some word of a row's person begins with or contains ``term``.

    It is read off the line, which lies in the index too. Whose line was cut may fit.
    """
    condition = Q(sort_name__endswith=CUT)
    for part in term.parts:
        condition |= Q(sort_name__contains=part)
    for beginning in () if term.parts else term.beginnings:
        condition |= Q(sort_name__startswith=beginning) | Q(sort_name__contains=f" {beginning}")
    return condition


def first_rows(walks: list[QuerySet], *, limit: int, backwards: bool = False) -> list[Row]:
    """Return the first rows of all ``walks`` together, in the order of the index or against it."""
    sign = "-" if backwards else ""
    columns = [f"{sign}{name}" for name in ("word", "sort_name", "patient")]
    limited = [
        walk.order_by(*columns).values_list("word", "sort_name", "patient")[:limit]
        for walk in walks
    ]
    rows = [
        Row(word, line, UUID(str(patient_id)))
        for _, word, line, patient_id in in_one_statement(limited)
    ]
    return sorted(set(rows), reverse=backwards)[:limit]


def words_by_row(rows: list[Row]) -> dict[Row, list[str]]:
    """Return the words of the person of each row: those of its line, or all where it was cut."""
    cut = {row.patient_id for row in rows if row.line.endswith(CUT)}
    stored = defaultdict(list)
    for one in PatientWord.objects.filter(patient__in=cut) if cut else ():
        stored[one.patient_id].append(one.word)
    return {row: stored.get(row.patient_id) or row.line.split() for row in rows}


def counts(groups: list[list[Stretch]], *, enough: int) -> list[int]:
    """Return for each group about how many rows its stretches have, counting to ``enough``."""
    single = [(number, one, len(group)) for number, group in enumerate(groups) for one in group]
    limited = [
        one.rows().order_by().values_list("word")[: max(enough // size, FEW)]
        for _, one, size in single
    ]
    totals = [0] * len(groups)
    for position, count in in_one_statement(limited, select="count(*)"):
        totals[single[position][0]] += count
    return totals


def in_one_statement(querysets: list[QuerySet], *, select: str = "found.*") -> Iterator[tuple]:
    """Yield the rows of each queryset, the queryset's position before them.

    Django joins no sliced querysets on SQLite, where a slice must be a statement in a FROM.
    """
    for start in range(0, len(querysets), MOST_IN_ONE):
        some = [one.query.sql_with_params() for one in querysets[start : start + MOST_IN_ONE]]
        statement = " UNION ALL ".join(
            # Only what the ORM wrote, and numbers.
            f"SELECT {start + number}, {select} FROM ({sql}) AS found"  # noqa: S608
            for number, (sql, _) in enumerate(some)
        )
        with connection.cursor() as cursor:
            cursor.execute(statement, [value for _, values in some for value in values])
            yield from cursor.fetchall()
