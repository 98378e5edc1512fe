"""The tables of the manuscript: a page for each, and its files."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import chain, islice
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from reviews import access, manuscripts, overlap
from reviews.documents.table import Group, Table
from reviews.exports import formats, tables
from reviews.exports.options import CannotExport, Options, Writer
from reviews.exports.table import BYTE_ORDER_MARK
from reviews.forms.manuscript import ManuscriptForm
from reviews.models import Review, Role
from reviews.views.export import download

PER_PAGE = 50


@login_required
@require_GET
def table_page(request: HttpRequest, slug: str, what: str) -> HttpResponse:
    """Show a table, its citations in (?style=) a style."""
    review = access.review(request, slug)
    if what not in tables.SHOWN:
        raise Http404(f"No table {what}.")
    shown = tables.SHOWN[what]
    style = request.GET.get("style", "")
    try:
        whole = shown.tables(review, Options(style=style))
    except CannotExport as error:
        raise Http404(str(error)) from error
    found, is_cut = _first(whole, shown.limit)
    return render(
        request,
        "reviews/tables/detail.html",
        {
            "review": review,
            "what": what,
            "shown": shown,
            "tables": found,
            "is_cut": is_cut,
            "files": files(what),
            "query": urlencode({"style": style}) if style else "",
        },
    )


@login_required
@require_GET
def table_file(
    request: HttpRequest, slug: str, what: str, suffix: str
) -> HttpResponse | StreamingHttpResponse:
    """Download a table in one of its formats, citations in (?style=) a style."""
    review = access.review(request, slug)
    writer = tables.WRITERS.get(what, {}).get(f".{suffix}")
    if writer is None:
        raise Http404(f"No file {what}.{suffix}.")
    options = Options(style=request.GET.get("style", ""))
    return send(request, review, f"{what}.{suffix}", writer, options)


@login_required
@require_GET
def overlap_records(request: HttpRequest, slug: str, selection: str) -> HttpResponse:
    """List the records behind a number of the overlap."""
    review = access.review(request, slug)
    try:
        kind, searches, records = overlap.select(review, selection)
    except overlap.UnknownSelection as error:
        raise Http404(f"No selection {selection}.") from error
    listed = (
        records.select_related("search", "counted_reason", "duplicate_set")
        .defer("abstract", "original")
        .order_by("pk")
    )
    pages = Paginator(listed, PER_PAGE)
    return render(
        request,
        "reviews/tables/overlap_records.html",
        {
            "review": review,
            "kind": kind,
            "searches": searches,
            "page_obj": pages.get_page(request.GET.get("page")),
        },
    )


@login_required
@require_http_methods(["GET", "POST"])
def manuscript_edit(request: HttpRequest, slug: str) -> HttpResponse:
    """Say how the review is written up."""
    review = access.review(request, slug, role=Role.OWNER)
    stored = manuscripts.of(review)
    said = request.POST if request.method == "POST" else None
    form = ManuscriptForm(said, instance=stored)
    if form.is_bound and form.is_valid():
        manuscripts.write(review, **form.cleaned_data, by=access.person(request))
        messages.success(request, "Saved.")
        return redirect("reviews:manuscript_edit", review.slug)
    return render(
        request,
        "reviews/tables/manuscript.html",
        {"review": review, "form": form},
        status=422 if form.is_bound else 200,
    )


def files(what: str) -> list[tuple[str, str]]:
    """Return the files of a table: the ending of each, and what it is called."""
    return [(suffix[1:], formats.NAMES[suffix]) for suffix in tables.WRITERS[what]]


def send(
    request: HttpRequest,
    review: Review,
    name: str,
    writer: Writer,
    options: Options,
) -> HttpResponse | StreamingHttpResponse:
    """Answer with what a writer writes, or with why it cannot: 409 and its words."""
    suffix = name[name.rindex(".") :]
    try:
        parts = writer(review, options)
    except CannotExport as error:
        context = {"review": review, "why": str(error), "name": name}
        return render(request, "reviews/tables/refused.html", context, status=409)
    if suffix == ".csv":
        # Without it a spreadsheet would misread every accent.
        parts = chain([BYTE_ORDER_MARK], parts)
    return download(f"{review.slug}-{name}", parts, formats.TYPES[suffix])


def _first(found: Sequence[Table], limit: int) -> tuple[list[Table], bool]:
    """Return the tables with the first rows of each, and whether there are more."""
    cut, is_cut = [], False
    for table in found:
        groups, left = [], limit
        for group in table.groups:
            rows = list(islice(group.rows, left + 1))
            if len(rows) > left:
                is_cut = True
                rows = rows[:left]
            if rows:
                groups.append(Group(group.label, rows))
            left -= len(rows)
            if is_cut:
                break
        cut.append(replace(table, groups=groups))
    return cut, is_cut
