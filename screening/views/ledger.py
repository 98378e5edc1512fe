from collections.abc import Iterator
from datetime import datetime

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from reviews import access
from reviews.exports import table
from reviews.models import Review, Stage, User
from reviews.views.export import download
from screening import causes, decisions
from screening.ledger import entries

PER_PAGE = 20
COLUMNS = (
    "stage",
    "id",
    "title",
    "closed_at",
    "settled_at",
    "was_conflict",
    "who",
    "how",
    "since",
    "until",
)


@login_required
@require_GET
def ledger(request: HttpRequest, slug: str) -> HttpResponse:
    """Show who could see the judgments of what is closed, and from when."""
    review = access.review(request, slug)
    person = access.person(request)
    stages = causes.stages_for(review, person)
    stage = _stage(request, stages)
    found = entries.items(review, stage, person)
    page = Paginator(found.only("pk"), PER_PAGE).get_page(request.GET.get("page"))
    shown = found.filter(pk__in=[item.pk for item in page.object_list])
    context = {
        "review": review,
        "stage": stage,
        "stages": stages,
        "page_obj": page,
        "entries": list(entries.of(review, stage, person, shown)),
    }
    return render(request, "screening/ledger/list.html", context)


@login_required
@require_GET
def ledger_file(request: HttpRequest, slug: str) -> StreamingHttpResponse:
    """Download the ledger of the stages that the person may see, a line each."""
    review = access.review(request, slug)
    person = access.person(request)
    stages = causes.stages_for(review, person)
    frames = table.frames(_rows(review, stages, person), COLUMNS)
    parts = table.csv(frames, for_spreadsheet=True)
    return download(f"{review.slug}-ledger.csv", parts, "text/csv; charset=utf-8")


def _stage(request: HttpRequest, stages: list[Stage]) -> Stage:
    asked = request.GET.get("stage", stages[0])
    if asked not in stages:
        raise Http404("There is no such stage.")
    return Stage(asked)


def _rows(
    review: Review, stages: list[Stage], person: User
) -> Iterator[dict[str, object]]:
    for stage in stages:
        found = entries.items(review, stage, person)
        for entry in entries.of(review, stage, person, found):
            facts = {
                "stage": decisions.stage_of(entry.item),
                "id": entry.item.pk,
                "title": str(entry.item),
                "closed_at": _moment(entry.closed_at),
                "settled_at": _moment(entry.settled_at),
                "was_conflict": "yes" if entry.was_conflict else "no",
            }
            for seer in entry.seers:
                yield {
                    **facts,
                    "who": seer.who,
                    "how": seer.how,
                    "since": _moment(seer.since),
                    "until": _moment(seer.until),
                }


def _moment(moment: datetime | None) -> str:
    return timezone.localtime(moment).isoformat() if moment else ""
