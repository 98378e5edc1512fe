"""Statements before a conflict is seen, and the cause of one that is settled.

A table that is altered is made anew on SQLite, and its trigger goes with the old one:
it is taken off before and put on again after.
"""

from collections.abc import Callable

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

RESOLUTION, STATEMENT = "screening_resolution", "screening_statement"
Operation = Callable[[StateApps, BaseDatabaseSchemaEditor], None]


def guard(*tables: str) -> Operation:
    def put_on(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
        if schema_editor.connection.vendor == "postgresql":
            body = "FOR EACH ROW EXECUTE FUNCTION refuse_update()"
        else:
            body = (
                "BEGIN SELECT RAISE(ABORT, "
                "'a judgment is never edited: append a new one'); END"
            )
        for table in tables:
            schema_editor.execute(
                f"CREATE TRIGGER {table}_is_appended BEFORE UPDATE ON {table} {body}"
            )

    return put_on


def unguard(*tables: str) -> Operation:
    def take_off(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
        is_postgresql = schema_editor.connection.vendor == "postgresql"
        for table in tables:
            on = f" ON {table}" if is_postgresql else ""
            schema_editor.execute(f"DROP TRIGGER {table}_is_appended{on}")

    return take_off


class Migration(migrations.Migration):
    dependencies = [
        ("screening", "0011_self_checks"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunPython(unguard(RESOLUTION), guard(RESOLUTION)),
        migrations.AddField(
            model_name="resolution",
            name="cause",
            field=models.CharField(
                blank=True,
                choices=[
                    ("misread", "Somebody misread it"),
                    ("wording", "The wording of a criterion is unclear"),
                    ("abstract", "The abstract lacks what it takes"),
                    ("data", "An error in the data of the record"),
                    ("judgment", "Something else, or a matter of judgment"),
                ],
                default="",
                max_length=10,
            ),
            preserve_default=False,
        ),
        migrations.AddConstraint(
            model_name="resolution",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "cause__in",
                        ["", "misread", "wording", "abstract", "data", "judgment"],
                    )
                ),
                name="resolution_cause_known",
            ),
        ),
        migrations.CreateModel(
            name="Statement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("called_in", models.BooleanField(default=False)),
                ("quote", models.TextField(blank=True)),
                ("stated_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "criterion",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="+",
                        to="reviews.criterionversion",
                    ),
                ),
                (
                    "decision",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="statements",
                        to="screening.decision",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("decision", "by"), name="statement_once_by_each"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("called_in", True), ("criterion", None), ("quote", "")
                            ),
                            models.Q(
                                ("called_in", False), ("criterion__isnull", False)
                            ),
                            models.Q(
                                ("called_in", False),
                                models.Q(("quote", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="statement_says_what_decided",
                    ),
                ]
            },
        ),
        migrations.RunPython(
            guard(RESOLUTION, STATEMENT), unguard(RESOLUTION, STATEMENT)
        ),
    ]
