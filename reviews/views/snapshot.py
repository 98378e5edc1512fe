import pandas as pd
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from reviews import access, kept, moments, snapshots
from reviews.diagram import inline
from reviews.exports import diagram as diagram_export
from reviews.exports import flow as flow_export
from reviews.exports import table
from reviews.forms.amendment import posted
from reviews.forms.snapshot import SnapshotForm
from reviews.models import FlowSnapshot, Review, Role
from reviews.views.export import download

PER_PAGE = 50


@login_required
@require_GET
def snapshot_list(request: HttpRequest, slug: str) -> HttpResponse:
    review = access.review(request, slug)
    pages: Paginator[FlowSnapshot] = Paginator(snapshots.listed(review), PER_PAGE)
    return render(
        request,
        "reviews/snapshot/list.html",
        {
            "review": review,
            "page_obj": pages.get_page(request.GET.get("page")),
            "may_edit": access.has_role(review, access.person(request), Role.OWNER),
        },
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def snapshot_take(request: HttpRequest, slug: str) -> HttpResponse:
    review = access.review(request, slug, role=Role.OWNER)
    asked = {"as_of": request.GET.get("as_of", "")}
    form = SnapshotForm(posted(request), initial=asked)
    if request.method == "POST" and form.is_valid():
        try:
            taken = snapshots.take(
                review, **form.cleaned_data, by=access.person(request)
            )
        except (snapshots.NameMissing, snapshots.NameTaken) as error:
            form.add_error("name", str(error))
        else:
            messages.success(request, f"The snapshot {taken} is kept.")
            return redirect("reviews:snapshot_detail", review.slug, taken.pk)
    return render(
        request,
        "reviews/snapshot/take.html",
        {"review": review, "form": form},
        status=422 if request.method == "POST" else 200,
    )


@login_required
@require_GET
def snapshot_detail(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Show what was kept, held against its hash and the replay of today."""
    review = access.review(request, slug)
    snapshot = _snapshot(review, pk)
    drawn = diagram_export.draw(review, kept.read(snapshot.figures))
    return render(
        request,
        "reviews/snapshot/detail.html",
        {
            "review": review,
            "snapshot": snapshot,
            "is_wide": drawn.is_wide,
            "drawing": inline.embed(drawn.svg),
            "lines": snapshots.lines(snapshot.figures),
            "verification": snapshots.verify(snapshot),
            "moment": moments.written(snapshot.as_of),
        },
    )


@login_required
@require_GET
def snapshot_json(request: HttpRequest, slug: str, pk: int) -> StreamingHttpResponse:
    """Download the figures: the very bytes that the hash is of."""
    review = access.review(request, slug)
    snapshot = _snapshot(review, pk)
    data = flow_export.canonical(snapshot.figures)
    name = _name(review, snapshot, "json")
    return download(name, [data], "application/json; charset=utf-8")


@login_required
@require_GET
def snapshot_csv(request: HttpRequest, slug: str, pk: int) -> StreamingHttpResponse:
    review = access.review(request, slug)
    snapshot = _snapshot(review, pk)
    rows = pd.DataFrame(snapshots.lines(snapshot.figures), columns=["figure", "value"])
    parts = table.csv(rows, for_spreadsheet=True)
    name = _name(review, snapshot, "csv")
    return download(name, parts, "text/csv; charset=utf-8")


def _snapshot(review: Review, pk: int) -> FlowSnapshot:
    rows = review.flow_snapshots.select_related("taken_by", "review")
    return get_object_or_404(rows, pk=pk)


def _name(review: Review, snapshot: FlowSnapshot, ending: str) -> str:
    return f"{review.slug}-flow-snapshot-{snapshot.pk}.{ending}"
