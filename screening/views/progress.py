from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.views.decorators.http import require_GET

from reviews import access
from reviews.diagram import inline
from reviews.figures import plots
from reviews.figures.plots import Bar, Series
from reviews.models import Criterion, Review
from reviews.words.lists.listing import NoLines
from screening import progress as rules
from screening import progress_lists, room
from screening.forms.progress import AskedForm
from screening.progress import Conflicts

PER_PAGE = 50


@dataclass(frozen=True)
class Number:
    """A number, and the address of what it counts."""

    count: int
    url: str


@dataclass(frozen=True)
class Plot:
    """A plot with the same numbers as a table."""

    title: str
    drawing: SafeString
    names: Sequence[str]
    rows: Sequence[tuple[str, Sequence[Number]]]
    totals: Sequence[Number]


@dataclass(frozen=True)
class ConflictsTold:
    """The settled conflicts of a stage, each number with its list."""

    conflicts: Conflicts
    drawing: SafeString
    total: Number
    by_consensus: Number
    by_adjudication: Number
    by_criterion: Sequence[tuple[Criterion, Number]]
    without_criterion: Number


@login_required
@require_GET
def progress(request: HttpRequest, slug: str) -> HttpResponse:
    """Show how the work went, told by what is settled and by one's own."""
    review = access.review(request, slug)
    settled = rules.settled(review)
    decided = rules.decided(review, access.person(request))
    return render(
        request,
        "screening/progress/progress.html",
        {
            "review": review,
            "plots": [
                _plot(review, "What was settled", settled, "Settled so far"),
                _plot(
                    review,
                    "Decisions on what is settled",
                    decided,
                    "Decisions so far",
                ),
            ],
            "conflicts": [_told(review, each) for each in rules.conflicts(review)],
            "may_see_wordings": room.may_see_wordings(review, access.person(request)),
        },
    )


@login_required
@require_GET
def progress_list(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """List what a number of the page counts, a line each."""
    review = access.review(request, slug)
    form = AskedForm(request.GET)
    if not form.is_valid():
        raise Http404("No list is asked for like this.")
    person = access.person(request)
    try:
        found = progress_lists.select(review, key, person, form.asked())
    except NoLines as error:
        raise Http404(str(error)) from error
    return render(
        request,
        "screening/progress/list.html",
        {
            "review": review,
            "found": found,
            "asked": form.asked(),
            "page_obj": Paginator(found.lines, PER_PAGE).get_page(
                request.GET.get("page")
            ),
        },
    )


def _plot(review: Review, title: str, series: Sequence[Series], what: str) -> Plot:
    shown = [each for each in series if each.days]
    # On one day there is no course to draw; the table tells it.
    days = {day for each in shown for day, _ in each.days}
    drawn = plots.lines(title, shown, what=what) if len(days) > 1 else ""
    drawing = inline.embed(drawn) if drawn else SafeString()
    rows = [
        (
            period.name,
            [
                _number(review, count, each.key, first=period.first, last=period.last)
                for count, each in zip(period.counts, shown, strict=True)
            ],
        )
        for period in rules.periods(shown)
    ]
    totals = [_number(review, each.total, each.key) for each in shown]
    return Plot(title, drawing, [each.name for each in shown], rows, totals)


def _number(review: Review, count: int, key: str, **asked: object) -> Number:
    url = reverse("screening:progress_list", args=[review.slug, key])
    return Number(count, f"{url}?{urlencode(asked)}" if asked else url)


def _told(review: Review, found: Conflicts) -> ConflictsTold:
    key = rules.CONFLICTS[found.stage]
    by_criterion = [
        (criterion, _number(review, count, key, criterion=criterion.pk))
        for criterion, count in found.by_criterion
    ]
    without = _number(
        review, found.without_criterion, key, criterion=progress_lists.NO_CRITERION
    )
    bars = [
        Bar(
            f"{criterion.code}: {criterion.reason or criterion.text}",
            number.count,
            number.url,
        )
        for criterion, number in by_criterion
    ]
    if without.count:
        bars.append(Bar("No criterion was ticked", without.count, without.url))
    title = f"Settled conflicts by criterion, {found.stage.label.lower()}"
    return ConflictsTold(
        conflicts=found,
        drawing=inline.embed(plots.bars(title, bars)),
        total=_number(review, found.total, key),
        by_consensus=_number(review, found.by_consensus, key, how="consensus"),
        by_adjudication=_number(review, found.by_adjudication, key, how="adjudication"),
        by_criterion=by_criterion,
        without_criterion=without,
    )
