"""The triggers of append-only tables, back in place until a test's transaction is rolled back."""

from types import SimpleNamespace

from django.db import connection

from aicare import append_only


def install(*tables: str) -> None:
    """Refuse changes of ``tables``; a schema editor would not work inside a test's transaction."""
    with connection.cursor() as cursor:
        editor = SimpleNamespace(
            connection=connection, execute=lambda sql, params=None: cursor.execute(sql)
        )
        append_only.install(None, editor, tables=tables)
