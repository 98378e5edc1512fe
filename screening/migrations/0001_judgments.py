import django.db.models.deletion
import django.utils.timezone
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("reviews", "0001_the_review"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Decision",
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
                    "review",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="reviews.review",
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
                        to="screening.decision",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Tick",
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
                    "decision",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="ticks",
                        to="screening.decision",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="decision",
            name="criteria",
            field=models.ManyToManyField(
                related_name="+",
                through="screening.Tick",
                to="reviews.criterionversion",
            ),
        ),
        migrations.CreateModel(
            name="AppraisalAnswer",
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
                ("domain", models.CharField(max_length=40)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("independent", "Appraised alone"),
                            ("consensus", "Agreed on by both"),
                            ("adjudication", "Decided by an adjudicator"),
                        ],
                        default="independent",
                        max_length=15,
                    ),
                ),
                ("answers", models.JSONField(blank=True, default=dict)),
                ("proposed", models.CharField(blank=True, max_length=40)),
                ("judgment", models.CharField(blank=True, max_length=40)),
                ("support", models.TextField(blank=True)),
                (
                    "departure",
                    models.TextField(
                        blank=True, verbose_name="why it departs from the rules"
                    ),
                ),
                ("is_withdrawn", models.BooleanField(default=False)),
                ("token", models.UUIDField(default=uuid.uuid4, unique=True)),
                (
                    "answered_at",
                    models.DateTimeField(default=django.utils.timezone.now),
                ),
                (
                    "resolved",
                    models.ManyToManyField(
                        related_name="+", to="screening.appraisalanswer"
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
                        to="screening.appraisalanswer",
                    ),
                ),
                (
                    "target",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="+",
                        to="reviews.appraisaltarget",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind__in", ["independent", "consensus", "adjudication"])
                        ),
                        name="appraisal_answer_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("is_withdrawn", False),
                            ("supersedes__isnull", False),
                            _connector="OR",
                        ),
                        name="appraisal_answer_takes_back_an_earlier_one",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("proposed", ""),
                            ("judgment", models.F("proposed")),
                            models.Q(("departure", ""), _negated=True),
                            ("is_withdrawn", True),
                            _connector="OR",
                        ),
                        name="appraisal_answer_departs_with_a_reason",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("kind", "independent"), ("supersedes", None)
                        ),
                        fields=("target", "domain", "reviewer"),
                        name="appraisal_answer_one_line_a_domain",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("supersedes", None),
                            models.Q(("kind", "independent"), _negated=True),
                        ),
                        fields=("target", "domain"),
                        name="appraisal_answer_one_consensus_a_domain",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ExtractionEntry",
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
                ("field_version", models.PositiveSmallIntegerField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("independent", "Extracted alone"),
                            ("consensus", "Agreed on by both"),
                            ("adjudication", "Decided by an adjudicator"),
                        ],
                        default="independent",
                        max_length=15,
                    ),
                ),
                ("value", models.JSONField(blank=True, null=True)),
                ("not_reported", models.BooleanField(default=False)),
                ("is_withdrawn", models.BooleanField(default=False)),
                ("note", models.TextField(blank=True)),
                ("token", models.UUIDField(default=uuid.uuid4, unique=True)),
                ("entered_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "field",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="+",
                        to="reviews.extractionfield",
                    ),
                ),
                (
                    "resolved",
                    models.ManyToManyField(
                        related_name="+", to="screening.extractionentry"
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
                    "study",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="+",
                        to="reviews.study",
                    ),
                ),
                (
                    "supersedes",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="+",
                        to="screening.extractionentry",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "extraction entries",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind__in", ["independent", "consensus", "adjudication"])
                        ),
                        name="extraction_entry_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("is_withdrawn", True), ("supersedes__isnull", False)
                            ),
                            models.Q(
                                ("is_withdrawn", False),
                                ("not_reported", True),
                                ("value__isnull", True),
                            ),
                            models.Q(
                                ("is_withdrawn", False),
                                ("not_reported", False),
                                ("value__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="extraction_entry_value_or_not_reported",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("kind", "independent"), ("supersedes", None)
                        ),
                        fields=("study", "field", "reviewer"),
                        name="extraction_entry_one_line_a_cell",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("supersedes", None),
                            models.Q(("kind", "independent"), _negated=True),
                        ),
                        fields=("study", "field"),
                        name="extraction_entry_one_consensus_a_cell",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Resolution",
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
                (
                    "choice",
                    models.CharField(
                        choices=[
                            ("include", "Include"),
                            ("exclude", "Exclude"),
                            ("withdrawn", "Opened again"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "how",
                    models.CharField(
                        choices=[
                            ("consensus", "The reviewers agreed"),
                            ("adjudication", "An adjudicator decided"),
                        ],
                        max_length=15,
                    ),
                ),
                ("reason", models.TextField(verbose_name="why")),
                ("token", models.UUIDField(default=uuid.uuid4, unique=True)),
                (
                    "resolved_at",
                    models.DateTimeField(default=django.utils.timezone.now),
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
                    "resolved",
                    models.ManyToManyField(related_name="+", to="screening.decision"),
                ),
                (
                    "resolver",
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
                    "supersedes",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="+",
                        to="screening.resolution",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["review", "stage"], name="resolution_of_a_stage"
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("record__isnull", False),
                                ("report__isnull", True),
                                ("stage", "title_abstract"),
                            ),
                            models.Q(
                                ("record__isnull", True),
                                ("report__isnull", False),
                                ("stage", "full_text"),
                            ),
                            _connector="OR",
                        ),
                        name="resolution_on_an_item_of_its_stage",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True),
                        name="resolution_has_a_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("choice__in", ["include", "exclude", "withdrawn"])
                        ),
                        name="resolution_choice_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("how__in", ["consensus", "adjudication"])),
                        name="resolution_how_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                models.Q(("choice", "exclude"), _negated=True),
                                ("criterion", None),
                            ),
                            models.Q(
                                ("choice", "exclude"), ("stage", "title_abstract")
                            ),
                            models.Q(
                                ("choice", "exclude"), ("criterion__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="resolution_reason_where_excluded",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("choice", "withdrawn"), _negated=True),
                            ("supersedes__isnull", False),
                            _connector="OR",
                        ),
                        name="resolution_opens_an_earlier_one",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("record__isnull", False), ("supersedes", None)
                        ),
                        fields=("record",),
                        name="resolution_one_line_a_record",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("report__isnull", False), ("supersedes", None)
                        ),
                        fields=("report",),
                        name="resolution_one_line_a_report",
                    ),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="tick",
            constraint=models.UniqueConstraint(
                fields=("decision", "criterion"), name="tick_once"
            ),
        ),
        migrations.AddIndex(
            model_name="decision",
            index=models.Index(
                fields=["review", "stage", "reviewer"], name="decision_of_a_reviewer"
            ),
        ),
        migrations.AddConstraint(
            model_name="decision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("record__isnull", False),
                        ("report__isnull", True),
                        ("stage", "title_abstract"),
                    ),
                    models.Q(
                        ("record__isnull", True),
                        ("report__isnull", False),
                        ("stage", "full_text"),
                    ),
                    _connector="OR",
                ),
                name="decision_on_an_item_of_its_stage",
            ),
        ),
        migrations.AddConstraint(
            model_name="decision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("choice__in", ["include", "maybe", "exclude", "withdrawn"])
                ),
                name="decision_choice_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="decision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("choice", "maybe"), _negated=True),
                    ("stage", "title_abstract"),
                    _connector="OR",
                ),
                name="decision_no_maybe_at_full_text",
            ),
        ),
        migrations.AddConstraint(
            model_name="decision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("choice", "withdrawn"), _negated=True),
                    ("supersedes__isnull", False),
                    _connector="OR",
                ),
                name="decision_takes_back_an_earlier_one",
            ),
        ),
        migrations.AddConstraint(
            model_name="decision",
            constraint=models.UniqueConstraint(
                condition=models.Q(("record__isnull", False), ("supersedes", None)),
                fields=("record", "reviewer"),
                name="decision_one_line_a_record",
            ),
        ),
        migrations.AddConstraint(
            model_name="decision",
            constraint=models.UniqueConstraint(
                condition=models.Q(("report__isnull", False), ("supersedes", None)),
                fields=("report", "reviewer"),
                name="decision_one_line_a_report",
            ),
        ),
    ]
