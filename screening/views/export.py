from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from reviews import access
from reviews.exports import table
from reviews.models import Role
from reviews.views.export import download
from screening import exports, manuscript
from screening.ledger import downloads


@login_required
@require_GET
def export_list(request: HttpRequest, slug: str) -> HttpResponse:
    """Show what a journal asks for, in the order of a manuscript."""
    review = access.review(request, slug)
    is_owner = access.has_role(review, access.person(request), Role.OWNER)
    return render(
        request,
        "screening/export/list.html",
        {
            "review": review,
            "chapters": manuscript.chapters(review, is_owner=is_owner),
            "is_owner": is_owner,
            "closed": exports.closed_stages(review),
            "open": exports.open_stages(review),
        },
    )


@login_required
@require_GET
def export_decisions(
    request: HttpRequest, slug: str
) -> HttpResponse | StreamingHttpResponse:
    """Download the decisions of everybody in the stages that are closed."""
    review = access.review(request, slug, role=Role.OWNER)
    try:
        frames = exports.frames(review)
    except exports.NothingClosed:
        context = {"review": review, "open": exports.open_stages(review)}
        return render(request, "screening/export/not_closed.html", context, status=409)
    downloads.record(
        review,
        downloads.DECISIONS,
        exports.closed_stages(review),
        by=access.person(request),
    )
    parts = table.csv(frames, for_spreadsheet=True)
    name = f"{review.slug}-decisions.csv"
    return download(name, parts, "text/csv; charset=utf-8")
