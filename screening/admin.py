"""The judgments in the admin console: to be read by a site administrator, and no more.

Nobody adds, changes or deletes one there: they are appended by the rules alone. Staff
who are not site administrators do not even find that there are any. Who is on the team
of a review as well stays blind there: of what is not settled yet they find only their
own.
"""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Exists, Model, OuterRef, Q, QuerySet
from django.http import HttpRequest, StreamingHttpResponse

from reviews.exports import table
from reviews.models import Member, SettledJudgment, SettledValue
from screening.models import (
    AppraisalAnswer,
    Decision,
    ExtractionEntry,
    Resolution,
    Tick,
)


class ReadOnly:
    """Refuses everything but looking, and that to all but site administrators."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return _is_administrator(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _is_administrator(request)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class JudgmentAdmin(ReadOnly, admin.ModelAdmin[Any]):
    """A list of judgments that can be searched, filtered and taken along."""

    actions = ["as_csv"]
    show_full_result_count = False
    list_per_page = 50
    columns: tuple[str, ...] = ()
    # How the judgment leads to its review.
    review_path = "review"

    class Media:
        css: ClassVar = {"all": ["css/admin.css"]}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        mine = Member.objects.filter(user=request.user.pk, removed_at=None)
        own_team = Q(
            **{f"{self.review_path}__in": mine.values("review")},
        ) & ~Q(reviewer=request.user.pk)
        return super().get_queryset(request).exclude(own_team & self.is_open())

    def is_open(self) -> Q:
        """Return the condition that what is judged is not settled."""
        raise NotImplementedError

    @admin.action(description="Take the chosen along as CSV", permissions=["view"])
    def as_csv(
        self, request: HttpRequest, queryset: QuerySet[Model]
    ) -> StreamingHttpResponse:
        rows = queryset.order_by("pk").values(*self.columns)
        name = self.opts.model_name
        return StreamingHttpResponse(
            table.csv(
                table.frames(rows.iterator(), self.columns), for_spreadsheet=True
            ),
            content_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{name}.csv"'},
        )


class TickInline(ReadOnly, admin.TabularInline[Tick, Decision]):
    model = Tick


@admin.register(Decision)
class DecisionAdmin(JudgmentAdmin):
    list_display = ["pk", "review", "stage", "item", "reviewer", "choice", "decided_at"]
    list_filter = ["stage", "choice", "review"]
    search_fields = [
        "record__title",
        "report__title",
        "note",
        "reviewer__username",
        "review__slug",
    ]
    list_select_related = ["review", "record", "report", "reviewer"]
    date_hierarchy = "decided_at"
    inlines = [TickInline]
    columns = (
        "id",
        "review__slug",
        "stage",
        "record_id",
        "report_id",
        "reviewer__username",
        "choice",
        "note",
        "supersedes_id",
        "decided_at",
    )

    @admin.display(description="record or report")
    def item(self, decision: Decision) -> str:
        return str(decision.record or decision.report)

    def is_open(self) -> Q:
        return Q(record__verdict="") | Q(report__verdict="")


@admin.register(Resolution)
class ResolutionAdmin(JudgmentAdmin):
    list_display = ["pk", "review", "stage", "item", "choice", "how", "resolver"]
    list_filter = ["stage", "choice", "how", "review"]
    search_fields = [
        "record__title",
        "report__title",
        "reason",
        "resolver__username",
        "review__slug",
    ]
    list_select_related = ["review", "record", "report", "resolver"]
    date_hierarchy = "resolved_at"
    columns = (
        "id",
        "review__slug",
        "stage",
        "record_id",
        "report_id",
        "resolver__username",
        "choice",
        "how",
        "reason",
        "supersedes_id",
        "resolved_at",
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Resolution]:
        # There is a resolution only where both have judged already.
        return admin.ModelAdmin.get_queryset(self, request)

    @admin.display(description="record or report")
    def item(self, resolution: Resolution) -> str:
        return str(resolution.record or resolution.report)


@admin.register(ExtractionEntry)
class ExtractionEntryAdmin(JudgmentAdmin):
    list_display = [
        "pk",
        "study",
        "field",
        "kind",
        "reviewer",
        "value",
        "not_reported",
        "entered_at",
    ]
    list_filter = ["kind", "not_reported", "is_withdrawn", "study__review"]
    search_fields = ["study__label", "field__label", "note", "reviewer__username"]
    list_select_related = ["study", "field", "reviewer"]
    date_hierarchy = "entered_at"
    review_path = "study__review"
    columns = (
        "id",
        "study__review__slug",
        "study__label",
        "field__code",
        "field_version",
        "kind",
        "reviewer__username",
        "value",
        "not_reported",
        "is_withdrawn",
        "note",
        "supersedes_id",
        "entered_at",
    )

    def is_open(self) -> Q:
        settled = SettledValue.objects.filter(
            study=OuterRef("study"), field=OuterRef("field")
        )
        return ~Q(Exists(settled))


@admin.register(AppraisalAnswer)
class AppraisalAnswerAdmin(JudgmentAdmin):
    list_display = [
        "pk",
        "target",
        "domain",
        "kind",
        "reviewer",
        "judgment",
        "answered_at",
    ]
    list_filter = [
        "kind",
        "is_withdrawn",
        "target__instrument",
        "target__study__review",
    ]
    search_fields = [
        "target__study__label",
        "domain",
        "judgment",
        "support",
        "reviewer__username",
    ]
    list_select_related = ["target__study", "target__instrument", "reviewer"]
    date_hierarchy = "answered_at"
    review_path = "target__study__review"
    columns = (
        "id",
        "target__study__review__slug",
        "target__study__label",
        "target__instrument__key",
        "domain",
        "kind",
        "reviewer__username",
        "answers",
        "proposed",
        "judgment",
        "support",
        "departure",
        "is_withdrawn",
        "supersedes_id",
        "answered_at",
    )

    def is_open(self) -> Q:
        settled = SettledJudgment.objects.filter(
            target=OuterRef("target"), domain=OuterRef("domain")
        )
        return ~Q(Exists(settled))


def _is_administrator(request: HttpRequest) -> bool:
    return request.user.is_active and request.user.is_superuser
