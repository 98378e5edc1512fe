from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.views.decorators.http import require_GET

from reviews import access
from reviews.diagram import inline
from reviews.documents.table import Table
from reviews.figures import course, plots
from reviews.figures.course import Point
from reviews.figures.plots import Bar
from reviews.models import Criterion, Review, Role, Stage
from screening import exports
from screening.agreement import drift, tables
from screening.agreement.drift import Drift, Ticks, Week
from screening.agreement.reading import UnknownNumber
from screening.stages import STAGES
from screening.views.agreement import items_page

WHAT = {
    drift.ALL: "ticked by all",
    drift.SOME: "ticked by some",
    drift.CONFLICTS: "ticked by one side of a conflict",
}


@dataclass(frozen=True)
class StageTold:
    """A stage: its weeks as a plot and a table, and its criteria."""

    stage: Stage
    course: SafeString
    weeks: Sequence[tuple[Week, str]]
    bars: SafeString
    criteria: Table
    marked: Sequence[tuple[Criterion, Ticks]]


@login_required
@require_GET
def agreement_drift(request: HttpRequest, slug: str) -> HttpResponse:
    """Show agreement by week and by criterion, over what is settled."""
    review = access.review(request, slug, role=Role.OWNER)
    found = [drift.of(review, stage) for stage in STAGES]
    return render(
        request,
        "screening/agreement/drift.html",
        {
            "review": review,
            "open": exports.open_stages(review),
            "stages": [_told(review, each) for each in found if each.weeks],
        },
    )


@login_required
@require_GET
def agreement_behind(request: HttpRequest, slug: str, stage: str) -> HttpResponse:
    """List the records or reports behind a week or a criterion."""
    review = access.review(request, slug, role=Role.OWNER)
    if stage not in STAGES:
        raise Http404("No such stage.")
    at, what = Stage(stage), request.GET.get("what", "")
    if week := request.GET.get("week", ""):
        conflicts = what == drift.CONFLICTS
        found = drift.behind_week(review, at, week, conflicts=conflicts)
        said = f"{'Differed on' if conflicts else 'Closed'} in {week[:10]}"
        return items_page(request, review, at, found, said)
    key = request.GET.get("criterion", "")
    is_key = key.isdecimal() and len(key) < 19
    criterion = review.criteria.filter(pk=key).first() if is_key else None
    if criterion is None:
        raise Http404("No such criterion.")
    try:
        found = drift.behind_criterion(review, at, criterion.pk, what)
    except UnknownNumber as error:
        raise Http404("No such number.") from error
    said = f"{criterion.code} {WHAT[what]}"
    return items_page(request, review, at, found, said)


def _told(review: Review, found: Drift) -> StageTold:
    label = found.stage.label.lower()
    page = reverse("screening:agreement_behind", args=[review.slug, found.stage])
    weeks = [(week, f"{page}?{urlencode({'week': week.name})}") for week in found.weeks]
    points = [Point(week.name, week.share, week.items, url) for week, url in weeks]
    bars = [
        Bar(
            f"{criterion.code}: {criterion.reason or criterion.text}",
            ticks.conflicts,
            f"{page}?{urlencode({'criterion': criterion.pk, 'what': drift.CONFLICTS})}",
        )
        for criterion, ticks in found.criteria
        if ticks.conflicts
    ]
    by_week = course.draw(f"Agreement by week, {label}", points, what="Agreement")
    by_criterion = plots.bars(f"Conflicts by criterion, {label}", bars)
    return StageTold(
        found.stage,
        inline.embed(by_week) if len(points) > 1 else SafeString(),
        weeks,
        inline.embed(by_criterion) if bars else SafeString(),
        tables.by_criterion(found, page),
        [each for each in found.criteria if each[1].causes_conflicts],
    )
