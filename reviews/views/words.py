from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from reviews import access
from reviews.exports import formats
from reviews.exports.options import Options
from reviews.models.record import live_record
from reviews.models.report import ReportQuerySet
from reviews.views.scope import asked, of_file
from reviews.views.tables import send
from reviews.words import passages, settled, writing

WRITERS = writing.WRITERS["methods"]
# The name of the file that holds methods and results.
ALL = "all"
PER_PAGE = 50


@login_required
@require_GET
def words_page(request: HttpRequest, slug: str) -> HttpResponse:
    """Show methods and results, or of an earlier day or a wave the flow in words."""
    review = access.review(request, slug)
    scope = asked(request, review)
    kind = passages.FLOW if scope.as_of or scope.wave else ""
    return render(
        request,
        "reviews/words/detail.html",
        {
            "review": review,
            "scope": scope,
            "passages": passages.of(review, kind, as_of=scope.as_of, wave=scope.wave),
            "files": [(ending[1:], formats.NAMES[ending]) for ending in WRITERS],
        },
        status=422 if scope.problem else 200,
    )


@login_required
@require_GET
def words_file(
    request: HttpRequest, slug: str, kind: str, suffix: str
) -> HttpResponse | StreamingHttpResponse:
    """Download methods, results or the flow in words, or the first two."""
    review = access.review(request, slug)
    writer = WRITERS.get(f".{suffix}")
    if writer is None or kind not in (ALL, *passages.KINDS):
        raise Http404(f"No file {kind}.{suffix}.")
    scope = of_file(request, review)
    if (scope.as_of or scope.wave) and kind != passages.FLOW:
        raise Http404("Only the flow is told as of an earlier day, and of a wave.")
    kind = "" if kind == ALL else kind
    options = Options(kind=kind, as_of=scope.as_of, wave=scope.wave)
    name = kind or "methods-and-results"
    return send(request, review, f"{name}.{suffix}", writer, options)


@login_required
@require_GET
def words_settled(request: HttpRequest, slug: str, unit: str, way: str) -> HttpResponse:
    """List what a number counts, a line each."""
    review = access.review(request, slug)
    try:
        found = settled.select(review, unit, way, request.GET.get("of", ""))
    except settled.UnknownSelection as error:
        raise Http404(str(error)) from error
    rows = found.rows
    if isinstance(rows, ReportQuerySet):
        rows = rows.annotate(is_sought=live_record("pk"))
    pages: Paginator[object] = Paginator(rows, PER_PAGE)
    return render(
        request,
        "reviews/words/settled.html",
        {
            "review": review,
            "found": found,
            "page_obj": pages.get_page(request.GET.get("page")),
        },
    )
