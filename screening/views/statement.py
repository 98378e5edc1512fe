"""What each side of a conflict states before it sees the other."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from reviews import access
from screening import conflicts, sides, statements
from screening.decisions import Item
from screening.views import conflict
from screening.views.conflict_list import narrowed_by


@login_required
@require_POST
def statement_record(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """State what decided on a record."""
    return _state(request, conflict.record_of(request, slug, pk))


@login_required
@require_POST
def statement_report(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """State what decided on a full text."""
    return _state(request, conflict.report_of(request, slug, pk))


@login_required
@require_POST
def call_in_record(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Go on with a record without what was not stated."""
    return _call_in(request, conflict.record_of(request, slug, pk))


@login_required
@require_POST
def call_in_report(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Go on with a full text without what was not stated."""
    return _call_in(request, conflict.report_of(request, slug, pk))


def _state(request: HttpRequest, item: Item) -> HttpResponse:
    person = access.person(request)
    if not conflicts.may_see(item, person):
        return conflict.not_any_more(request, item)
    form = conflict.statement_form(item, sides.of(item, person), request.POST)
    if form is not None and not form.is_valid():
        return conflict.page_of(request, item, stating=form, status=422)
    if form is not None:
        try:
            statements.state(
                item,
                by=person,
                criterion=form.named_criterion(),
                quote=form.cleaned_data["quote"],
            )
        except statements.NothingToState:
            return conflict.not_any_more(request, item)
        messages.success(request, "What decided for you is kept. Now see both sides.")
    narrowed = narrowed_by(request)
    return redirect(conflict.address(item) + narrowed.query)


def _call_in(request: HttpRequest, item: Item) -> HttpResponse:
    person = access.person(request)
    if not conflicts.may_see(item, person):
        return conflict.not_any_more(request, item)
    try:
        statements.call_in(item, by=person)
    except statements.NothingToState:
        return conflict.not_any_more(request, item)
    messages.success(request, "Called in: both sides are open to you.")
    narrowed = narrowed_by(request)
    return redirect(conflict.address(item) + narrowed.query)
