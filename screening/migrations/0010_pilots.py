import django.db.models.deletion
import django.utils.timezone
import uuid
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

# What was said, and what was drawn, is never edited.
TABLES = ["screening_pilotvote", "screening_pilottick", "screening_pilotitem"]


def refuse_updates(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
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


class Migration(migrations.Migration):
    dependencies = [
        ("reviews", "0008_a_plan_for_each_review"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("screening", "0009_allocation"),
    ]

    operations = [
        migrations.CreateModel(
            name="PilotRound",
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
                (
                    "stage",
                    models.CharField(
                        choices=[
                            ("title_abstract", "Titles and abstracts"),
                            ("full_text", "Full texts"),
                            ("appraisal", "Quality appraisal"),
                            ("extraction", "Data extraction"),
                        ],
                        max_length=20,
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                (
                    "counts",
                    models.BooleanField(
                        default=False, verbose_name="its judgments count for the review"
                    ),
                ),
                ("seed", models.PositiveIntegerField()),
                ("pool", models.PositiveIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "Open"),
                            ("closed", "Closed"),
                            ("abandoned", "Abandoned"),
                        ],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("begun_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("reason", models.TextField(blank=True)),
                ("figures", models.JSONField(blank=True, default=dict)),
                (
                    "begun_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "ended_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "measured",
                    models.ManyToManyField(related_name="+", to="screening.decision"),
                ),
                (
                    "review",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="reviews.review",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PilotPerson",
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
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "pilot_round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="people",
                        to="screening.pilotround",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PilotItem",
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
                ("position", models.PositiveIntegerField()),
                (
                    "record",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="+",
                        to="reviews.record",
                    ),
                ),
                (
                    "report",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="+",
                        to="reviews.report",
                    ),
                ),
                (
                    "pilot_round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="items",
                        to="screening.pilotround",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PilotVote",
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
                (
                    "choice",
                    models.CharField(
                        choices=[
                            ("include", "Include"),
                            ("maybe", "Maybe"),
                            ("exclude", "Exclude"),
                            ("withdrawn", "Taken back"),
                        ],
                        max_length=10,
                    ),
                ),
                ("note", models.TextField(blank=True)),
                ("token", models.UUIDField(default=uuid.uuid4, unique=True)),
                ("decided_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "pilot_round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="screening.pilotround",
                    ),
                ),
                (
                    "record",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="+",
                        to="reviews.record",
                    ),
                ),
                (
                    "report",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="+",
                        to="reviews.report",
                    ),
                ),
                (
                    "reviewer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "supersedes",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="+",
                        to="screening.pilotvote",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PilotTick",
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
                (
                    "criterion",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="+",
                        to="reviews.criterionversion",
                    ),
                ),
                (
                    "vote",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="ticks",
                        to="screening.pilotvote",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="pilotround",
            constraint=models.UniqueConstraint(
                fields=("review", "stage", "number"), name="pilot_round_number_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="pilotround",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "open")),
                fields=("review", "stage"),
                name="pilot_round_one_open_at_a_stage",
            ),
        ),
        migrations.AddConstraint(
            model_name="pilotround",
            constraint=models.CheckConstraint(
                condition=models.Q(("stage__in", ["title_abstract", "full_text"])),
                name="pilot_round_of_a_stage_of_screening",
            ),
        ),
        migrations.AddConstraint(
            model_name="pilotround",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at", None), ("state", "open")),
                    models.Q(
                        ("ended_at__isnull", False),
                        ("state__in", ["closed", "abandoned"]),
                    ),
                    _connector="OR",
                ),
                name="pilot_round_ended_at_a_time_or_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="pilotround",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "abandoned"), _negated=True),
                    models.Q(("reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="pilot_round_abandoned_for_a_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="pilotperson",
            constraint=models.UniqueConstraint(
                fields=("pilot_round", "user"), name="pilot_person_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="pilotitem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("record__isnull", False), ("report__isnull", True)),
                    models.Q(("record__isnull", True), ("report__isnull", False)),
                    _connector="OR",
                ),
                name="pilot_item_of_one_stage",
            ),
        ),
        migrations.AddConstraint(
            model_name="pilotitem",
            constraint=models.UniqueConstraint(
                fields=("pilot_round", "position"), name="pilot_item_position_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="pilotitem",
            constraint=models.UniqueConstraint(
                fields=("pilot_round", "record"), name="pilot_item_record_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="pilotitem",
            constraint=models.UniqueConstraint(
                fields=("pilot_round", "report"), name="pilot_item_report_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="pilotvote",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("record__isnull", False), ("report__isnull", True)),
                    models.Q(("record__isnull", True), ("report__isnull", False)),
                    _connector="OR",
                ),
                name="pilot_vote_of_one_stage",
            ),
        ),
        migrations.AddConstraint(
            model_name="pilotvote",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("choice__in", ["include", "maybe", "exclude", "withdrawn"])
                ),
                name="pilot_vote_choice_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="pilotvote",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("choice", "maybe"), _negated=True),
                    ("report", None),
                    _connector="OR",
                ),
                name="pilot_vote_no_maybe_at_full_text",
            ),
        ),
        migrations.AddConstraint(
            model_name="pilotvote",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("choice", "withdrawn"), _negated=True),
                    ("supersedes__isnull", False),
                    _connector="OR",
                ),
                name="pilot_vote_takes_back_an_earlier_one",
            ),
        ),
        migrations.AddConstraint(
            model_name="pilotvote",
            constraint=models.UniqueConstraint(
                condition=models.Q(("record__isnull", False), ("supersedes", None)),
                fields=("pilot_round", "record", "reviewer"),
                name="pilot_vote_one_line_a_record",
            ),
        ),
        migrations.AddConstraint(
            model_name="pilotvote",
            constraint=models.UniqueConstraint(
                condition=models.Q(("report__isnull", False), ("supersedes", None)),
                fields=("pilot_round", "report", "reviewer"),
                name="pilot_vote_one_line_a_report",
            ),
        ),
        migrations.AddConstraint(
            model_name="pilottick",
            constraint=models.UniqueConstraint(
                fields=("vote", "criterion"), name="pilot_tick_once"
            ),
        ),
        migrations.RunPython(refuse_updates, allow_updates),
    ]
