"""Every set of a stretch of time as CSV: units in the names of the columns, nothing thinned.

One header row that programs and people read: field, unit (UCUM) and LOINC code in one name, such as
``heart_rate_per_min [8867-4 /min]``. Numbers have a decimal point and no grouping, moments their
offset from UTC; what was not measured is empty.

A spreadsheet takes a cell that begins with one of ``= + - @`` for a formula and may run it. Text
that begins so gets an apostrophe in front, which spreadsheets take for "this is text"; numbers do
not. Where the decimal sign is a comma, spreadsheets part cells at semicolons and know no quotation
marks in their middle: what begins so behind a semicolon, a tab or a line's end gets one as well.
Source: OWASP, "CSV Injection".
"""

import datetime
import re
from collections.abc import Iterable, Iterator

from patients.models import VitalSigns
from patients.vital_signs_table import VITAL_SIGNS, VitalSign

AT_A_TIME = 1_000
# Spreadsheets take the file for another encoding without it; programs read it as "utf-8-sig".
BYTE_ORDER_MARK = "\ufeff"
BEGINS_FORMULA = tuple("=+-@\t\r\n＝＋－＠")
# What a row needs; the rest of a set and of who recorded it is not read.
NEEDED = (
    "measured_at", "status", *(sign.field for sign in VITAL_SIGNS), "on_supplemental_oxygen",
    "consciousness", "score", "score_min", "score_max", "risk", "missing", "rule",
    "saturation_scale", "source", "created_at", "note", "absent_reasons", "as_entered",
    "recorded_by__username", "recorded_by__first_name", "recorded_by__last_name",
)  # fmt: skip
BEGINS_FORMULA_INSIDE = re.compile("([;|\t\r\n][\\s\"']*)([=+@＝＋－＠-])")
NEEDS_QUOTES = re.compile(r'[",;|\s]')
PLAIN_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?", re.ASCII)


def safe_cell(value) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    text = "" if value is None else str(value)
    if text.lstrip(" \u00a0").startswith(BEGINS_FORMULA) and not PLAIN_NUMBER.fullmatch(text):
        text = f"'{text}"
    return BEGINS_FORMULA_INSIDE.sub(r"\1'\2", text)


def header() -> list[str]:
    return [
        "id",
        "measured_at",
        "status",
        *(_column_of(sign) for sign in VITAL_SIGNS),
        "on_supplemental_oxygen",
        "consciousness [ACVPU]",
        "score",
        "score_min",
        "score_max",
        "risk",
        "missing",
        "rule",
        "saturation_scale",
        "source",
        "recorded_by",
        "recorded_at",
        "note",
        "not_measured_because",
        "as_entered [UCUM]",
    ]


def _column_of(sign: VitalSign) -> str:
    return f"{sign.field} [{' '.join(sign.loinc)} {sign.unit}]"


def row_of(one: VitalSigns, zone: datetime.tzinfo) -> list:
    """Return one set in the order of the header, times in ``zone``."""
    oxygen = {True: "true", False: "false", None: ""}[one.on_supplemental_oxygen]
    return [
        one.pk,
        _moment(one.measured_at, zone),
        one.status,
        *(getattr(one, sign.field) for sign in VITAL_SIGNS),
        oxygen,
        one.consciousness,
        one.score,
        one.score_min,
        one.score_max,
        one.risk,
        " ".join(one.missing),
        one.rule,
        one.saturation_scale,
        one.source,
        one.recorded_by,
        _moment(one.created_at, zone),
        one.note,
        " ".join(f"{field}={reason}" for field, reason in one.absent_reasons.items()),
        " ".join(
            f"{field}={entered['value']}{entered['unit']}"
            for field, entered in one.as_entered.items()
        ),
    ]


def _moment(moment: datetime.datetime, zone: datetime.tzinfo) -> str:
    return moment.astimezone(zone).isoformat(timespec="seconds")


def _line(cells: Iterable[str]) -> str:
    """Return one row; whatever sign a program parts cells at, those with one are in quotes."""
    return ",".join(map(_quoted, cells)) + "\r\n"


def _quoted(cell: str) -> str:
    doubled = cell.replace('"', '""')
    return f'"{doubled}"' if NEEDS_QUOTES.search(cell) else cell


def csv_lines(
    sets: Iterable[VitalSigns], zone: datetime.tzinfo, *, for_spreadsheets: bool = True
) -> Iterator[str]:
    """Yield the file line by line, so that its length never matters."""
    yield (BYTE_ORDER_MARK if for_spreadsheets else "") + _line(header())
    for one in sets:
        yield _line(safe_cell(value) for value in row_of(one, zone))


def rows_for_export(sets):
    """Return the sets (a queryset) oldest first, a bounded number in memory at any time."""
    ordered = sets.select_related("recorded_by").order_by("measured_at", "id")
    return ordered.only(*NEEDED).iterator(chunk_size=AT_A_TIME)
