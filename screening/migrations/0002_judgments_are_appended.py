"""The database itself refuses to change a judgment that was made."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

TABLES = [
    "screening_decision",
    "screening_tick",
    "screening_resolution",
    "screening_extractionentry",
    "screening_appraisalanswer",
]

POSTGRESQL_FUNCTION = """
CREATE OR REPLACE FUNCTION refuse_update() RETURNS trigger AS $$
BEGIN
    RAISE EXCEPTION 'a judgment is never edited: append a new one'
        USING ERRCODE = 'integrity_constraint_violation';
END;
$$ LANGUAGE plpgsql
"""


def refuse_updates(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(POSTGRESQL_FUNCTION)
    for table in TABLES:
        if schema_editor.connection.vendor == "postgresql":
            body = "FOR EACH ROW EXECUTE FUNCTION refuse_update()"
        else:
            body = (
                "BEGIN SELECT RAISE(ABORT, "
                "'a judgment is never edited: append a new one'); END"
            )
        schema_editor.execute(
            f"CREATE TRIGGER {table}_is_appended BEFORE UPDATE ON {table} {body}"
        )


def allow_updates(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for table in TABLES:
        on = f" ON {table}" if schema_editor.connection.vendor == "postgresql" else ""
        schema_editor.execute(f"DROP TRIGGER {table}_is_appended{on}")
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP FUNCTION refuse_update()")


class Migration(migrations.Migration):
    dependencies = [("screening", "0001_judgments")]

    operations = [migrations.RunPython(refuse_updates, allow_updates)]
