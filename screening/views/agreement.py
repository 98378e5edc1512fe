from dataclasses import dataclass

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from reviews import access
from reviews.documents.table import Table
from reviews.exports import formats
from reviews.exports.options import Options
from reviews.models import Review, Role, Stage
from reviews.views.tables import send
from screening import exports
from screening.agreement import reading, tables, wording
from screening.agreement.reading import Agreement, Pair

PER_PAGE = 50
FILES = [(suffix[1:], formats.NAMES[suffix]) for suffix in tables.WRITERS["agreement"]]


@dataclass(frozen=True)
class Told:
    """A pair with what its figures mean, and its tables."""

    pair: Pair
    meaning: str
    caution: str
    tables: list[Table]


@login_required
@require_GET
def agreement(request: HttpRequest, slug: str) -> HttpResponse:
    """Show how well people agreed at the stages that are closed."""
    review = access.review(request, slug, role=Role.OWNER)
    found = reading.agreements(review)
    return render(
        request,
        "screening/agreement/agreement.html",
        {
            "review": review,
            "open": exports.open_stages(review),
            "stages": [(each, _told(review, each)) for each in found],
            "notes": [*tables.NOTES, *tables.imported(found)],
            "files": FILES,
        },
    )


@login_required
@require_GET
def agreement_file(
    request: HttpRequest, slug: str, suffix: str
) -> HttpResponse | StreamingHttpResponse:
    """Download the agreement in one of its formats."""
    review = access.review(request, slug, role=Role.OWNER)
    writer = tables.WRITERS["agreement"].get(f".{suffix}")
    if writer is None:
        raise Http404(f"No file agreement.{suffix}.")
    return send(request, review, f"agreement.{suffix}", writer, Options())


@login_required
@require_GET
def agreement_items(request: HttpRequest, slug: str, stage: str) -> HttpResponse:
    """List the records or reports behind a number of the agreement."""
    review = access.review(request, slug, role=Role.OWNER)
    one, other = request.GET.get("one", ""), request.GET.get("other", "")
    first, second = request.GET.get("first", ""), request.GET.get("second", "")
    people = {
        str(member.user_id): member.user
        for member in review.members.select_related("user")
    }
    if stage not in exports.STAGES or not {first, second} <= people.keys():
        raise Http404("No such number.")
    at = Stage(stage)
    try:
        found = reading.behind(
            review, at, int(first), int(second), one=one, other=other
        )
    except reading.UnknownNumber as error:
        raise Http404("No such number.") from error
    # Only what the page shows is read: a number may count a hundred thousand.
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "screening/agreement/items.html",
        {
            "review": review,
            "stage": at,
            "said": [
                (people[first], tables.LABELS[one]),
                (people[second], tables.LABELS[other]),
            ],
            "items": reading.shown(review, at, list(page.object_list)),
            "page_obj": page,
        },
    )


def _told(review: Review, found: Agreement) -> list[Told]:
    return [
        Told(
            pair,
            wording.meaning(pair),
            wording.caution(pair.came_to),
            [*tables.crossings(review, found, pair), tables.of_pair(pair)],
        )
        for pair in found.pairs
    ]
