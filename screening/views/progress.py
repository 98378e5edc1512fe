from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.views.decorators.http import require_GET

from reviews import access
from reviews.diagram import inline
from reviews.figures import plots
from reviews.figures.plots import Bar, Series
from reviews.models import Review
from screening import progress as rules
from screening.progress import Conflicts, Period


@dataclass(frozen=True)
class Plot:
    """A plot with the same numbers as a table."""

    title: str
    drawing: SafeString
    series: Sequence[Series]
    periods: Sequence[Period]


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
                _plot("What was settled", settled, "Settled so far"),
                _plot("Decisions on what is settled", decided, "Decisions so far"),
            ],
            "conflicts": [
                (each, _bars(review, each)) for each in rules.conflicts(review)
            ],
        },
    )


def _plot(title: str, series: Sequence[Series], what: str) -> Plot:
    shown = [each for each in series if each.days]
    # On one day there is no course to draw; the table tells it.
    days = {day for each in shown for day, _ in each.days}
    drawn = plots.lines(title, shown, what=what) if len(days) > 1 else ""
    drawing = inline.embed(drawn) if drawn else SafeString()
    return Plot(title, drawing, shown, rules.periods(shown))


def _bars(review: Review, found: Conflicts) -> SafeString:
    bars = [
        Bar(
            f"{criterion.code}: {criterion.reason or criterion.text}",
            count,
            reverse("reviews:criterion_detail", args=[review.slug, criterion.pk]),
        )
        for criterion, count in found.by_criterion
    ]
    if found.without_criterion:
        bars.append(Bar("No criterion was ticked", found.without_criterion))
    title = f"Settled conflicts by criterion, {found.stage.label.lower()}"
    return inline.embed(plots.bars(title, bars))
