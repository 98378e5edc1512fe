"""The database itself refuses to change a snapshot of the flow."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

TABLE = "reviews_flowsnapshot"
REFUSAL = "a snapshot is kept as it was taken"

POSTGRESQL_FUNCTION = f"""
CREATE OR REPLACE FUNCTION refuse_snapshot_update() RETURNS trigger AS $$
BEGIN
    RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'integrity_constraint_violation';
END;
$$ LANGUAGE plpgsql
"""


def refuse_updates(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    body = f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(POSTGRESQL_FUNCTION)
        body = "FOR EACH ROW EXECUTE FUNCTION refuse_snapshot_update()"
    schema_editor.execute(
        f"CREATE TRIGGER {TABLE}_is_kept BEFORE UPDATE ON {TABLE} {body}"
    )


def allow_updates(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    on_postgresql = schema_editor.connection.vendor == "postgresql"
    on = f" ON {TABLE}" if on_postgresql else ""
    schema_editor.execute(f"DROP TRIGGER {TABLE}_is_kept{on}")
    if on_postgresql:
        schema_editor.execute("DROP FUNCTION refuse_snapshot_update()")


class Migration(migrations.Migration):
    dependencies = [("reviews", "0002_the_manuscript")]

    operations = [migrations.RunPython(refuse_updates, allow_updates)]
