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
    Allocation,
    AllocationPart,
    AllocationPerson,
    AppraisalAnswer,
    BulkDecision,
    Decision,
    ExtractionEntry,
    Handover,
    Labelling,
    NumberChange,
    PilotItem,
    PilotPerson,
    PilotRound,
    PilotTick,
    PilotVote,
    Postponement,
    Quote,
    Ranking,
    Resolution,
    SampledRecord,
    SelfCheck,
    SelfCheckSetting,
    SetAside,
    Statement,
    Stop,
    StopCertificate,
    Tick,
    WordList,
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
    # Whose judgment it is.
    reviewer_path = "reviewer"

    class Media:
        css: ClassVar = {"all": ["css/admin.css"]}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        mine = Member.objects.filter(user=request.user.pk, removed_at=None)
        own_team = Q(
            **{f"{self.review_path}__in": mine.values("review")},
        ) & ~Q(**{self.reviewer_path: request.user.pk})
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


@admin.register(Labelling)
class LabellingAdmin(JudgmentAdmin):
    list_display = ["pk", "review", "stage", "item", "person", "label", "is_on", "at"]
    list_filter = ["stage", "review"]
    search_fields = [
        "record__title",
        "report__title",
        "label__name",
        "person__username",
        "review__slug",
    ]
    list_select_related = ["review", "record", "report", "person", "label"]
    date_hierarchy = "at"
    reviewer_path = "person"
    columns = (
        "id",
        "review__slug",
        "stage",
        "record_id",
        "report_id",
        "person__username",
        "label__name",
        "is_on",
        "supersedes_id",
        "at",
    )

    @admin.display(description="record or report")
    def item(self, labelling: Labelling) -> str:
        return str(labelling.record or labelling.report)

    def is_open(self) -> Q:
        return Q(record__verdict="") | Q(report__verdict="")


@admin.register(Quote)
class QuoteAdmin(JudgmentAdmin):
    list_display = ["pk", "review", "stage", "item", "person", "text", "marked_at"]
    list_filter = ["stage", "field", "review"]
    search_fields = [
        "record__title",
        "report__title",
        "text",
        "remark",
        "person__username",
        "review__slug",
    ]
    list_select_related = ["review", "record", "report", "person"]
    date_hierarchy = "marked_at"
    reviewer_path = "person"
    columns = (
        "id",
        "review__slug",
        "stage",
        "record_id",
        "report_id",
        "person__username",
        "field",
        "start",
        "end",
        "text",
        "remark",
        "is_withdrawn",
        "supersedes_id",
        "marked_at",
    )

    @admin.display(description="record or report")
    def item(self, quote: Quote) -> str:
        return str(quote.record or quote.report)

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
        "cause",
        "supersedes_id",
        "resolved_at",
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Resolution]:
        # There is a resolution only where both have judged already.
        return admin.ModelAdmin.get_queryset(self, request)

    @admin.display(description="record or report")
    def item(self, resolution: Resolution) -> str:
        return str(resolution.record or resolution.report)


@admin.register(Statement)
class StatementAdmin(JudgmentAdmin):
    list_display = ["pk", "decision", "by", "called_in", "stated_at"]
    list_filter = ["called_in", "decision__review"]
    list_select_related = ["decision", "by"]
    date_hierarchy = "stated_at"
    review_path = "decision__review"
    columns = (
        "id",
        "decision_id",
        "by__username",
        "called_in",
        "criterion_id",
        "quote",
        "stated_at",
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Statement]:
        # What a team has not settled is none of an administrator's who is on it.
        mine = Member.objects.filter(user=request.user.pk, removed_at=None)
        is_open = Q(decision__record__verdict="") | Q(decision__report__verdict="")
        return admin.ModelAdmin.get_queryset(self, request).exclude(
            is_open, decision__review__in=mine.values("review")
        )


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


class PilotTickInline(ReadOnly, admin.TabularInline[PilotTick, PilotVote]):
    model = PilotTick


@admin.register(PilotVote)
class PilotVoteAdmin(JudgmentAdmin):
    list_display = ["pk", "pilot_round", "item", "reviewer", "choice", "decided_at"]
    list_filter = ["choice", "pilot_round__review"]
    search_fields = ["record__title", "report__title", "note", "reviewer__username"]
    list_select_related = ["pilot_round", "record", "report", "reviewer"]
    date_hierarchy = "decided_at"
    inlines = [PilotTickInline]
    review_path = "pilot_round__review"
    columns = (
        "id",
        "pilot_round__review__slug",
        "pilot_round__number",
        "record_id",
        "report_id",
        "reviewer__username",
        "choice",
        "note",
        "supersedes_id",
        "decided_at",
    )

    @admin.display(description="record or report")
    def item(self, vote: PilotVote) -> str:
        return str(vote.record or vote.report)

    def is_open(self) -> Q:
        # What was tried out may be judged in earnest later.
        is_open = Q(pilot_round__state=PilotRound.State.OPEN)
        return is_open | Q(record__verdict="") | Q(report__verdict="")


class OwnAdmin(JudgmentAdmin):
    """What is one person's own for good: who is on their team finds none of it."""

    def is_open(self) -> Q:
        return Q(pk__isnull=False)


@admin.register(Postponement)
class PostponementAdmin(OwnAdmin):
    list_display = ["pk", "review", "stage", "item", "reviewer", "postponed_at"]
    list_filter = ["stage", "review"]
    list_select_related = ["review", "record", "report", "reviewer"]
    columns = (
        "id",
        "review__slug",
        "stage",
        "record_id",
        "report_id",
        "reviewer__username",
        "postponed_at",
        "ended_at",
    )

    @admin.display(description="record or report")
    def item(self, made: Postponement) -> str:
        return str(made.record or made.report)


@admin.register(SelfCheck)
class SelfCheckAdmin(OwnAdmin):
    list_display = ["pk", "review", "reviewer", "choice", "decided_at"]
    list_filter = ["choice", "review"]
    list_select_related = ["review", "reviewer"]
    columns = (
        "id",
        "review__slug",
        "reviewer__username",
        "decision_id",
        "choice",
        "note",
        "decided_at",
    )


@admin.register(SelfCheckSetting)
class SelfCheckSettingAdmin(OwnAdmin):
    list_display = ["review", "user", "share", "is_shared"]
    list_filter = ["review"]
    list_select_related = ["review", "user"]
    reviewer_path = "user"
    columns = ("review__slug", "user__username", "share", "is_shared")


@admin.register(BulkDecision)
class BulkDecisionAdmin(OwnAdmin):
    list_display = ["pk", "review", "reviewer", "choice", "made_at", "taken_back_at"]
    list_filter = ["choice", "review"]
    list_select_related = ["review", "reviewer"]
    columns = (
        "id",
        "review__slug",
        "reviewer__username",
        "choice",
        "note",
        "made_at",
        "taken_back_at",
    )


@admin.register(Ranking)
class RankingAdmin(OwnAdmin):
    """From what a reviewer's order was learned, and how much, tells of their votes."""

    list_display = ["pk", "review", "stage", "reviewer", "basis", "model", "made_at"]
    list_filter = ["stage", "basis", "review"]
    list_select_related = ["review", "reviewer"]
    # The order itself is many thousand keys.
    exclude = ["whole", "head", "drawn", "words"]
    columns = (
        "id",
        "review__slug",
        "stage",
        "reviewer__username",
        "basis",
        "model",
        "model_version",
        "seed",
        "label_count",
        "relevant_count",
        "record_count",
        "made_at",
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Ranking]:
        return super().get_queryset(request).defer(*self.exclude)


class KeptAdmin(ReadOnly, admin.ModelAdmin[Any]):
    """A list that holds nothing of what one person judged."""

    show_full_result_count = False
    list_per_page = 50


@admin.register(Stop)
class StopAdmin(KeptAdmin):
    list_display = ("review", "number", "state", "begun_by", "begun_at", "ended_at")
    list_filter = ("state", "review")
    list_select_related = ("review", "begun_by")


@admin.register(SampledRecord)
class SampledRecordAdmin(KeptAdmin):
    list_display = ("stop", "position", "record")
    list_filter = ("stop__review",)
    list_select_related = ("stop", "record")
    search_fields = ("record__title",)


@admin.register(StopCertificate)
class StopCertificateAdmin(KeptAdmin):
    list_display = ("stop", "signed_by", "signed_at", "sha256")
    list_filter = ("stop__review",)
    list_select_related = ("stop", "signed_by")


class PilotPersonInline(ReadOnly, admin.TabularInline[PilotPerson, PilotRound]):
    model = PilotPerson


class PilotItemInline(ReadOnly, admin.TabularInline[PilotItem, PilotRound]):
    model = PilotItem


@admin.register(PilotRound)
class PilotRoundAdmin(KeptAdmin):
    """What was drawn for whom; figures are there once a round is closed to all."""

    list_display = ("review", "stage", "number", "counts", "state", "begun_at")
    list_filter = ("stage", "state", "review")
    list_select_related = ("review",)
    # The votes that were measured would tell who had judged.
    exclude = ("measured",)
    inlines = (PilotPersonInline, PilotItemInline)


class AllocationPersonInline(
    ReadOnly, admin.TabularInline[AllocationPerson, AllocationPart]
):
    model = AllocationPerson


class AllocationPartInline(ReadOnly, admin.TabularInline[AllocationPart, Allocation]):
    model = AllocationPart


@admin.register(Allocation)
class AllocationAdmin(KeptAdmin):
    list_display = ("review", "stage", "number", "way", "made_by", "made_at")
    list_filter = ("stage", "way", "review")
    list_select_related = ("review", "made_by")
    inlines = (AllocationPartInline,)


@admin.register(AllocationPart)
class AllocationPartAdmin(KeptAdmin):
    list_display = ("allocation", "position", "name", "search")
    list_filter = ("allocation__review",)
    list_select_related = ("allocation__review", "search")
    inlines = (AllocationPersonInline,)


@admin.register(Handover)
class HandoverAdmin(KeptAdmin):
    """Who took over from whom; what of it somebody has judged since is not here."""

    list_display = ("review", "giver", "taker", "made_by", "made_at", "undone_at")
    list_filter = ("review",)
    list_select_related = ("review", "giver", "taker", "made_by")


@admin.register(SetAside)
class SetAsideAdmin(KeptAdmin):
    """That votes were set aside, and why; which they are stands with the judgments."""

    list_display = ("review", "stage", "person", "made_by", "made_at", "undone_at")
    list_filter = ("stage", "review")
    list_select_related = ("review", "person", "made_by")


@admin.register(NumberChange)
class NumberChangeAdmin(KeptAdmin):
    list_display = ("review", "stage", "old", "new", "made_by", "made_at", "done_at")
    list_filter = ("stage", "review")
    list_select_related = ("review", "made_by")
    # Whose was the last vote by then is nobody's to know.
    exclude = ("last_decision",)


@admin.register(WordList)
class WordListAdmin(KeptAdmin):
    """Those of the team; a private one is found by whoever is not on its team."""

    list_display = ("review", "name", "meaning", "is_shared", "made_by", "retired_at")
    list_filter = ("meaning", "is_shared", "review")
    list_select_related = ("review", "made_by")
    search_fields = ("name", "words", "review__slug")

    def get_queryset(self, request: HttpRequest) -> QuerySet[WordList]:
        mine = Member.objects.filter(user=request.user.pk, removed_at=None)
        private = Q(is_shared=False) & ~Q(made_by=request.user.pk)
        found = super().get_queryset(request)
        return found.exclude(private, review__in=mine.values("review"))


def _is_administrator(request: HttpRequest) -> bool:
    return request.user.is_active and request.user.is_superuser
