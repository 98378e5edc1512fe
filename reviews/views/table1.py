from collections.abc import Callable
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_POST,
)

from reviews import access, table1
from reviews import table1_columns as columns
from reviews.exports import characteristics
from reviews.forms.manuscript import AddColumnForm, ColumnForm
from reviews.forms.reference import StyleForm
from reviews.forms.study import GroupingForm
from reviews.models import Review, Role
from reviews.references import styles
from reviews.views.tables import files

REFUSALS = (
    columns.ColumnTwice,
    columns.NoSuchColumn,
    columns.NothingToUndo,
    columns.UnknownField,
)


@login_required
@require_GET
def table1_page(request: HttpRequest, slug: str) -> HttpResponse:
    """Show Table 1, its citations in (?style=) a style."""
    review = access.review(request, slug)
    style = request.GET.get("style", "")
    styling = StyleForm({"style": style or styles.of(review)})
    if not styling.is_valid():
        raise Http404(f"No style {style}.")
    table = table1.table(review, style=style)
    grouping = {"field": table.grouped_by.field if table.grouped_by else None}
    is_owner = access.has_role(review, access.person(request), Role.OWNER)
    return render(
        request,
        "reviews/table1/detail.html",
        {
            "review": review,
            "table": table,
            "notes": list(characteristics.notes(table)),
            "files": files("table1"),
            "styling": styling if table.has_citations else None,
            "query": urlencode({"style": style}) if style else "",
            "is_owner": is_owner,
            "form": GroupingForm(review=review, initial=grouping) if is_owner else None,
        },
    )


@login_required
@require_POST
def table1_group(request: HttpRequest, slug: str) -> HttpResponse:
    """Choose the field by which Table 1 is grouped."""
    review = access.review(request, slug, role=Role.OWNER)
    form = GroupingForm(request.POST, review=review)
    if form.is_valid():
        field = form.cleaned_data["field"]
        columns.group_by(review, field, by=access.person(request))
        messages.success(request, f"Grouped by {field}." if field else "Not grouped.")
    else:
        messages.error(request, "That field is none of today's protocol.")
    return redirect("reviews:table1", review.slug)


@login_required
@require_http_methods(["GET", "POST"])
def table1_columns(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the columns in their order, and add one."""
    review = access.review(request, slug, role=Role.OWNER)
    said = request.POST if request.method == "POST" else None
    form = AddColumnForm(said, review=review)
    if form.is_bound and form.is_valid():
        key = form.cleaned_data["key"]
        _try(request, lambda: columns.add(review, key, by=access.person(request)))
        return redirect("reviews:table1_columns", review.slug)
    return _columns_page(request, review, form)


@login_required
@require_http_methods(["GET", "POST"])
def table1_column_edit(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """Head a column, and sort by it."""
    review = access.review(request, slug, role=Role.OWNER)
    found = {place.key: place for place in columns.arrangement(review)}
    if key not in found:
        raise Http404(f"No column {key}.")
    place = found[key]
    form = ColumnForm(
        request.POST if request.method == "POST" else None,
        initial={"heading": place.heading, "sorts": place.sorts},
    )
    if form.is_bound and form.is_valid():
        columns.describe(review, key, **form.cleaned_data, by=access.person(request))
        return redirect("reviews:table1_columns", review.slug)
    return render(
        request,
        "reviews/table1/column.html",
        {
            "review": review,
            "form": form,
            "label": columns.labels(review).get(key, str(place.heading)),
        },
        status=422 if form.is_bound else 200,
    )


@login_required
@require_POST
def table1_column_move(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    review = access.review(request, slug, role=Role.OWNER)
    up = request.POST.get("direction") != "down"
    _try(
        request,
        lambda: columns.move(review, key, up=up, by=access.person(request)),
    )
    return redirect("reviews:table1_columns", review.slug)


@login_required
@require_POST
def table1_column_remove(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    review = access.review(request, slug, role=Role.OWNER)
    _try(request, lambda: columns.remove(review, key, by=access.person(request)))
    return redirect("reviews:table1_columns", review.slug)


@login_required
@require_POST
def table1_columns_reset(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the columns that the protocol marks."""
    review = access.review(request, slug, role=Role.OWNER)
    columns.follow_protocol(review, by=access.person(request))
    return redirect("reviews:table1_columns", review.slug)


@login_required
@require_POST
def table1_columns_undo(request: HttpRequest, slug: str) -> HttpResponse:
    review = access.review(request, slug, role=Role.OWNER)
    _try(request, lambda: columns.undo(review, by=access.person(request)))
    return redirect("reviews:table1_columns", review.slug)


def _try(request: HttpRequest, change: Callable[[], None]) -> None:
    """Change the columns, or say why not."""
    try:
        change()
    except REFUSALS as error:
        messages.warning(request, str(error))


def _columns_page(
    request: HttpRequest, review: Review, form: AddColumnForm
) -> HttpResponse:
    labels = columns.labels(review)
    return render(
        request,
        "reviews/table1/columns.html",
        {
            "review": review,
            "form": form,
            "places": [
                (place, labels.get(place.key, "A field that was retired"))
                for place in columns.arrangement(review)
            ],
            "is_arranged": columns.is_arranged(review),
            "last": columns.last_change(review),
        },
        status=422 if form.is_bound else 200,
    )
