from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from reviews import access
from reviews.models import Review, Role, Stage
from reviews.views.export import download
from screening import exports
from screening.archive import blindness, writing
from screening.archive.writing import Form
from screening.ledger import downloads


@login_required
@require_GET
def archive_detail(request: HttpRequest, slug: str) -> HttpResponse:
    review = access.review(request, slug, role=Role.OWNER)
    return _page(request, review, blindness.open_stages(review))


@login_required
@require_GET
def archive_whole(
    request: HttpRequest, slug: str
) -> HttpResponse | StreamingHttpResponse:
    """Download the whole review, once nothing that stands is open."""
    review = access.review(request, slug, role=Role.OWNER)
    try:
        return _download(request, review, Form.OWNER, f"{review.slug}.zip")
    except blindness.StillBlind as error:
        return _page(request, review, error.stages, status=409)


@login_required
@require_GET
def archive_public(request: HttpRequest, slug: str) -> StreamingHttpResponse:
    """Download the form without names, notes and files that may not be shared."""
    review = access.review(request, slug, role=Role.OWNER)
    return _download(request, review, Form.PUBLIC, f"{review.slug}-public.zip")


def _download(
    request: HttpRequest, review: Review, form: Form, name: str
) -> StreamingHttpResponse:
    file = writing.write(review, form)
    what = downloads.PUBLIC if form is Form.PUBLIC else downloads.WHOLE
    person = access.person(request)
    downloads.record(review, what, exports.closed_stages(review), by=person)
    return download(name, writing.stream(file), "application/zip")


def _page(
    request: HttpRequest, review: Review, waiting: list[Stage], *, status: int = 200
) -> HttpResponse:
    context = {"review": review, "open": waiting}
    return render(request, "screening/archive/detail.html", context, status=status)
