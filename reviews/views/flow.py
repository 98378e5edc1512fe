from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import overload

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET, require_POST

from reviews import access, dismissals, finality, moments, waves
from reviews.diagram import inline
from reviews.exports import diagram as diagram_export
from reviews.exports import flow as flow_export
from reviews.exports.diagram import Drawn
from reviews.exports.options import Options
from reviews.finality import Finality
from reviews.flow import counting, findings, opening
from reviews.flow.boxes import Rows
from reviews.flow.figures import Flow
from reviews.flow.past import Past, Then
from reviews.forms.dismissal import DismissalForm
from reviews.models import Dismissal, PreviousReport, Review, Role
from reviews.models.record import RecordQuerySet, live_record
from reviews.models.report import ReportQuerySet
from reviews.scopes import Scope
from reviews.views.scope import asked, of_file

PER_PAGE = 50
EARLIER_SHOWN = 50


@dataclass(frozen=True)
class Entry:
    """A finding of the ledger, with its numbers and with why it is let stand."""

    told: flow_export.Told
    key: str
    dismissal: Dismissal | None
    form: DismissalForm | None


@dataclass(frozen=True)
class Stood:
    """A row of a box of an earlier day, with how it stood then."""

    row: object
    then: Then | None


class Both(Sequence[object]):
    """What stands in a box: rows of the review, then those of a previous version."""

    def __init__(self, rows: Rows, previous: QuerySet[PreviousReport]) -> None:
        self.rows = rows
        self.previous = previous.order_by("study_label", "pk")

    def __len__(self) -> int:
        return self._first + self.previous.count()

    @overload
    def __getitem__(self, part: int) -> object: ...
    @overload
    def __getitem__(self, part: slice) -> Sequence[object]: ...
    def __getitem__(self, part: int | slice) -> object | Sequence[object]:
        if isinstance(part, int):
            return self[part : part + 1][0]
        first, start, stop = self._first, part.start, part.stop
        found: list[object] = list(self.rows[min(start, first) : min(stop, first)])
        begin, end = max(start - first, 0), max(stop - first, 0)
        return [*found, *self.previous[begin:end]] if end else found

    @cached_property
    def _first(self) -> int:
        return self.rows.count()


@login_required
@require_GET
def flow(request: HttpRequest, slug: str) -> HttpResponse:
    review = access.review(request, slug)
    return _page(request, review, asked(request, review))


@login_required
@require_POST
def flow_dismiss(request: HttpRequest, slug: str) -> HttpResponse:
    """Let a finding stand, with a reason."""
    review = access.review(request, slug, role=Role.OWNER)
    scope = asked(request, review)
    form = DismissalForm(request.POST)
    found = _counted(review, scope)
    said = {finding.key: finding.message for finding in findings.find(found)}
    key = request.POST.get("finding", "")
    if key not in said:
        told = "That finding is gone: the numbers have changed. Nothing was written."
        messages.warning(request, told)
        return redirect(_url(review, "flow", scope))
    if form.is_valid():
        try:
            dismissals.dismiss(
                review,
                finality.CHECK,
                key,
                what=said[key],
                reason=form.cleaned_data["reason"],
                by=access.person(request),
            )
        except dismissals.StandsAlready as error:
            messages.warning(request, str(error))
        else:
            messages.success(request, "It stands, with its reason.")
        return redirect(_url(review, "flow", scope) + "#findings")
    return _page(request, review, scope, wrong=form)


@login_required
@require_POST
def flow_withdraw(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Take the reason back."""
    review = access.review(request, slug, role=Role.OWNER)
    kept = review.dismissals.filter(check_name=finality.CHECK)
    dismissals.withdraw(get_object_or_404(kept, pk=pk), by=access.person(request))
    messages.success(request, "The reason was taken back; the finding is open again.")
    scope = asked(request, review)
    return redirect(_url(review, "flow", scope) + "#findings")


@login_required
@require_GET
def flow_days(request: HttpRequest, slug: str) -> JsonResponse:
    """Tell the days on which something happened, for the slider."""
    review = access.review(request, slug)
    return JsonResponse({"days": moments.days(review)})


@login_required
@require_GET
def flow_diagram(request: HttpRequest, slug: str) -> HttpResponse:
    """Download the drawing, in colour or (?colour=no) without.

    A final one (?final=1) is refused while something is in the way, and carries the
    reasons of what is let stand.
    """
    review = access.review(request, slug)
    scope = of_file(request, review)
    options = Options(
        monochrome=request.GET.get("colour") == "no",
        final=request.GET.get("final") == "1",
    )
    try:
        drawn = diagram_export.draw(review, _counted(review, scope), options)
    except finality.NotFinal as error:
        messages.error(request, str(error))
        return redirect(_url(review, "flow", scope))
    name = f"{review.slug}-flow{'-black-and-white' if options.monochrome else ''}.svg"
    return HttpResponse(
        drawn.svg,
        content_type="image/svg+xml; charset=utf-8",
        headers={"Content-Disposition": content_disposition_header(True, name)},
    )


@login_required
@require_GET
def flow_box(request: HttpRequest, slug: str, box: str) -> HttpResponse:
    """List the records, reports or studies behind a number."""
    review = access.review(request, slug)
    scope = asked(request, review)
    try:
        found = opening.find(review, box, as_of=scope.as_of, wave=scope.wave)
    except opening.UnknownBox as error:
        raise Http404(f"No box {box}.") from error
    rows = Both(listed(found.rows(review)), found.previous(review))
    pages: Paginator[object] = Paginator(rows, PER_PAGE)
    page, members = pages.get_page(request.GET.get("page")), found.members
    stood = (
        [Stood(r, members.then(r)) for r in page] if isinstance(members, Past) else []
    )
    return render(
        request,
        "reviews/flow/box.html",
        {
            "review": review,
            "scope": scope,
            "box": found,
            "page_obj": page,
            "stood": stood,
        },
        status=422 if scope.problem else 200,
    )


def _counted(review: Review, scope: Scope) -> Flow:
    return counting.flow(review, as_of=scope.as_of, wave=scope.wave)


def _page(
    request: HttpRequest,
    review: Review,
    scope: Scope,
    *,
    wrong: DismissalForm | None = None,
) -> HttpResponse:
    found = _counted(review, scope)
    may_edit = access.has_role(review, access.person(request), Role.OWNER)
    final = finality.tell(review, found)
    drawn = _drawn(review, found, scope)
    return render(
        request,
        "reviews/flow/flow.html",
        {
            "review": review,
            "scope": scope,
            "flow": found,
            "finality": final,
            "is_wide": drawn.is_wide,
            "drawing": inline.embed(drawn.svg),
            "sections": flow_export.sections(found),
            "entries": list(_entries(found, final, may_edit=may_edit, wrong=wrong)),
            "earlier": _earlier(review, final),
            "waves": [(w, scope.of_wave(w).query) for w in waves.in_order(review)],
            "final_url": _final_url(review, scope),
            "first_day": moments.first_day(review),
            "may_edit": may_edit,
        },
        status=422 if scope.problem or wrong else 200,
    )


def _final_url(review: Review, scope: Scope) -> str:
    query = scope.query
    return f"{_url(review, 'flow_diagram', scope)}{'&' if query else '?'}final=1"


def _drawn(review: Review, found: Flow, scope: Scope) -> Drawn:
    def link(box: str) -> str:
        return _url(review, "flow_box", scope, box)

    return diagram_export.draw(review, found, link=link)


def _entries(
    found: Flow, final: Finality, *, may_edit: bool, wrong: DismissalForm | None
) -> Iterator[Entry]:
    """Yield the findings; a form stands by each that is in the way of a final flow."""
    told = zip(findings.find(found), flow_export.told(found), strict=True)
    for number, (finding, words) in enumerate(told):
        dismissal = final.let_stand.get(finding.key)
        form = None
        if may_edit and dismissal is None and finality.blocks(finding):
            form = DismissalForm(auto_id=f"id_{number}_%s")
            if wrong is not None and wrong.data.get("finding") == finding.key:
                form = wrong
        yield Entry(words, finding.key, dismissal, form)


def _earlier(review: Review, final: Finality) -> list[Dismissal]:
    """Return the reasons that do not hold here, the latest first."""
    holding = [dismissal.pk for dismissal in final.let_stand.values()]
    kept = review.dismissals.filter(check_name=finality.CHECK).exclude(pk__in=holding)
    rows = kept.select_related("dismissed_by").order_by("-pk")
    return list(rows[:EARLIER_SHOWN])


def _url(review: Review, name: str, scope: Scope, *args: str) -> str:
    return reverse(f"reviews:{name}", args=[review.slug, *args]) + scope.query


def listed(rows: Rows) -> Rows:
    """Fetch what the list shows of each row, in a steady order."""
    if isinstance(rows, RecordQuerySet):
        rows = rows.select_related("search", "counted_reason").order_by("pk")
        return rows.defer("abstract", "original")
    if isinstance(rows, ReportQuerySet):
        rows = rows.select_related("study", "counted_reason").order_by("pk")
        return rows.annotate(is_sought=live_record("pk"))
    return rows.by_label()
