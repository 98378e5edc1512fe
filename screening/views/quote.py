"""Quotes: words of a title or abstract that a person marks while judging."""

import uuid

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_POST

from reviews import access
from reviews.models import Review, Role
from reviews.views.htmx import HtmxRequest
from screening import marks, quotes
from screening.decisions import Item
from screening.forms.quote import QuoteForm, QuoteRemarkForm
from screening.models import Quote
from screening.views import showing


@login_required
@require_POST
def quote_record(request: HtmxRequest, slug: str, pk: int) -> HttpResponse:
    """Mark words of a record."""
    return _mark(request, showing.judged_record(request, slug, pk))


@login_required
@require_POST
def quote_report(request: HtmxRequest, slug: str, pk: int) -> HttpResponse:
    """Mark words of a report's title, or of its abstract."""
    return _mark(request, showing.judged_report(request, slug, pk))


@login_required
@require_POST
def quote_change(request: HtmxRequest, slug: str, token: uuid.UUID) -> HttpResponse:
    """Say what one's own quote speaks to."""
    review = access.review(request, slug, role=Role.REVIEWER)
    quote = _quote(request, review, token)
    criteria = list(review.criteria.in_force())
    form = QuoteRemarkForm(request.POST, criteria=criteria, prefix=str(token))
    problem = ""
    if form.is_valid():
        quotes.change(
            quote,
            person=access.person(request),
            criterion=form.criterion,
            remark=form.cleaned_data["quote_remark"],
        )
    else:
        problem = form.problem
    return _answer(request, review, quote, problem)


@login_required
@require_POST
def quote_take_away(request: HtmxRequest, slug: str, token: uuid.UUID) -> HttpResponse:
    """Take one's own quote away."""
    review = access.review(request, slug, role=Role.REVIEWER)
    quote = _quote(request, review, token)
    quotes.take_away(quote, person=access.person(request))
    return _answer(request, review, quote, undo=quote)


@login_required
@require_POST
def quote_put_back(request: HtmxRequest, slug: str, token: uuid.UUID) -> HttpResponse:
    """Put one's own quote back."""
    review = access.review(request, slug, role=Role.REVIEWER)
    quote = _quote(request, review, token)
    quotes.put_back(quote, person=access.person(request))
    return _answer(request, review, quote)


def _quote(request: HttpRequest, review: Review, token: uuid.UUID) -> Quote:
    """Return one's own quote; another's is not there."""
    mine = quotes.all_of(review, access.person(request))
    return get_object_or_404(mine, token=token)


def _mark(request: HtmxRequest, item: Item) -> HttpResponse:
    criteria = list(item.review.criteria.in_force())
    form = QuoteForm(request.POST, criteria=criteria)
    problem = "" if form.is_valid() else form.problem
    if not problem:
        said = form.cleaned_data
        try:
            quotes.mark(
                item,
                said["quote_field"],
                said["quote_words"],
                person=access.person(request),
                at_place=form.place,
                version=said["quote_version"],
                criterion=form.criterion,
                remark=said["quote_remark"],
            )
        except (quotes.NotThere, quotes.TooMany) as error:
            problem = str(error)
    return _shown(request, item, problem)


def _answer(
    request: HtmxRequest,
    review: Review,
    quote: Quote,
    problem: str = "",
    *,
    undo: Quote | None = None,
) -> HttpResponse:
    if quote.record_id:
        item: Item = showing.record_of(review, quote.record_id)
    else:
        item = showing.report_of(review, quote.report_id or 0)
    return _shown(request, item, problem, undo=undo)


def _shown(
    request: HtmxRequest, item: Item, problem: str, *, undo: Quote | None = None
) -> HttpResponse:
    """Show the item's texts and quotes anew; what was typed beside them stays."""
    status = 422 if problem else 200
    if not request.htmx:
        return showing.show_typed(
            request, item, problem=problem, status=status, undo=undo
        )
    context = {
        "review": item.review,
        "item": item,
        "is_full_text": showing.is_full_text(item),
        "marks": marks.on_page(item, quotes.read_record(item), access.person(request)),
        "quote_criteria": list(item.review.criteria.in_force()),
        "quote_problem": problem,
        "quote_undo": undo,
    }
    return render(request, "screening/quote/_fresh.html", context, status=status)
