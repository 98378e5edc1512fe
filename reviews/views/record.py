from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from reviews import access, paging, records, saved_filters
from reviews.bibliography import adding, editing
from reviews.duplicates import splitting
from reviews.filters.record import RecordFilter
from reviews.forms.record import RemovalForm
from reviews.models import Record, Review, Role, SavedFilter

PER_PAGE = 50


@login_required
@require_GET
def record_list(request: HttpRequest, slug: str) -> HttpResponse:
    review = access.review(request, slug)
    listed = RecordFilter(request.GET, review.records.all(), review=review)
    unread = ("original",) if listed.asked.node else ("abstract", "original")
    rows = review.records.select_related("search", "counted_reason").defer(*unread)
    number = request.GET.get("page")
    return render(
        request,
        "reviews/record/list.html",
        {
            "review": review,
            "filter": listed,
            "saved": saved_filters.shown_to(
                review, access.person(request), SavedFilter.Page.RECORDS
            ),
            "saved_page": SavedFilter.Page.RECORDS,
            "page_obj": paging.page(listed.qs, rows, number=number, per_page=PER_PAGE),
        },
    )


@login_required
@require_GET
def record_detail(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    review = access.review(request, slug)
    return _page(request, _record(review, pk), RemovalForm())


@login_required
@require_POST
def record_remove(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    review = access.review(request, slug, role=Role.OWNER)
    record = _record(review, pk)
    form = RemovalForm(request.POST)
    if form.is_valid():
        try:
            records.remove(
                record,
                Record.Removal(form.cleaned_data["removal"]),
                reason=form.cleaned_data["reason"],
                by=access.person(request),
            )
        except records.IsDuplicate as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "The record was removed before screening.")
            return redirect(record)
    return _page(request, record, form)


@login_required
@require_POST
def record_restore(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    review = access.review(request, slug, role=Role.OWNER)
    record = records.restore(_record(review, pk), by=access.person(request))
    messages.success(request, "The record stands as it did before it was removed.")
    return redirect(record)


def _record(review: Review, pk: int) -> Record:
    return get_object_or_404(
        adding.known(review).select_related(
            "review",
            "search",
            "source_import",
            "counted_reason",
            "duplicate_of",
            "duplicate_set__settled_by",
        ),
        pk=pk,
    )


def _page(request: HttpRequest, record: Record, form: RemovalForm) -> HttpResponse:
    return render(
        request,
        "reviews/record/detail.html",
        {
            "review": record.review,
            "record": record,
            "form": form,
            "also_in": records.also_in(record),
            "copies": record.copies.select_related("search").order_by("pk"),
            "reports": record.reports.order_by("pk"),
            "events": records.history(record),
            "edits": editing.edits(record),
            "may_split": record.duplicate_of_id is not None
            and splitting.may_split(record, access.person(request)),
            "may_edit": access.has_role(
                record.review, access.person(request), Role.OWNER
            ),
            "may_add_abstract": editing.may_add_abstract(
                record.review, access.person(request)
            ),
        },
        status=422 if form.is_bound else 200,
    )
