"""The list of conflicts: what a person may settle, and what narrows it."""

from typing import Any, cast

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from reviews import access
from reviews.models import Review, Stage, User
from screening import conflicts, room, sides
from screening.decisions import Item
from screening.forms.conflict import NarrowingForm
from screening.room import Narrowed
from screening.stages import STAGES

PER_PAGE = 50
SETTLED = "settled"


@login_required
@require_GET
def conflict_list(request: HttpRequest, slug: str) -> HttpResponse:
    """List the conflicts that the person may settle, and those that were settled."""
    review = access.review(request, slug)
    person = access.person(request)
    conflicts.require_some_part(review, person)
    shown = request.GET.get("show", Stage.TITLE_ABSTRACT)
    if shown not in (*map(str, STAGES), SETTLED):
        raise Http404("There is no such list of conflicts.")
    open_conflicts = {
        stage: conflicts.visible_to(review, stage, person) for stage in STAGES
    }
    settled = conflicts.settled_by_resolution(review, person)
    context = {
        "review": review,
        "shown": shown,
        "tabs": [
            *(
                {"key": stage, "label": stage.label, "number": found.count()}
                for stage, found in open_conflicts.items()
            ),
            {"key": SETTLED, "label": "Settled", "number": settled.count()},
        ],
        "may_see_wordings": room.may_see_wordings(review, person),
        **(
            _settled(request, review, person)
            if shown == SETTLED
            else _open(request, review, Stage(shown), person)
        ),
    }
    return render(request, "screening/conflict/list.html", context)


def _open(
    request: HttpRequest, review: Review, stage: Stage, person: User
) -> dict[str, Any]:
    """Return a page of the conflicts of a stage, and what may narrow them."""
    narrowed = narrowed_by(request)
    found = room.listed(review, stage, person, narrowed)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    shown = cast(list[Item], list(page.object_list))
    return {
        "page_obj": page,
        "rows": room.told(review, stage, person, shown),
        "narrowed": narrowed,
        "pairs": room.pairs(review, stage, person),
        "criteria": room.criteria(review, stage, person),
    }


def _settled(request: HttpRequest, review: Review, person: User) -> dict[str, Any]:
    found = conflicts.settled_by_resolution(review, person)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    judged = room.judged_among(list(page.object_list), person)
    return {
        "page_obj": page,
        "rows": [
            (each, sides.resolver_of(each, nameless=nameless))
            for each in page.object_list
            for nameless in [review.plan.hides_judges and each.pk not in judged]
        ],
    }


def narrowed_by(request: HttpRequest) -> Narrowed:
    """Return what the address narrows the list to; what is amiss narrows nothing."""
    form = NarrowingForm(request.GET)
    if not form.is_valid():
        return Narrowed()
    pair = [int(each) for each in filter(None, form.cleaned_data["pair"].split("-"))]
    return Narrowed(
        (pair[0], pair[1]) if pair else None, form.cleaned_data["criterion"]
    )
