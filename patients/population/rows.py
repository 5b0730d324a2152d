"""Rows by the million: as text for COPY in PostgreSQL, as parameters in SQLite.

What all rows of a kind share is prepared once (``tail``); indexes and foreign keys are taken away
while rows come in and are put back, and checked, afterwards.
"""

import contextlib
import datetime
import json
from collections.abc import Iterable, Iterator
from decimal import Decimal
from itertools import islice
from uuid import UUID

from django.db import connection, models

CHUNK = 2000
MASK = (1 << 62) - 1


def time_ordered_id(at: float, number: int) -> str:
    """Return a UUIDv7 of the second ``at``; the rest follows from ``number``."""
    mixed = number * 0x9E3779B97F4A7C15
    value = int(at * 1000) << 80 | 7 << 76 | (mixed >> 62 & 0xFFF) << 64 | 2 << 62 | mixed & MASK
    return f"{value:032x}"


def moment_text(at: float) -> str:
    """Return a moment as both databases read it, in UTC."""
    return str(datetime.datetime.fromtimestamp(int(at), datetime.UTC))[:19]


def plain(value):
    """Return a field's value as both databases take it from text."""
    if isinstance(value, dict | list):
        return json.dumps(value)
    if isinstance(value, UUID):
        return value.hex
    if isinstance(value, datetime.datetime):
        return moment_text(value.timestamp())
    if isinstance(value, bool):
        return int(value)
    return str(value) if isinstance(value, Decimal | datetime.date) else value


class Table:
    """Where rows of ``model`` go: the fields that differ from row to row, then the rest."""

    def __init__(self, model: type[models.Model], *varying: str):
        fields = [
            field
            for field in model._meta.concrete_fields
            if not field.generated and not isinstance(field, models.AutoField)
        ]
        by_name = {field.name: field for field in fields}
        self.name = model._meta.db_table
        self.rest = [field for field in fields if field.name not in varying]
        self.columns = [field.column for field in (*(by_name[one] for one in varying), *self.rest)]

    def tail(self, instance: models.Model):
        """Return what rows share with ``instance``, ready to be appended to what differs."""
        return encoded([plain(getattr(instance, field.attname)) for field in self.rest])

    def write(self, rows: Iterable) -> None:
        """Store rows that ``encoded`` made, whole with their tails."""
        columns = ", ".join(f'"{name}"' for name in self.columns)
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.copy_expert(f"COPY {self.name} ({columns}) FROM STDIN", _Lines(rows))
            else:
                places = ", ".join("?" * len(self.columns))
                # Below Django's cursor: it would copy and rewrite each row.
                cursor.cursor.connection.executemany(
                    f"INSERT INTO {self.name} ({columns}) VALUES ({places})",  # noqa: S608  names of models
                    rows,
                )


def _copy_piece(values: list) -> str:
    return "".join(["\t\\N" if value is None else f"\t{value}" for value in values])


# A piece of a row; pieces are joined with ``+``. No value holds a tab or a backslash, which COPY
# would read as its own signs.
encoded = _copy_piece if connection.vendor == "postgresql" else tuple


class _Lines:
    """Rows as the file that COPY reads, a few at a time."""

    def __init__(self, rows: Iterable[str]):
        self.rows = iter(rows)

    def read(self, size: int = -1) -> str:
        lines = [row[1:] for row in islice(self.rows, CHUNK)]
        return "\n".join(lines) + "\n" if lines else ""


@contextlib.contextmanager
def bare(*tables: type[models.Model]) -> Iterator[None]:
    """Take indexes and foreign keys of ``tables`` away for the block; inside a transaction."""
    names = [model._meta.db_table for model in tables]
    taken = _postgresql_parts(names) if connection.vendor == "postgresql" else _sqlite_parts(names)
    with connection.cursor() as cursor:
        for take_away, _ in taken:
            cursor.execute(take_away)
        yield
        for _, put_back in reversed(taken):
            cursor.execute(put_back)


def _postgresql_parts(names: list[str]) -> list[tuple[str, str]]:
    """Return for each foreign key, unique constraint and index how it goes and comes back."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL maintenance_work_mem = '512MB'")
        cursor.execute(
            "SELECT conrelid::regclass, quote_ident(conname), pg_get_constraintdef(oid)"
            " FROM pg_constraint WHERE conrelid::regclass::text = ANY(%s) AND contype IN ('f', 'u')"
            " ORDER BY contype",
            [names],
        )
        constraints = [
            (f"ALTER TABLE {table} DROP CONSTRAINT {name}",
             f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")
            for table, name, definition in cursor.fetchall()
        ]  # fmt: skip
        cursor.execute(
            "SELECT quote_ident(c.relname), pg_get_indexdef(c.oid) FROM pg_index i"
            " JOIN pg_class c ON c.oid = i.indexrelid"
            " WHERE i.indrelid::regclass::text = ANY(%s)"
            " AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = c.oid)",
            [names],
        )
        indexes = [(f"DROP INDEX {name}", definition) for name, definition in cursor.fetchall()]
    return constraints + indexes


def _sqlite_parts(names: list[str]) -> list[tuple[str, str]]:
    """Return the indexes; foreign keys are switched off for the connection by the caller."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tbl_name, name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
        )
        found = [row for row in cursor.fetchall() if row[0] in names]
    return [(f'DROP INDEX "{name}"', sql) for _, name, sql in found]


def settle(*tables: type[models.Model]) -> None:
    """Let the database learn what the tables hold."""
    # PostgreSQL vacuums outside of transactions only; a caller's own does without.
    vacuums = connection.vendor == "postgresql" and not connection.in_atomic_block
    with connection.cursor() as cursor:
        for model in tables:
            cursor.execute(f"{'VACUUM (ANALYZE)' if vacuums else 'ANALYZE'} {model._meta.db_table}")
