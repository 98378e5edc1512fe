import django.contrib.auth.models
import django.contrib.auth.validators
import django.core.serializers.json
import django.core.validators
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.text
import django.utils.timezone
import reviews.models.protocol
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        migrations.CreateModel(
            name="Criterion",
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
                    "kind",
                    models.CharField(
                        choices=[
                            ("inclusion", "Inclusion: must hold"),
                            ("exclusion", "Exclusion: must not hold"),
                        ],
                        max_length=10,
                    ),
                ),
                ("code", models.CharField(max_length=20)),
                ("position", models.PositiveIntegerField()),
                ("text", models.TextField(verbose_name="criterion")),
                (
                    "reason",
                    models.TextField(
                        help_text="As the diagram prints it when this criterion fails.",
                        verbose_name="reason for exclusion",
                    ),
                ),
                ("version", models.PositiveSmallIntegerField(default=1)),
                ("retired_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "verbose_name_plural": "criteria",
            },
        ),
        migrations.CreateModel(
            name="ExtractionField",
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
                ("code", models.SlugField(max_length=60)),
                ("label", models.TextField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("text", "Text"),
                            ("number", "Number, with its unit"),
                            ("choice", "One of several"),
                            ("multiple", "Any of several"),
                            ("date", "Date"),
                        ],
                        max_length=10,
                    ),
                ),
                ("unit", models.CharField(blank=True, max_length=40)),
                ("choices", models.JSONField(blank=True, default=list)),
                ("instructions", models.TextField(blank=True)),
                ("position", models.PositiveIntegerField()),
                (
                    "in_table1",
                    models.BooleanField(
                        default=True, verbose_name="a column of Table 1"
                    ),
                ),
                (
                    "groups_table1",
                    models.BooleanField(default=False, verbose_name="groups Table 1"),
                ),
                ("version", models.PositiveSmallIntegerField(default=1)),
                ("retired_at", models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Instrument",
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
                ("key", models.SlugField(max_length=60)),
                ("version", models.PositiveSmallIntegerField(default=1)),
                ("name", models.TextField()),
                (
                    "unit",
                    models.CharField(
                        choices=[
                            ("study", "Study"),
                            ("report", "Report"),
                            ("result", "Result: an outcome, a time, a comparison"),
                            ("estimate", "Estimate"),
                            ("outcome", "Outcome over all studies"),
                            ("review", "Review"),
                        ],
                        max_length=10,
                    ),
                ),
                ("designs", models.JSONField(blank=True, default=list)),
                ("definition", models.JSONField()),
                ("position", models.PositiveIntegerField(default=1)),
                ("adopted_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("retired_at", models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name="User",
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
                ("password", models.CharField(max_length=128, verbose_name="password")),
                (
                    "last_login",
                    models.DateTimeField(
                        blank=True, null=True, verbose_name="last login"
                    ),
                ),
                (
                    "is_superuser",
                    models.BooleanField(
                        default=False,
                        help_text="Designates that this user has all permissions without explicitly assigning them.",
                        verbose_name="superuser status",
                    ),
                ),
                (
                    "username",
                    models.CharField(
                        error_messages={
                            "unique": "A user with that username already exists."
                        },
                        help_text="Required. 150 characters or fewer. Letters, digits and @/./+/-/_ only.",
                        max_length=150,
                        unique=True,
                        validators=[
                            django.contrib.auth.validators.UnicodeUsernameValidator()
                        ],
                        verbose_name="username",
                    ),
                ),
                (
                    "first_name",
                    models.CharField(
                        blank=True, max_length=150, verbose_name="first name"
                    ),
                ),
                (
                    "last_name",
                    models.CharField(
                        blank=True, max_length=150, verbose_name="last name"
                    ),
                ),
                (
                    "is_staff",
                    models.BooleanField(
                        default=False,
                        help_text="Designates whether the user can log into this admin site.",
                        verbose_name="staff status",
                    ),
                ),
                (
                    "is_active",
                    models.BooleanField(
                        default=True,
                        help_text="Designates whether this user should be treated as active. Unselect this instead of deleting accounts.",
                        verbose_name="active",
                    ),
                ),
                (
                    "date_joined",
                    models.DateTimeField(
                        default=django.utils.timezone.now, verbose_name="date joined"
                    ),
                ),
                (
                    "email",
                    models.EmailField(max_length=254, verbose_name="e-mail address"),
                ),
                (
                    "groups",
                    models.ManyToManyField(
                        blank=True,
                        help_text="The groups this user belongs to. A user will get all permissions granted to each of their groups.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.group",
                        verbose_name="groups",
                    ),
                ),
                (
                    "user_permissions",
                    models.ManyToManyField(
                        blank=True,
                        help_text="Specific permissions for this user.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.permission",
                        verbose_name="user permissions",
                    ),
                ),
            ],
            options={
                "verbose_name": "user",
                "verbose_name_plural": "users",
                "abstract": False,
            },
            managers=[
                ("objects", django.contrib.auth.models.UserManager()),
            ],
        ),
        migrations.CreateModel(
            name="Amendment",
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
                ("number", models.PositiveIntegerField()),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("what", models.TextField()),
                ("reason", models.TextField()),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="CriterionVersion",
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
                ("number", models.PositiveSmallIntegerField()),
                ("position", models.PositiveIntegerField()),
                ("text", models.TextField()),
                ("reason", models.TextField()),
                ("written_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "amendment",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="criterion_versions",
                        to="reviews.amendment",
                    ),
                ),
                (
                    "criterion",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="versions",
                        to="reviews.criterion",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="DuplicateSet",
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
                ("number", models.PositiveIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("found", "Found; a person has yet to look"),
                            ("merged", "Merged: one copy goes on"),
                            ("split", "Split: not copies after all"),
                        ],
                        default="found",
                        max_length=10,
                    ),
                ),
                ("basis", models.TextField(blank=True)),
                ("found_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("settled_at", models.DateTimeField(blank=True, null=True)),
                (
                    "settled_by",
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
            name="ExtractionFieldVersion",
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
                ("number", models.PositiveSmallIntegerField()),
                ("label", models.TextField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("text", "Text"),
                            ("number", "Number, with its unit"),
                            ("choice", "One of several"),
                            ("multiple", "Any of several"),
                            ("date", "Date"),
                        ],
                        max_length=10,
                    ),
                ),
                ("unit", models.CharField(blank=True, max_length=40)),
                ("choices", models.JSONField(blank=True, default=list)),
                ("instructions", models.TextField(blank=True)),
                ("written_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "amendment",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="extraction_field_versions",
                        to="reviews.amendment",
                    ),
                ),
                (
                    "field",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="versions",
                        to="reviews.extractionfield",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Import",
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
                ("file", models.FileField(max_length=255, upload_to="imports/%Y/")),
                ("file_name", models.TextField()),
                ("sha256", models.CharField(max_length=64)),
                ("size", models.PositiveBigIntegerField()),
                ("format", models.CharField(blank=True, max_length=30)),
                ("encoding", models.CharField(blank=True, max_length=30)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("previewed", "Looked at; nothing taken in yet"),
                            ("imported", "Taken in"),
                            ("discarded", "Not taken in"),
                        ],
                        default="previewed",
                        max_length=10,
                    ),
                ),
                (
                    "uploaded_at",
                    models.DateTimeField(default=django.utils.timezone.now),
                ),
                ("imported_at", models.DateTimeField(blank=True, null=True)),
                ("read_count", models.PositiveIntegerField(default=0)),
                ("new_count", models.PositiveIntegerField(default=0)),
                ("already_there_count", models.PositiveIntegerField(default=0)),
                (
                    "uploaded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ImportProblem",
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
                    "severity",
                    models.CharField(
                        choices=[
                            ("error", "Must be mended before the file can be taken in"),
                            ("warning", "Worth a look; the record is taken in"),
                        ],
                        max_length=10,
                    ),
                ),
                ("line", models.PositiveIntegerField()),
                ("message", models.TextField()),
                (
                    "source_import",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="problems",
                        to="reviews.import",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Member",
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
                ("added_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("removed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="memberships",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="MemberRole",
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
                    "role",
                    models.CharField(
                        choices=[
                            ("owner", "Owner: protocol, team, searches, settings"),
                            ("reviewer", "Reviewer: judges, blind to the other"),
                            ("adjudicator", "Adjudicator: settles conflicts"),
                            ("viewer", "Viewer: sees what is settled"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "stage",
                    models.CharField(
                        blank=True,
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
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="roles",
                        to="reviews.member",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Record",
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
                ("source_id", models.TextField(blank=True)),
                ("line", models.PositiveIntegerField(blank=True, null=True)),
                ("digest", models.CharField(blank=True, max_length=64)),
                ("original", models.TextField(blank=True)),
                ("title", models.TextField(blank=True)),
                ("abstract", models.TextField(blank=True)),
                ("authors", models.JSONField(blank=True, default=list)),
                ("year", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("journal", models.TextField(blank=True)),
                ("volume", models.TextField(blank=True)),
                ("issue", models.TextField(blank=True)),
                ("pages", models.TextField(blank=True)),
                ("doi", models.TextField(blank=True)),
                ("pmid", models.CharField(blank=True, max_length=20)),
                ("keywords", models.JSONField(blank=True, default=list)),
                ("language", models.TextField(blank=True)),
                ("publication_type", models.TextField(blank=True)),
                ("url", models.TextField(blank=True)),
                ("added_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "removal",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "Not removed"),
                            (
                                "automation",
                                "Marked as ineligible by an automation tool",
                            ),
                            ("other", "Removed for another reason"),
                        ],
                        default="",
                        max_length=10,
                    ),
                ),
                ("removal_reason", models.TextField(blank=True)),
                (
                    "verdict",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "Not settled"),
                            ("include", "Include"),
                            ("exclude", "Exclude"),
                        ],
                        default="",
                        max_length=10,
                    ),
                ),
                (
                    "settlement",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "Not settled"),
                            ("single", "By one reviewer"),
                            ("agreement", "By agreement"),
                            ("consensus", "By consensus"),
                            ("adjudication", "By an adjudicator"),
                        ],
                        default="",
                        max_length=15,
                    ),
                ),
                ("settled_at", models.DateTimeField(blank=True, null=True)),
                (
                    "counted_reason",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="+",
                        to="reviews.criterion",
                    ),
                ),
                (
                    "duplicate_of",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="copies",
                        to="reviews.record",
                    ),
                ),
                (
                    "duplicate_set",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="records",
                        to="reviews.duplicateset",
                    ),
                ),
                (
                    "source_import",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="records",
                        to="reviews.import",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Report",
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
                ("title", models.TextField()),
                ("authors", models.JSONField(blank=True, default=list)),
                ("year", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("citation", models.TextField(blank=True)),
                ("added_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "retrieval",
                    models.CharField(
                        choices=[
                            ("awaiting", "Sought, not yet retrieved"),
                            ("retrieved", "Retrieved"),
                            ("not_retrieved", "Not retrieved"),
                        ],
                        default="awaiting",
                        max_length=15,
                    ),
                ),
                ("not_retrieved_reason", models.TextField(blank=True)),
                ("retrieval_at", models.DateTimeField(blank=True, null=True)),
                (
                    "verdict",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "Not settled"),
                            ("include", "Include"),
                            ("exclude", "Exclude"),
                        ],
                        default="",
                        max_length=10,
                    ),
                ),
                (
                    "settlement",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "Not settled"),
                            ("single", "By one reviewer"),
                            ("agreement", "By agreement"),
                            ("consensus", "By consensus"),
                            ("adjudication", "By an adjudicator"),
                        ],
                        default="",
                        max_length=15,
                    ),
                ),
                ("settled_at", models.DateTimeField(blank=True, null=True)),
                (
                    "counted_reason",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="+",
                        to="reviews.criterion",
                    ),
                ),
                (
                    "records",
                    models.ManyToManyField(related_name="reports", to="reviews.record"),
                ),
            ],
        ),
        migrations.CreateModel(
            name="AppraisalTarget",
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
                ("outcome", models.TextField(blank=True)),
                ("time_point", models.TextField(blank=True)),
                ("comparison", models.TextField(blank=True)),
                ("options", models.JSONField(blank=True, default=list)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("removed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "instrument",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="targets",
                        to="reviews.instrument",
                    ),
                ),
                (
                    "report",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="appraisal_targets",
                        to="reviews.report",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ReportFile",
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
                ("file", models.FileField(max_length=255, upload_to="reports/%Y/")),
                ("name", models.TextField()),
                ("size", models.PositiveBigIntegerField()),
                ("sha256", models.CharField(max_length=64)),
                ("pages", models.PositiveIntegerField()),
                (
                    "uploaded_at",
                    models.DateTimeField(default=django.utils.timezone.now),
                ),
                ("removed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="files",
                        to="reviews.report",
                    ),
                ),
                (
                    "uploaded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Review",
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
                    "slug",
                    models.SlugField(
                        help_text="Stands in the address of every page: letters, digits, hyphens.",
                        max_length=60,
                        unique=True,
                        verbose_name="short name",
                    ),
                ),
                ("title", models.TextField()),
                ("notice", models.TextField(blank=True)),
                (
                    "title_abstract_reviewers",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (1, "One reviewer"),
                            (2, "Two reviewers, independently"),
                        ],
                        default=2,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(2),
                        ],
                        verbose_name="titles and abstracts",
                    ),
                ),
                (
                    "full_text_reviewers",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (1, "One reviewer"),
                            (2, "Two reviewers, independently"),
                        ],
                        default=2,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(2),
                        ],
                        verbose_name="full texts",
                    ),
                ),
                (
                    "appraisal_reviewers",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (1, "One reviewer"),
                            (2, "Two reviewers, independently"),
                        ],
                        default=2,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(2),
                        ],
                        verbose_name="quality appraisal",
                    ),
                ),
                (
                    "extraction_reviewers",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (1, "One reviewer"),
                            (2, "Two reviewers, independently"),
                        ],
                        default=2,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(2),
                        ],
                        verbose_name="data extraction",
                    ),
                ),
                (
                    "reasons_must_agree",
                    models.BooleanField(
                        default=False,
                        help_text="At full text, two exclusions for different reasons are then a conflict. Otherwise they agree, and protocol order decides the reason counted.",
                        verbose_name="differing reasons are a conflict",
                    ),
                ),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "created_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="report",
            name="review",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="reports",
                to="reviews.review",
            ),
        ),
        migrations.AddField(
            model_name="record",
            name="review",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="records",
                to="reviews.review",
            ),
        ),
        migrations.CreateModel(
            name="Protocol",
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
                    "question_type",
                    models.CharField(
                        choices=[("pico", "PICO"), ("free", "In our own words")],
                        default="pico",
                        max_length=10,
                    ),
                ),
                ("question", models.TextField(blank=True)),
                ("population", models.TextField(blank=True)),
                ("intervention", models.TextField(blank=True)),
                ("comparator", models.TextField(blank=True)),
                ("outcomes", models.TextField(blank=True)),
                ("study_designs", models.TextField(blank=True)),
                (
                    "published_from",
                    reviews.models.protocol.PartialDateField(
                        blank=True,
                        max_length=10,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^\\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\\d|3[01]))?)?$",
                                "Write a year, a month or a day as 2024, 2024-09 or 2024-09-30.",
                            )
                        ],
                    ),
                ),
                (
                    "published_to",
                    reviews.models.protocol.PartialDateField(
                        blank=True,
                        max_length=10,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^\\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\\d|3[01]))?)?$",
                                "Write a year, a month or a day as 2024, 2024-09 or 2024-09-30.",
                            )
                        ],
                    ),
                ),
                (
                    "languages",
                    models.TextField(
                        blank=True, help_text="Leave empty where there is no limit."
                    ),
                ),
                (
                    "registration",
                    models.TextField(
                        blank=True,
                        help_text="Register and number, e.g. PROSPERO CRD42024000000.",
                    ),
                ),
                ("notes", models.TextField(blank=True)),
                (
                    "review",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="protocol",
                        to="reviews.review",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="member",
            name="review",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="members",
                to="reviews.review",
            ),
        ),
        migrations.AddField(
            model_name="instrument",
            name="review",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="instruments",
                to="reviews.review",
            ),
        ),
        migrations.AddField(
            model_name="extractionfield",
            name="review",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="extraction_fields",
                to="reviews.review",
            ),
        ),
        migrations.CreateModel(
            name="Event",
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
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("action", models.CharField(max_length=60)),
                ("subject_type", models.CharField(blank=True, max_length=40)),
                ("subject_id", models.BigIntegerField(blank=True, null=True)),
                ("summary", models.TextField()),
                (
                    "old",
                    models.JSONField(
                        blank=True,
                        encoder=django.core.serializers.json.DjangoJSONEncoder,
                        null=True,
                    ),
                ),
                (
                    "new",
                    models.JSONField(
                        blank=True,
                        encoder=django.core.serializers.json.DjangoJSONEncoder,
                        null=True,
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "review",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="events",
                        to="reviews.review",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="duplicateset",
            name="review",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="duplicate_sets",
                to="reviews.review",
            ),
        ),
        migrations.CreateModel(
            name="DistinctPair",
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
                ("said_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "said_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "first",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="reviews.record",
                    ),
                ),
                (
                    "second",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="reviews.record",
                    ),
                ),
                (
                    "review",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="distinct_pairs",
                        to="reviews.review",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="criterion",
            name="review",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="criteria",
                to="reviews.review",
            ),
        ),
        migrations.AddField(
            model_name="amendment",
            name="review",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="amendments",
                to="reviews.review",
            ),
        ),
        migrations.CreateModel(
            name="Search",
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
                    "name",
                    models.CharField(
                        help_text="As the diagram names it, e.g. MEDLINE.",
                        max_length=200,
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("database", "Database"),
                            ("register", "Register"),
                            ("website", "Website"),
                            ("organisation", "Organisation"),
                            ("citation", "Citation searching"),
                            ("other", "Other method"),
                        ],
                        default="database",
                        max_length=20,
                    ),
                ),
                (
                    "source",
                    models.TextField(
                        blank=True, help_text="The database or other source."
                    ),
                ),
                (
                    "platform",
                    models.TextField(
                        blank=True, help_text="E.g. Ovid, PubMed, EBSCOhost."
                    ),
                ),
                (
                    "strategy",
                    models.TextField(
                        blank=True,
                        help_text="The full strategy, line by line, as it was run.",
                    ),
                ),
                (
                    "searched_on",
                    reviews.models.protocol.PartialDateField(
                        blank=True,
                        max_length=10,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^\\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\\d|3[01]))?)?$",
                                "Write a year, a month or a day as 2024, 2024-09 or 2024-09-30.",
                            )
                        ],
                        verbose_name="date of the search",
                    ),
                ),
                (
                    "limits",
                    models.TextField(blank=True, help_text="Language, dates, filters."),
                ),
                (
                    "reported_count",
                    models.PositiveIntegerField(
                        blank=True,
                        null=True,
                        verbose_name="number that the source reported",
                    ),
                ),
                (
                    "is_combined",
                    models.BooleanField(
                        default=False,
                        verbose_name="several sources together, the split is not known",
                    ),
                ),
                ("notes", models.TextField(blank=True)),
                ("position", models.PositiveIntegerField(default=1)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "review",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="searches",
                        to="reviews.review",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "searches",
            },
        ),
        migrations.AddField(
            model_name="record",
            name="search",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="records",
                to="reviews.search",
            ),
        ),
        migrations.AddField(
            model_name="import",
            name="search",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="imports",
                to="reviews.search",
            ),
        ),
        migrations.CreateModel(
            name="SettledJudgment",
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
                ("judgment", models.CharField(blank=True, max_length=40)),
                ("answers", models.JSONField(blank=True, default=dict)),
                ("support", models.TextField(blank=True)),
                (
                    "settlement",
                    models.CharField(
                        choices=[
                            ("", "Not settled"),
                            ("single", "By one reviewer"),
                            ("agreement", "By agreement"),
                            ("consensus", "By consensus"),
                            ("adjudication", "By an adjudicator"),
                        ],
                        max_length=15,
                    ),
                ),
                ("settled_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "target",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="judgments",
                        to="reviews.appraisaltarget",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Study",
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
                    "label",
                    models.CharField(help_text='Such as "Brody 2024".', max_length=200),
                ),
                ("design", models.CharField(blank=True, max_length=40)),
                ("notes", models.TextField(blank=True)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "review",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="studies",
                        to="reviews.review",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "studies",
            },
        ),
        migrations.CreateModel(
            name="SettledValue",
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
                ("value", models.JSONField(blank=True, null=True)),
                ("not_reported", models.BooleanField(default=False)),
                (
                    "settlement",
                    models.CharField(
                        choices=[
                            ("", "Not settled"),
                            ("single", "By one reviewer"),
                            ("agreement", "By agreement"),
                            ("consensus", "By consensus"),
                            ("adjudication", "By an adjudicator"),
                        ],
                        max_length=15,
                    ),
                ),
                ("settled_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "field",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="values",
                        to="reviews.extractionfield",
                    ),
                ),
                (
                    "study",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="values",
                        to="reviews.study",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="report",
            name="study",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.RESTRICT,
                related_name="reports",
                to="reviews.study",
            ),
        ),
        migrations.AddField(
            model_name="appraisaltarget",
            name="study",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="appraisal_targets",
                to="reviews.study",
            ),
        ),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.UniqueConstraint(
                django.db.models.functions.text.Lower("email"),
                name="user_email_unique",
                violation_error_message="Somebody has this e-mail address already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.UniqueConstraint(
                django.db.models.functions.text.Lower("username"),
                name="user_username_unique",
                violation_error_message="Somebody has this user name already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="criterionversion",
            constraint=models.UniqueConstraint(
                fields=("criterion", "number"), name="criterion_version_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="extractionfieldversion",
            constraint=models.UniqueConstraint(
                fields=("field", "number"), name="extraction_field_version_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="memberrole",
            constraint=models.UniqueConstraint(
                fields=("member", "role", "stage"), name="member_role_once_at_a_stage"
            ),
        ),
        migrations.AddConstraint(
            model_name="memberrole",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("role__in", ["owner", "reviewer", "adjudicator", "viewer"])
                ),
                name="member_role_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="memberrole",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("stage", ""),
                    models.Q(
                        ("role__in", ["reviewer", "adjudicator"]),
                        (
                            "stage__in",
                            ["title_abstract", "full_text", "appraisal", "extraction"],
                        ),
                    ),
                    _connector="OR",
                ),
                name="member_role_stage_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="reportfile",
            constraint=models.UniqueConstraint(
                condition=models.Q(("removed_at", None)),
                fields=("report", "sha256"),
                name="report_file_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="review",
            constraint=models.CheckConstraint(
                condition=models.Q(("title_abstract_reviewers__in", [1, 2])),
                name="review_title_abstract_reviewers_1_or_2",
            ),
        ),
        migrations.AddConstraint(
            model_name="review",
            constraint=models.CheckConstraint(
                condition=models.Q(("full_text_reviewers__in", [1, 2])),
                name="review_full_text_reviewers_1_or_2",
            ),
        ),
        migrations.AddConstraint(
            model_name="review",
            constraint=models.CheckConstraint(
                condition=models.Q(("appraisal_reviewers__in", [1, 2])),
                name="review_appraisal_reviewers_1_or_2",
            ),
        ),
        migrations.AddConstraint(
            model_name="review",
            constraint=models.CheckConstraint(
                condition=models.Q(("extraction_reviewers__in", [1, 2])),
                name="review_extraction_reviewers_1_or_2",
            ),
        ),
        migrations.AddConstraint(
            model_name="member",
            constraint=models.UniqueConstraint(
                fields=("review", "user"), name="member_once_in_a_review"
            ),
        ),
        migrations.AddConstraint(
            model_name="instrument",
            constraint=models.UniqueConstraint(
                fields=("review", "key", "version"), name="instrument_version_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="instrument",
            constraint=models.UniqueConstraint(
                condition=models.Q(("retired_at", None)),
                fields=("review", "key"),
                name="instrument_one_version_in_force",
            ),
        ),
        migrations.AddConstraint(
            model_name="extractionfield",
            constraint=models.UniqueConstraint(
                fields=("review", "code"),
                name="extraction_field_code_once",
                violation_error_message="The protocol has this code already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="extractionfield",
            constraint=models.UniqueConstraint(
                condition=models.Q(("groups_table1", True)),
                fields=("review",),
                name="extraction_field_one_groups_table1",
            ),
        ),
        migrations.AddConstraint(
            model_name="extractionfield",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("kind__in", ["choice", "multiple"]),
                    models.Q(("choices", []), ("kind__in", ["text", "number", "date"])),
                    _connector="OR",
                ),
                name="extraction_field_choices_of_a_choice",
            ),
        ),
        migrations.AddIndex(
            model_name="event",
            index=models.Index(fields=["review", "at"], name="event_review_at"),
        ),
        migrations.AddIndex(
            model_name="event",
            index=models.Index(
                fields=["subject_type", "subject_id"], name="event_subject"
            ),
        ),
        migrations.AddConstraint(
            model_name="duplicateset",
            constraint=models.UniqueConstraint(
                fields=("review", "number"), name="duplicate_set_number_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="duplicateset",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("settled_at", None), ("state", "found")),
                    models.Q(
                        ("settled_at__isnull", False),
                        ("state__in", ["merged", "split"]),
                    ),
                    _connector="OR",
                ),
                name="duplicate_set_settled_at_a_time_or_found",
            ),
        ),
        migrations.AddConstraint(
            model_name="distinctpair",
            constraint=models.UniqueConstraint(
                fields=("first", "second"), name="distinct_pair_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="distinctpair",
            constraint=models.CheckConstraint(
                condition=models.Q(("first__lt", models.F("second"))),
                name="distinct_pair_in_order",
            ),
        ),
        migrations.AddConstraint(
            model_name="criterion",
            constraint=models.UniqueConstraint(
                fields=("review", "code"),
                name="criterion_code_once",
                violation_error_message="The protocol has this code already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="criterion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("reason", ""), _negated=True),
                    models.Q(("text", ""), _negated=True),
                ),
                name="criterion_has_words",
            ),
        ),
        migrations.AddConstraint(
            model_name="criterion",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["inclusion", "exclusion"])),
                name="criterion_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="amendment",
            constraint=models.UniqueConstraint(
                fields=("review", "number"), name="amendment_number_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="amendment",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason", ""), _negated=True),
                name="amendment_has_a_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="search",
            constraint=models.UniqueConstraint(
                fields=("review", "name"),
                name="search_name_once",
                violation_error_message="The review has a search of this name already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="search",
            constraint=models.CheckConstraint(
                condition=models.Q(("name", ""), _negated=True),
                name="search_has_a_name",
            ),
        ),
        migrations.AddConstraint(
            model_name="search",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "database",
                            "register",
                            "website",
                            "organisation",
                            "citation",
                            "other",
                        ],
                    )
                ),
                name="search_kind_known",
            ),
        ),
        migrations.AddIndex(
            model_name="record",
            index=models.Index(
                fields=["review", "duplicate_of", "removal", "verdict"],
                name="record_flow",
            ),
        ),
        migrations.AddIndex(
            model_name="record",
            index=models.Index(
                fields=["review", "search", "duplicate_of", "removal", "verdict"],
                name="record_counts",
            ),
        ),
        migrations.AddIndex(
            model_name="record",
            index=models.Index(fields=["search", "digest"], name="record_digest"),
        ),
        migrations.AddConstraint(
            model_name="record",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("duplicate_of", None),
                    models.Q(("duplicate_of", models.F("pk")), _negated=True),
                    _connector="OR",
                ),
                name="record_not_its_own_copy",
            ),
        ),
        migrations.AddConstraint(
            model_name="record",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("duplicate_of", None),
                    ("duplicate_set__isnull", False),
                    _connector="OR",
                ),
                name="record_copy_stands_in_a_set",
            ),
        ),
        migrations.AddConstraint(
            model_name="record",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("title", ""), _negated=True),
                    models.Q(("authors", []), _negated=True),
                    _connector="OR",
                ),
                name="record_has_title_or_authors",
            ),
        ),
        migrations.AddConstraint(
            model_name="record",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("settled_at", None), ("settlement", ""), ("verdict", "")),
                    models.Q(
                        ("verdict__in", ["include", "exclude"]),
                        (
                            "settlement__in",
                            ["single", "agreement", "consensus", "adjudication"],
                        ),
                        ("settled_at__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="record_settled_whole_or_not_at_all",
            ),
        ),
        migrations.AddConstraint(
            model_name="record",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("counted_reason", None), ("verdict", "exclude"), _connector="OR"
                ),
                name="record_reason_only_when_excluded",
            ),
        ),
        migrations.AddConstraint(
            model_name="record",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("removal", ""), ("removal_reason", "")),
                    models.Q(
                        ("removal__in", ["automation", "other"]),
                        models.Q(("removal_reason", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="record_removed_with_a_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="import",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "imported")),
                fields=("search", "sha256"),
                name="import_file_once_in_a_search",
            ),
        ),
        migrations.AddConstraint(
            model_name="import",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("imported_at__isnull", False), ("state", "imported")),
                    models.Q(
                        ("imported_at", None), ("state__in", ["previewed", "discarded"])
                    ),
                    _connector="OR",
                ),
                name="import_taken_in_at_a_time_or_not",
            ),
        ),
        migrations.AddConstraint(
            model_name="import",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("new_count", 0),
                    (
                        "read_count",
                        django.db.models.expressions.CombinedExpression(
                            models.F("new_count"), "+", models.F("already_there_count")
                        ),
                    ),
                    _connector="OR",
                ),
                name="import_counts_add_up",
            ),
        ),
        migrations.AddConstraint(
            model_name="settledjudgment",
            constraint=models.UniqueConstraint(
                fields=("target", "domain"), name="settled_judgment_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="settledjudgment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "settlement__in",
                        ["single", "agreement", "consensus", "adjudication"],
                    )
                ),
                name="settled_judgment_is_settled",
            ),
        ),
        migrations.AddConstraint(
            model_name="study",
            constraint=models.UniqueConstraint(
                fields=("review", "label"),
                name="study_label_once",
                violation_error_message="The review has a study of this name already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="study",
            constraint=models.CheckConstraint(
                condition=models.Q(("label", ""), _negated=True),
                name="study_has_a_label",
            ),
        ),
        migrations.AddConstraint(
            model_name="settledvalue",
            constraint=models.UniqueConstraint(
                fields=("study", "field"), name="settled_value_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="settledvalue",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("not_reported", True), ("value__isnull", True)),
                    models.Q(("not_reported", False), ("value__isnull", False)),
                    _connector="OR",
                ),
                name="settled_value_or_not_reported",
            ),
        ),
        migrations.AddConstraint(
            model_name="settledvalue",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "settlement__in",
                        ["single", "agreement", "consensus", "adjudication"],
                    )
                ),
                name="settled_value_is_settled",
            ),
        ),
        migrations.AddIndex(
            model_name="report",
            index=models.Index(
                fields=["review", "retrieval", "verdict"], name="report_flow"
            ),
        ),
        migrations.AddConstraint(
            model_name="report",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("settled_at", None), ("settlement", ""), ("verdict", "")),
                    models.Q(
                        ("verdict__in", ["include", "exclude"]),
                        (
                            "settlement__in",
                            ["single", "agreement", "consensus", "adjudication"],
                        ),
                        ("settled_at__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="report_settled_whole_or_not_at_all",
            ),
        ),
        migrations.AddConstraint(
            model_name="report",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("counted_reason__isnull", False), ("verdict", "exclude")),
                    models.Q(
                        models.Q(("verdict", "exclude"), _negated=True),
                        ("counted_reason", None),
                    ),
                    _connector="OR",
                ),
                name="report_excluded_for_one_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="report",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("retrieval", "not_retrieved"),
                        models.Q(("not_retrieved_reason", ""), _negated=True),
                    ),
                    models.Q(
                        ("not_retrieved_reason", ""),
                        ("retrieval__in", ["awaiting", "retrieved"]),
                    ),
                    _connector="OR",
                ),
                name="report_not_retrieved_with_a_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="appraisaltarget",
            constraint=models.UniqueConstraint(
                condition=models.Q(("removed_at", None), ("report", None)),
                fields=("study", "instrument", "outcome", "time_point", "comparison"),
                name="appraisal_target_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="appraisaltarget",
            constraint=models.UniqueConstraint(
                condition=models.Q(("removed_at", None), ("report__isnull", False)),
                fields=(
                    "study",
                    "instrument",
                    "report",
                    "outcome",
                    "time_point",
                    "comparison",
                ),
                name="appraisal_target_once_a_report",
            ),
        ),
    ]
