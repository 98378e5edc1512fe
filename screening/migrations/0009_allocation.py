import django.core.validators
import django.db.models.deletion
import django.utils.timezone
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("reviews", "0011_team"),
        ("screening", "0008_bulk_decisions"),
    ]

    operations = [
        migrations.AddField(
            model_name="decision",
            name="restores",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.RESTRICT,
                related_name="+",
                to="screening.decision",
            ),
        ),
        migrations.CreateModel(
            name="Allocation",
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
                    "way",
                    models.CharField(
                        choices=[
                            ("open", "Open pool: everybody judges whatever waits"),
                            (
                                "share",
                                "By share: each person judges a part of the records",
                            ),
                            ("batch", "By batch: named people judge a named batch"),
                            ("person", "By person: each judges a number of records"),
                            ("pair", "By pair: one of the judges is a core reviewer"),
                        ],
                        max_length=10,
                    ),
                ),
                ("reason", models.TextField(blank=True)),
                ("token", models.UUIDField(default=uuid.uuid4, unique=True)),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "returns_to",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="+",
                        to="screening.allocation",
                    ),
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
            name="AllocationPart",
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
                ("name", models.CharField(blank=True, max_length=200)),
                (
                    "allocation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="parts",
                        to="screening.allocation",
                    ),
                ),
                (
                    "first_record",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="+",
                        to="reviews.record",
                    ),
                ),
                (
                    "first_report",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="+",
                        to="reviews.report",
                    ),
                ),
                (
                    "last_record",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="+",
                        to="reviews.record",
                    ),
                ),
                (
                    "last_report",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="+",
                        to="reviews.report",
                    ),
                ),
                (
                    "search",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="+",
                        to="reviews.search",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="AllocationPerson",
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
                    "share",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(100),
                        ],
                    ),
                ),
                ("is_core", models.BooleanField(default=False)),
                (
                    "part",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="people",
                        to="screening.allocationpart",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Handover",
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
                ("token", models.UUIDField(default=uuid.uuid4, unique=True)),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("undone_at", models.DateTimeField(blank=True, null=True)),
                (
                    "allocation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="handovers",
                        to="screening.allocation",
                    ),
                ),
                (
                    "giver",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "review",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="reviews.review",
                    ),
                ),
                (
                    "taker",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "undone_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="HandedItem",
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
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "place_of",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
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
                    "handover",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="items",
                        to="screening.handover",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="NumberChange",
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
                ("old", models.PositiveSmallIntegerField()),
                ("new", models.PositiveSmallIntegerField()),
                ("reason", models.TextField()),
                ("token", models.UUIDField(default=uuid.uuid4, unique=True)),
                ("done_at", models.DateTimeField(blank=True, null=True)),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "amendment",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="+",
                        to="reviews.amendment",
                    ),
                ),
                (
                    "last_decision",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="+",
                        to="screening.decision",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
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
            name="SetAside",
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
                ("reason", models.TextField()),
                ("token", models.UUIDField(default=uuid.uuid4, unique=True)),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("done_at", models.DateTimeField(blank=True, null=True)),
                ("undone_at", models.DateTimeField(blank=True, null=True)),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "review",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="reviews.review",
                    ),
                ),
                (
                    "undone_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SetAsideVote",
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
                    "restoration",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="brings_back",
                        to="screening.decision",
                    ),
                ),
                (
                    "set_aside",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="votes",
                        to="screening.setaside",
                    ),
                ),
                (
                    "vote",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="set_aside",
                        to="screening.decision",
                    ),
                ),
                (
                    "withdrawal",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="sets_aside",
                        to="screening.decision",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="allocation",
            constraint=models.UniqueConstraint(
                fields=("review", "stage", "number"), name="allocation_number_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="allocation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("way__in", ["open", "share", "batch", "person", "pair"])
                ),
                name="allocation_way_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="allocation",
            constraint=models.CheckConstraint(
                condition=models.Q(("stage__in", ["title_abstract", "full_text"])),
                name="allocation_of_screening",
            ),
        ),
        migrations.AddConstraint(
            model_name="allocationpart",
            constraint=models.UniqueConstraint(
                fields=("allocation", "position"), name="allocation_part_position_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="allocationpart",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("first_record", None), ("last_record", None)),
                    ("last_record__gte", models.F("first_record")),
                    _connector="OR",
                ),
                name="allocation_part_records_in_order",
            ),
        ),
        migrations.AddConstraint(
            model_name="allocationpart",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("first_report", None), ("last_report", None)),
                    ("last_report__gte", models.F("first_report")),
                    _connector="OR",
                ),
                name="allocation_part_reports_in_order",
            ),
        ),
        migrations.AddConstraint(
            model_name="allocationpart",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("search", None),
                    models.Q(("first_record", None), ("first_report", None)),
                    _connector="OR",
                ),
                name="allocation_part_of_one_source",
            ),
        ),
        migrations.AddConstraint(
            model_name="allocationperson",
            constraint=models.UniqueConstraint(
                fields=("part", "person"), name="allocation_person_once_in_a_part"
            ),
        ),
        migrations.AddConstraint(
            model_name="allocationperson",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("share", None),
                    models.Q(("share__gte", 1), ("share__lte", 100)),
                    _connector="OR",
                ),
                name="allocation_share_of_a_hundred",
            ),
        ),
        migrations.AddConstraint(
            model_name="handover",
            constraint=models.CheckConstraint(
                condition=models.Q(("giver", models.F("taker")), _negated=True),
                name="handover_to_another",
            ),
        ),
        migrations.AddConstraint(
            model_name="handover",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("undone_at", None), ("undone_by", None)),
                    models.Q(
                        ("undone_at__isnull", False), ("undone_by__isnull", False)
                    ),
                    _connector="OR",
                ),
                name="handover_undone_by_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="handeditem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("record__isnull", False), ("report", None)),
                    models.Q(("record", None), ("report__isnull", False)),
                    _connector="OR",
                ),
                name="handed_item_is_one_thing",
            ),
        ),
        migrations.AddConstraint(
            model_name="handeditem",
            constraint=models.UniqueConstraint(
                fields=("handover", "record"), name="handed_record_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="handeditem",
            constraint=models.UniqueConstraint(
                fields=("handover", "report"), name="handed_report_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="numberchange",
            constraint=models.CheckConstraint(
                condition=models.Q(("old", models.F("new")), _negated=True),
                name="number_change_changes_it",
            ),
        ),
        migrations.AddConstraint(
            model_name="numberchange",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason", ""), _negated=True),
                name="number_change_has_a_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="numberchange",
            constraint=models.CheckConstraint(
                condition=models.Q(("new__gte", 1), ("old__gte", 1)),
                name="number_change_of_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="numberchange",
            constraint=models.CheckConstraint(
                condition=models.Q(("stage__in", ["title_abstract", "full_text"])),
                name="number_change_of_screening",
            ),
        ),
        migrations.AddConstraint(
            model_name="setaside",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason", ""), _negated=True),
                name="set_aside_has_a_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="setaside",
            constraint=models.CheckConstraint(
                condition=models.Q(("stage__in", ["title_abstract", "full_text"])),
                name="set_aside_of_screening",
            ),
        ),
        migrations.AddConstraint(
            model_name="setaside",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("undone_at", None), ("undone_by", None)),
                    models.Q(
                        ("done_at__isnull", False),
                        ("undone_at__isnull", False),
                        ("undone_by__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="set_aside_undone_after_it_was_done",
            ),
        ),
    ]
