from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET

from reviews import access
from reviews.diagram import inline
from reviews.exports import flow as flow_export
from reviews.flow import boxes
from reviews.flow.boxes import Rows
from reviews.flow.counting import flow as count_flow
from reviews.models import Review
from reviews.models.record import RecordQuerySet, live_record
from reviews.models.report import ReportQuerySet

PER_PAGE = 50


@login_required
@require_GET
def flow(request: HttpRequest, slug: str) -> HttpResponse:
    review = access.review(request, slug)
    found = count_flow(review)
    sections = flow_export.sections(found)
    drawing = inline.draw(
        found.counts(),
        template=found.template,
        title=flow_export.title(review),
        links={count: _url(review, box) for count, box in found.boxes_by_count.items()},
        footnotes=found.footnotes,
        labels=found.labels,
    )
    return render(
        request,
        "reviews/flow/flow.html",
        {
            "review": review,
            "flow": found,
            "drawing": drawing,
            "sections": sections,
            "findings": list(flow_export.findings(found)),
        },
    )


@login_required
@require_GET
def flow_diagram(request: HttpRequest, slug: str) -> HttpResponse:
    """Download the drawing, in colour or (?colour=no) without."""
    review = access.review(request, slug)
    monochrome = request.GET.get("colour") == "no"
    name = f"{review.slug}-flow{'-black-and-white' if monochrome else ''}.svg"
    return HttpResponse(
        flow_export.svg(review, count_flow(review), monochrome=monochrome),
        content_type="image/svg+xml; charset=utf-8",
        headers={"Content-Disposition": content_disposition_header(True, name)},
    )


@login_required
@require_GET
def flow_box(request: HttpRequest, slug: str, box: str) -> HttpResponse:
    """List the records, reports or studies behind a number."""
    review = access.review(request, slug)
    try:
        found = boxes.find(review, box)
    except boxes.UnknownBox as error:
        raise Http404(f"No box {box}.") from error
    pages: Paginator[object] = Paginator(_listed(found.rows(review)), PER_PAGE)
    return render(
        request,
        "reviews/flow/box.html",
        {
            "review": review,
            "box": found,
            "page_obj": pages.get_page(request.GET.get("page")),
        },
    )


def _url(review: Review, box: str) -> str:
    return reverse("reviews:flow_box", args=[review.slug, box])


def _listed(rows: Rows) -> Rows:
    """Fetch what the list shows of each row, in a steady order."""
    if isinstance(rows, RecordQuerySet):
        rows = rows.select_related("search", "counted_reason").order_by("pk")
        return rows.defer("abstract", "original")
    if isinstance(rows, ReportQuerySet):
        rows = rows.select_related("study", "counted_reason").order_by("pk")
        return rows.annotate(is_sought=live_record("pk"))
    return rows.order_by("label", "pk")
