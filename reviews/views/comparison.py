from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from reviews import access, comparisons, moments, scopes, waves
from reviews.flow import comparison
from reviews.flow.comparison import Comparison, Move, Number
from reviews.forms.comparison import ComparisonForm
from reviews.models import Review, Wave
from reviews.scopes import Scope
from reviews.views.flow import PER_PAGE, listed

_ONE = {"records": "record", "reports": "report", "studies": "study"}


@dataclass(frozen=True)
class Line:
    """A number at both moments, each with the way to its box."""

    number: Number
    before_url: str
    after_url: str


@dataclass(frozen=True)
class Moved:
    """How many moved from one box to another, with the way to their list."""

    move: Move
    url: str

    @property
    def told(self) -> str:
        return tell(self.move)


@login_required
@require_GET
def flow_compare(request: HttpRequest, slug: str) -> HttpResponse:
    """Show two moments side by side, number by number, and what moved between."""
    review = access.review(request, slug)
    wave = _wave(request, review)
    form = ComparisonForm(request.GET or None, review=review)
    context = {
        "review": review,
        "form": form,
        "wave": wave,
        "waves": waves.in_order(review),
    }
    if form.is_bound and form.is_valid():
        before, after = (Scope(form.moment(n), wave) for n in ("before", "after"))
        found = _between(review, before.as_of, after.as_of, wave)
        context |= {
            "before": before,
            "after": after,
            "unknown": dict.fromkeys((*found.before.unknown, *found.after.unknown)),
            "lines": list(_lines(review, found, before, after)),
            "moves": list(_moves(review, found, before, after)),
        }
    return render(
        request,
        "reviews/flow/compare.html",
        context,
        status=422 if form.errors else 200,
    )


@login_required
@require_GET
def flow_moved(request: HttpRequest, slug: str) -> HttpResponse:
    """List what moved from one box to another between two moments."""
    review = access.review(request, slug)
    before, after = (_moment(request, name) for name in ("before", "after"))
    wave = _wave(request, review)
    found = _between(review, before, after, wave)
    asked = (request.GET.get(name, "") for name in ("unit", "from", "to"))
    try:
        move = comparisons.find(found, *asked)
    except comparisons.NothingMoved as error:
        raise Http404("Nothing moved so.") from error
    pages: Paginator[object] = Paginator(
        listed(comparisons.rows(review, move)), PER_PAGE
    )
    return render(
        request,
        "reviews/flow/moved.html",
        {
            "review": review,
            "move": move,
            "told": tell(move),
            "before": Scope(before, wave),
            "after": Scope(after, wave),
            "back": _query(before, after, wave),
            "page_obj": pages.get_page(request.GET.get("page")),
        },
    )


def _between(
    review: Review, before: datetime | None, after: datetime | None, wave: Wave | None
) -> Comparison:
    number = wave.number if wave else None
    return comparison.between(review, before, after, wave=number)


def tell(move: Move) -> str:
    """Return how many moved, in words: "1 study", "1,200 records"."""
    number = len(move.keys)
    return f"{number:,} {_ONE[move.unit] if number == 1 else move.unit}"


def _lines(
    review: Review, found: Comparison, before: Scope, after: Scope
) -> Iterator[Line]:
    for number in found.numbers:
        if not (number.before or number.after):
            continue
        url = reverse("reviews:flow_box", args=[review.slug, number.box])
        yield Line(number, url + before.query, url + after.query)


def _moves(
    review: Review, found: Comparison, before: Scope, after: Scope
) -> Iterator[Moved]:
    url = reverse("reviews:flow_moved", args=[review.slug])
    moments_shown = _query(before.as_of, after.as_of, before.wave)
    for move in found.moves:
        way = urlencode({"unit": move.unit, "from": move.before, "to": move.after})
        yield Moved(move, f"{url}?{moments_shown}&{way}")


def _query(before: datetime | None, after: datetime | None, wave: Wave | None) -> str:
    asked = {"before": moments.written(before), "after": moments.written(after)}
    return urlencode(asked | ({"wave": wave.number} if wave else {}))


def _wave(request: HttpRequest, review: Review) -> Wave | None:
    try:
        return scopes.find_wave(review, request.GET.get("wave", ""))
    except scopes.UnknownWave as error:
        raise Http404(f"No wave {error}.") from error


def _moment(request: HttpRequest, name: str) -> datetime | None:
    try:
        return moments.read(request.GET.get(name, ""))
    except moments.NotADate as error:
        raise Http404(str(error)) from error
