"""Tables whose rows are added and never altered: the database itself refuses."""

TABLES = ("aicare_auditevent", "aicare_auditseal")

SQLITE = """
CREATE TRIGGER {table}_no_{act} BEFORE {act} ON {table}
BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END
"""
POSTGRESQL_FUNCTION = """
CREATE OR REPLACE FUNCTION aicare_refuse_change() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$
"""
POSTGRESQL = """
CREATE TRIGGER {table}_no_{act} BEFORE {act} ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION aicare_refuse_change()
"""


def _acts(vendor: str) -> tuple[str, ...]:
    return ("update", "delete", "truncate") if vendor == "postgresql" else ("update", "delete")


def install(apps, schema_editor, tables=TABLES) -> None:
    """Refuse updates and deletions of ``tables`` (the audit tables) from now on."""
    vendor = schema_editor.connection.vendor
    if vendor == "postgresql":
        schema_editor.execute(POSTGRESQL_FUNCTION, params=None)
    trigger = POSTGRESQL if vendor == "postgresql" else SQLITE
    for table in tables:
        for act in _acts(vendor):
            schema_editor.execute(trigger.format(table=table, act=act))


def remove(apps, schema_editor, tables=TABLES) -> None:
    """Take the triggers away again, for a reverse migration."""
    vendor = schema_editor.connection.vendor
    for table in tables:
        for act in _acts(vendor):
            on_table = f" ON {table}" if vendor == "postgresql" else ""
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {table}_no_{act}{on_table}")
