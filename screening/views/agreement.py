from dataclasses import dataclass

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from reviews import access
from reviews.documents.table import Table
from reviews.exports import formats
from reviews.exports.options import Options
from reviews.models import Review, Role, Stage
from reviews.views.tables import send
from screening import exports
from screening.agreement import by_round, reading, tables, wording
from screening.agreement.reading import Agreement, Pair
from screening.models import PilotRound
from screening.stages import STAGES

PER_PAGE = 50
FILES = [(suffix[1:], formats.NAMES[suffix]) for suffix in tables.WRITERS["agreement"]]


@dataclass(frozen=True)
class Told:
    """A pair with what its figures mean, and its tables."""

    pair: Pair
    meaning: str
    caution: str
    tables: list[Table]


@dataclass(frozen=True)
class StageTold:
    """A stage with a sentence for the manuscript, and its pairs."""

    agreement: Agreement
    sentence: str
    pairs: list[Told]


@login_required
@require_GET
def agreement(request: HttpRequest, slug: str) -> HttpResponse:
    """Show how well people agreed on what is settled."""
    review = access.review(request, slug, role=Role.OWNER)
    person = access.person(request)
    rounds = by_round.closed(review)
    chosen = _chosen_round(review, request.GET.get("round", ""))
    found = (
        [by_round.shown(chosen, person)] if chosen else reading.so_far(review, person)
    )
    notes = tables.ROUND_NOTES if chosen else tables.NOTES
    return render(
        request,
        "screening/agreement/agreement.html",
        {
            "review": review,
            "open": exports.open_stages(review),
            "stages": [
                StageTold(each, wording.sentence(each), _told(review, each))
                for each in found
            ],
            "notes": [*notes, *tables.imported(found)],
            "files": FILES if exports.closed_stages(review) else [],
            "rounds": [(each, by_round.named(each)) for each in rounds],
            "chosen": chosen,
        },
    )


def _chosen_round(review: Review, name: str) -> PilotRound | None:
    """Return the pilot round that is asked for, if one is."""
    found = by_round.find(review, name) if name else None
    if name and found is None:
        raise Http404("No such round is closed.")
    return found


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
    if stage not in STAGES or not {first, second} <= people.keys():
        raise Http404("No such number.")
    at = Stage(stage)
    if not reading.may_see_pairs(review, at, access.person(request)):
        raise Http404("No such number.")
    chosen = _chosen_round(review, request.GET.get("round", ""))
    if chosen is not None and chosen.stage != stage:
        raise Http404("No such number.")
    pair = int(first), int(second)
    try:
        found = (
            by_round.behind(chosen, access.person(request), *pair, one=one, other=other)
            if chosen
            else reading.behind(review, at, *pair, one=one, other=other)
        )
    except reading.UnknownNumber as error:
        raise Http404("No such number.") from error
    said = (
        f"{people[first]}: {tables.LABELS[one].lower()}; "
        f"{people[second]}: {tables.LABELS[other].lower()}"
        + (f" (pilot round {chosen.number})" if chosen else "")
    )
    return items_page(request, review, at, found, said)


def items_page(
    request: HttpRequest,
    review: Review,
    stage: Stage,
    found: list[int],
    said: str,
    *,
    back: tuple[str, str] | None = None,
) -> HttpResponse:
    """List what a number counts; `said` tells which, `back` leads to where it stands.

    That is the page of agreement where it is not given: a name and an address.
    """
    # Only what the page shows is read: a number may count a hundred thousand.
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "screening/agreement/items.html",
        {
            "review": review,
            "stage": stage,
            "said": said,
            "back": back
            or ("Agreement", reverse("screening:agreement", args=[review.slug])),
            "items": reading.shown(review, stage, list(page.object_list)),
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
