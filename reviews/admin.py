"""The admin console: everything can be found and read; the rules own the writing.

People can be changed here. The rest is written by the pages alone, so that each change
leaves its event and no verdict stands beside judgments that do not imply it.
"""

import json
from collections.abc import Iterator
from typing import Any, ClassVar, TypeVar

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group
from django.db import models
from django.db.models import Q
from django.http import HttpRequest, StreamingHttpResponse

from reviews import access, jobs
from reviews.exports import table
from reviews.forms.user import NewUserForm, UserForm
from reviews.models import (
    AlreadyThere,
    Amendment,
    AppraisalTarget,
    ChecklistAnswer,
    ColumnMapping,
    Criterion,
    CriterionCoding,
    CriterionVersion,
    Diagram,
    Dismissal,
    DistinctPair,
    DuplicateSet,
    Event,
    ExtractionField,
    ExtractionFieldVersion,
    Fingerprint,
    FlowSnapshot,
    Import,
    ImportProblem,
    ImportUndo,
    Instrument,
    Job,
    JointlyRemoved,
    JointRemoval,
    Manuscript,
    Member,
    MemberRole,
    PreviousReport,
    Protocol,
    Record,
    RelatedList,
    RelatedPair,
    RelatedReference,
    Report,
    ReportFile,
    Review,
    SavedFilter,
    ScreeningPlan,
    Search,
    SettledJudgment,
    SettledValue,
    Study,
    Table1Column,
    TakenOut,
    User,
    Wave,
)

Row = TypeVar("Row", bound=models.Model)
# Never leaves by an export.
SECRET = frozenset({"password"})
BY_REVIEW = ("review", admin.RelatedOnlyFieldListFilter)
BY_REVIEW_OF_IMPORT = (
    "source_import__search__review",
    admin.RelatedOnlyFieldListFilter,
)

admin.site.site_header = "Twofold: administration"
admin.site.site_title = "Twofold"
admin.site.index_title = "What is stored"
# Roles are given per review, on its Team page.
admin.site.unregister(Group)


@admin.action(description="Download as CSV", permissions=["view"])
def download_csv(
    modeladmin: admin.ModelAdmin[Row],
    request: HttpRequest,
    queryset: models.QuerySet[Row],
) -> StreamingHttpResponse:
    """Download the chosen rows, with every column that the console shows."""
    meta = modeladmin.model._meta
    hidden = SECRET.union(modeladmin.get_exclude(request) or ())
    names = [each.attname for each in meta.concrete_fields if each.name not in hidden]
    rows = cells(queryset.order_by("pk"), names)
    return StreamingHttpResponse(
        table.csv(table.frames(rows, names), for_spreadsheet=True),
        content_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="{meta.model_name}.csv"'
        },
    )


def cells(rows: models.QuerySet[Any], names: list[str]) -> Iterator[dict[str, object]]:
    """Yield the rows as a table holds them: lists and mappings as JSON."""
    for row in rows.values(*names).iterator(chunk_size=table.CHUNK):
        yield {
            name: json.dumps(value, ensure_ascii=False)
            if isinstance(value, list | dict)
            else value
            for name, value in row.items()
        }


class ReadOnlyAdmin(admin.ModelAdmin[Row]):
    """Shows what is stored, and changes nothing."""

    actions = (download_csv,)
    list_per_page = 50
    # The number of all rows would be counted anew for every page.
    show_full_result_count = False

    class Media:
        css: ClassVar = {"all": ["css/admin.css"]}

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(
        self, request: HttpRequest, obj: Row | None = None
    ) -> bool:
        return False

    def has_delete_permission(
        self, request: HttpRequest, obj: Row | None = None
    ) -> bool:
        return False


@admin.register(User)
class PersonAdmin(UserAdmin[User]):
    """Accounts are switched off, never deleted.

    The page that refuses to delete an account would list what holds it, judgments
    that are still blind among them. Only a site administrator changes one: who sets
    another's password reads what that person judged.
    """

    add_form = NewUserForm
    form = UserForm
    actions = (download_csv,)
    list_display = ("username", "email", "first_name", "last_name", "is_active")
    list_filter = ("is_active", "is_staff", "is_superuser", "date_joined")
    search_fields = ("username", "email", "first_name", "last_name")
    ordering = ("username",)
    add_fieldsets = (
        (
            None,
            {
                "classes": ("wide",),
                "fields": (
                    "username",
                    "email",
                    "usable_password",
                    "password1",
                    "password2",
                ),
            },
        ),
    )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return _is_administrator(request)

    def has_change_permission(
        self, request: HttpRequest, obj: User | None = None
    ) -> bool:
        return _is_administrator(request)

    def has_delete_permission(
        self, request: HttpRequest, obj: User | None = None
    ) -> bool:
        return False


@admin.register(Review)
class ReviewAdmin(ReadOnlyAdmin[Review]):
    list_display = ("slug", "title", "created_by", "created_at")
    list_filter = (
        "created_at",
        "title_abstract_reviewers",
        "full_text_reviewers",
        "reasons_must_agree",
    )
    list_select_related = ("created_by",)
    search_fields = ("slug", "title")


@admin.register(Member)
class MemberAdmin(ReadOnlyAdmin[Member]):
    list_display = ("user", "review", "added_at", "removed_at")
    list_filter = (BY_REVIEW, "removed_at", "roles__role")
    list_select_related = ("user", "review")
    search_fields = ("user__username", "user__email", "review__slug")


@admin.register(MemberRole)
class MemberRoleAdmin(ReadOnlyAdmin[MemberRole]):
    list_display = ("member", "role", "stage")
    list_filter = (
        ("member__review", admin.RelatedOnlyFieldListFilter),
        "role",
        "stage",
    )
    list_select_related = ("member__user", "member__review")
    search_fields = ("member__user__username", "member__review__slug")


@admin.register(Protocol)
class ProtocolAdmin(ReadOnlyAdmin[Protocol]):
    list_display = ("review", "question_type", "question", "registration")
    list_filter = ("question_type", BY_REVIEW)
    list_select_related = ("review",)
    search_fields = ("review__slug", "question", "population", "registration")


@admin.register(ScreeningPlan)
class ScreeningPlanAdmin(ReadOnlyAdmin[ScreeningPlan]):
    list_display = ("review", "order", "stopping", "target_recall", "gate_measure")
    list_filter = ("order", "stopping", BY_REVIEW)
    list_select_related = ("review",)
    search_fields = ("review__slug",)


@admin.register(Amendment)
class AmendmentAdmin(ReadOnlyAdmin[Amendment]):
    list_display = ("review", "number", "what", "reason", "made_by", "made_at")
    list_filter = (BY_REVIEW, "made_at")
    list_select_related = ("review", "made_by")
    search_fields = ("review__slug", "what", "reason")


@admin.register(Criterion)
class CriterionAdmin(ReadOnlyAdmin[Criterion]):
    list_display = (
        "code",
        "review",
        "kind",
        "position",
        "reason",
        "version",
        "retired_at",
    )
    list_filter = (BY_REVIEW, "kind", "retired_at")
    list_select_related = ("review",)
    search_fields = ("review__slug", "code", "text", "reason")


@admin.register(CriterionVersion)
class CriterionVersionAdmin(ReadOnlyAdmin[CriterionVersion]):
    list_display = ("criterion", "number", "position", "text", "written_at")
    list_filter = (
        ("criterion__review", admin.RelatedOnlyFieldListFilter),
        "written_at",
    )
    list_select_related = ("criterion",)
    search_fields = ("criterion__review__slug", "criterion__code", "text", "reason")


@admin.register(ExtractionField)
class ExtractionFieldAdmin(ReadOnlyAdmin[ExtractionField]):
    list_display = (
        "label",
        "review",
        "kind",
        "unit",
        "position",
        "version",
        "retired_at",
    )
    list_filter = (BY_REVIEW, "kind", "in_table1", "groups_table1", "retired_at")
    list_select_related = ("review",)
    search_fields = ("review__slug", "code", "label", "instructions")


@admin.register(ExtractionFieldVersion)
class ExtractionFieldVersionAdmin(ReadOnlyAdmin[ExtractionFieldVersion]):
    list_display = ("field", "number", "label", "kind", "written_at")
    list_filter = (("field__review", admin.RelatedOnlyFieldListFilter), "kind")
    list_select_related = ("field",)
    search_fields = ("field__review__slug", "field__code", "label")


@admin.register(Instrument)
class InstrumentAdmin(ReadOnlyAdmin[Instrument]):
    list_display = ("name", "review", "key", "version", "unit", "retired_at")
    list_filter = (BY_REVIEW, "key", "unit", "retired_at")
    list_select_related = ("review",)
    search_fields = ("review__slug", "key", "name")


@admin.register(Search)
class SearchAdmin(ReadOnlyAdmin[Search]):
    list_display = ("name", "review", "kind", "searched_on", "reported_count")
    list_filter = (BY_REVIEW, "kind", "is_combined")
    list_select_related = ("review",)
    search_fields = ("review__slug", "name", "source", "platform", "strategy")


@admin.register(Import)
class ImportAdmin(ReadOnlyAdmin[Import]):
    list_display = (
        "file_name",
        "search",
        "state",
        "read_count",
        "new_count",
        "already_there_count",
        "uploaded_by",
        "uploaded_at",
    )
    list_filter = (
        ("search__review", admin.RelatedOnlyFieldListFilter),
        "state",
        "format",
        "uploaded_at",
    )
    list_select_related = ("search", "uploaded_by")
    search_fields = ("search__review__slug", "search__name", "file_name", "sha256")


@admin.register(Job)
class JobAdmin(ReadOnlyAdmin[Job]):
    list_display = ("review", "kind", "subject", "state", "created_by", "created_at")
    list_filter = ("state", "kind", BY_REVIEW)
    list_select_related = ("review", "created_by")
    search_fields = ("subject", "error")
    date_hierarchy = "created_at"

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Job]:
        """Return those that tell a team nothing of who judges among them."""
        withheld = jobs.withheld_from_team(access.person(request))
        return super().get_queryset(request).exclude(withheld, review__in=_own(request))


@admin.register(ImportProblem)
class ImportProblemAdmin(ReadOnlyAdmin[ImportProblem]):
    list_display = ("source_import", "line", "severity", "message")
    list_filter = (BY_REVIEW_OF_IMPORT, "severity")
    list_select_related = ("source_import",)
    search_fields = ("source_import__file_name", "message")


@admin.register(ImportUndo)
class ImportUndoAdmin(ReadOnlyAdmin[ImportUndo]):
    list_display = ("source_import", "undone_by", "undone_at", "redone_by", "redone_at")
    list_filter = (BY_REVIEW_OF_IMPORT, "undone_at")
    list_select_related = ("source_import", "undone_by", "redone_by")
    search_fields = ("source_import__file_name",)


@admin.register(AlreadyThere)
class AlreadyThereAdmin(ReadOnlyAdmin[AlreadyThere]):
    list_display = ("source_import", "line", "record")
    list_filter = (BY_REVIEW_OF_IMPORT,)
    list_select_related = ("source_import", "record")
    search_fields = ("source_import__file_name", "record__title")
    raw_id_fields = ("record",)


@admin.register(TakenOut)
class TakenOutAdmin(ReadOnlyAdmin[TakenOut]):
    list_display = ("undo", "record", "back_at")
    list_filter = (
        ("undo__source_import__search__review", admin.RelatedOnlyFieldListFilter),
        "back_at",
    )
    list_select_related = ("undo__source_import", "record")
    search_fields = ("undo__source_import__file_name", "record__title")
    raw_id_fields = ("record",)


@admin.register(JointRemoval)
class JointRemovalAdmin(ReadOnlyAdmin[JointRemoval]):
    list_display = ("review", "reason", "removal", "removed_by", "removed_at")
    list_filter = (BY_REVIEW, "removal", "removed_at")
    list_select_related = ("review", "removed_by")
    search_fields = ("reason",)


@admin.register(JointlyRemoved)
class JointlyRemovedAdmin(ReadOnlyAdmin[JointlyRemoved]):
    list_display = ("joint_removal", "record", "back_at")
    list_filter = (
        ("joint_removal__review", admin.RelatedOnlyFieldListFilter),
        "back_at",
    )
    list_select_related = ("joint_removal", "record")
    search_fields = ("joint_removal__reason", "record__title")
    raw_id_fields = ("record",)


@admin.register(ColumnMapping)
class ColumnMappingAdmin(ReadOnlyAdmin[ColumnMapping]):
    list_display = ("review", "headings")
    list_filter = (BY_REVIEW,)
    list_select_related = ("review",)
    search_fields = ("review__slug", "headings")


@admin.register(Record)
class RecordAdmin(ReadOnlyAdmin[Record]):
    list_display = (
        "__str__",
        "first_author",
        "year",
        "review",
        "search",
        "verdict",
        "settlement",
        "removal",
    )
    list_filter = (
        BY_REVIEW,
        "in_review",
        "verdict",
        "settlement",
        "removal",
        "settled_at",
    )
    list_select_related = ("review", "search")
    search_fields = ("title", "doi", "pmid", "source_id", "review__slug")
    raw_id_fields = ("duplicate_of", "duplicate_set", "counted_reason")

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Record]:
        """Return those that are out of the review too."""
        return Record.stored.all()


@admin.register(DuplicateSet)
class DuplicateSetAdmin(ReadOnlyAdmin[DuplicateSet]):
    list_display = ("number", "review", "state", "basis", "settled_by", "settled_at")
    list_filter = (BY_REVIEW, "state", "found_at")
    list_select_related = ("review", "settled_by")
    search_fields = ("review__slug", "basis", "records__title")


@admin.register(DistinctPair)
class DistinctPairAdmin(ReadOnlyAdmin[DistinctPair]):
    list_display = ("review", "first", "second", "said_by", "said_at")
    list_filter = (BY_REVIEW, "said_at")
    list_select_related = ("review", "first", "second", "said_by")
    search_fields = ("review__slug", "first__title", "second__title")


@admin.register(RelatedPair)
class RelatedPairAdmin(ReadOnlyAdmin[RelatedPair]):
    list_display = ("first", "second", "review", "basis", "found_at")
    list_filter = (BY_REVIEW, "found_at")
    list_select_related = ("first", "second", "review")
    search_fields = ("first__title", "second__title", "basis")
    raw_id_fields = ("first", "second")


@admin.register(Fingerprint)
class FingerprintAdmin(ReadOnlyAdmin[Fingerprint]):
    list_display = ("record", "version")
    list_filter = (
        ("record__review", admin.RelatedOnlyFieldListFilter),
        "version",
    )
    list_select_related = ("record",)
    search_fields = ("record__title",)
    raw_id_fields = ("record",)


@admin.register(Report)
class ReportAdmin(ReadOnlyAdmin[Report]):
    list_display = (
        "title",
        "year",
        "review",
        "retrieval",
        "verdict",
        "counted_reason",
        "study",
    )
    list_filter = (BY_REVIEW, "retrieval", "verdict", "settlement", "settled_at")
    list_select_related = ("review", "counted_reason", "study")
    search_fields = ("title", "citation", "review__slug", "study__label")


@admin.register(ReportFile)
class ReportFileAdmin(ReadOnlyAdmin[ReportFile]):
    list_display = (
        "name",
        "report",
        "size",
        "pages",
        "uploaded_by",
        "uploaded_at",
        "removed_at",
    )
    list_filter = (
        ("report__review", admin.RelatedOnlyFieldListFilter),
        "uploaded_at",
        "removed_at",
    )
    list_select_related = ("report", "uploaded_by")
    search_fields = ("name", "sha256", "report__title", "report__review__slug")


@admin.register(Study)
class StudyAdmin(ReadOnlyAdmin[Study]):
    list_display = ("label", "review", "design", "created_at")
    list_filter = (BY_REVIEW, "design")
    list_select_related = ("review",)
    search_fields = ("label", "notes", "review__slug")


@admin.register(SettledValue)
class SettledValueAdmin(ReadOnlyAdmin[SettledValue]):
    list_display = ("study", "field", "value", "not_reported", "settlement")
    list_filter = (
        ("study__review", admin.RelatedOnlyFieldListFilter),
        "settlement",
        "not_reported",
    )
    list_select_related = ("study", "field")
    search_fields = ("study__label", "field__label", "study__review__slug")


@admin.register(AppraisalTarget)
class AppraisalTargetAdmin(ReadOnlyAdmin[AppraisalTarget]):
    list_display = ("study", "instrument", "outcome", "time_point", "removed_at")
    list_filter = (
        ("study__review", admin.RelatedOnlyFieldListFilter),
        "instrument__key",
    )
    list_select_related = ("study", "instrument")
    search_fields = ("study__label", "outcome", "comparison", "study__review__slug")


@admin.register(SettledJudgment)
class SettledJudgmentAdmin(ReadOnlyAdmin[SettledJudgment]):
    list_display = ("target", "domain", "judgment", "settlement", "settled_at")
    list_filter = (
        ("target__study__review", admin.RelatedOnlyFieldListFilter),
        "settlement",
        "judgment",
    )
    list_select_related = ("target__study",)
    search_fields = ("target__study__label", "domain", "judgment", "support")


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin[Event]):
    list_display = ("at", "review", "by", "action", "summary")
    list_filter = (BY_REVIEW, "action", "at")
    list_select_related = ("review", "by")
    date_hierarchy = "at"
    search_fields = ("summary", "action", "by__username", "review__slug")


def _own(request: HttpRequest) -> models.QuerySet[Member, Any]:
    """Return the reviews on whose team the reader is."""
    mine = Member.objects.filter(user=request.user.pk, removed_at=None)
    return mine.values("review")


def _is_administrator(request: HttpRequest) -> bool:
    return request.user.is_active and request.user.is_superuser


@admin.register(Wave)
class WaveAdmin(ReadOnlyAdmin[Wave]):
    list_display = ("name", "review", "number", "begun_at")
    list_filter = (BY_REVIEW,)
    list_select_related = ("review",)
    search_fields = ("review__slug", "name")


@admin.register(CriterionCoding)
class CriterionCodingAdmin(ReadOnlyAdmin[CriterionCoding]):
    list_display = ("criterion", "field", "values")
    list_filter = (("criterion__review", admin.RelatedOnlyFieldListFilter),)
    list_select_related = ("criterion", "field")
    search_fields = ("criterion__review__slug", "criterion__code", "field__label")


@admin.register(FlowSnapshot)
class FlowSnapshotAdmin(ReadOnlyAdmin[FlowSnapshot]):
    list_display = ("name", "review", "as_of", "taken_by", "taken_at", "sha256")
    list_filter = (
        BY_REVIEW,
        "taken_at",
    )
    list_select_related = ("review", "taken_by")
    search_fields = ("review__slug", "name", "note", "sha256")


@admin.register(Diagram)
class DiagramAdmin(ReadOnlyAdmin[Diagram]):
    list_display = ("review", "form", "monochrome")
    list_filter = (
        BY_REVIEW,
        "form",
    )
    list_select_related = ("review",)
    search_fields = ("review__slug", "footnotes")


@admin.register(PreviousReport)
class PreviousReportAdmin(ReadOnlyAdmin[PreviousReport]):
    list_display = ("study_label", "review", "citation", "removed_at")
    list_filter = (
        BY_REVIEW,
        "removed_at",
    )
    list_select_related = ("review",)
    search_fields = ("review__slug", "study_label", "citation")


@admin.register(Dismissal)
class DismissalAdmin(ReadOnlyAdmin[Dismissal]):
    list_display = (
        "check_name",
        "review",
        "what",
        "reason",
        "dismissed_by",
        "withdrawn_at",
    )
    list_filter = (
        BY_REVIEW,
        "check_name",
        "withdrawn_at",
    )
    list_select_related = ("review", "dismissed_by")
    search_fields = ("review__slug", "check_name", "what", "reason")


@admin.register(RelatedList)
class RelatedListAdmin(ReadOnlyAdmin[RelatedList]):
    list_display = ("name", "review", "file_name", "added_at", "removed_at")
    list_filter = (
        BY_REVIEW,
        "removed_at",
    )
    list_select_related = ("review",)
    search_fields = ("review__slug", "name", "file_name")


@admin.register(RelatedReference)
class RelatedReferenceAdmin(ReadOnlyAdmin[RelatedReference]):
    list_display = ("title", "related_list", "year", "journal")
    list_filter = (
        ("related_list__review", admin.RelatedOnlyFieldListFilter),
        "year",
    )
    list_select_related = ("related_list",)
    search_fields = ("related_list__review__slug", "title", "journal", "doi")


@admin.register(Manuscript)
class ManuscriptAdmin(ReadOnlyAdmin[Manuscript]):
    list_display = ("review", "citation_style")
    list_filter = (
        BY_REVIEW,
        "citation_style",
    )
    list_select_related = ("review",)
    search_fields = ("review__slug", "abbreviations", "abstract", "body")


@admin.register(Table1Column)
class Table1ColumnAdmin(ReadOnlyAdmin[Table1Column]):
    list_display = ("review", "position", "field", "fact", "heading", "sorts")
    list_filter = (
        BY_REVIEW,
        "fact",
    )
    list_select_related = ("review", "field")
    search_fields = ("review__slug", "heading", "field__label")


@admin.register(ChecklistAnswer)
class ChecklistAnswerAdmin(ReadOnlyAdmin[ChecklistAnswer]):
    list_display = ("review", "checklist", "item", "status", "place", "answered_at")
    list_filter = (
        BY_REVIEW,
        "checklist",
        "status",
    )
    list_select_related = ("review",)
    search_fields = ("review__slug", "item", "place", "note")


@admin.register(SavedFilter)
class SavedFilterAdmin(ReadOnlyAdmin[SavedFilter]):
    # What somebody looks for among their own is nobody else's.
    exclude = ("query",)
    list_display = ("name", "review", "page", "owner", "is_shared", "removed_at")
    list_filter = ("page", "is_shared", BY_REVIEW)
    list_select_related = ("review", "owner")
    search_fields = ("name", "review__slug", "owner__username")

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[SavedFilter]:
        """Return those of teams; a private one is found by no other of its team."""
        private = Q(is_shared=False) & ~Q(owner=request.user.pk)
        return super().get_queryset(request).exclude(private, review__in=_own(request))
