"""Pages on who judges what: what is dealt out, what waits, and changing it."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_POST,
)

from reviews import access, members
from reviews.models import Review, Role, Stage, User
from screening.allocation import (
    background,
    changing,
    dealing,
    handing,
    knowing,
    listing,
    planning,
    previewing,
    telling,
)
from screening.forms.allocation import HandOverForm, WaitingForm, WantedForm
from screening.leaving import setting_aside
from screening.models import Allocation, Handover
from screening.numbers import changing as numbers
from screening.stages import STAGES

PER_PAGE = 50
LONGEST_KEY = 18
# Days after which something is stuck, unless another number is asked for.
LONG = 7
SHOWN = ("mine", "second", "stuck")
Way = Allocation.Way


@login_required
@require_GET
def allocation(request: HttpRequest, slug: str) -> HttpResponse:
    """Show who judges what at a stage, and how it came to be so."""
    review = access.review(request, slug)
    stage, person = _stage(request), access.person(request)
    is_owner = access.has_role(review, person, Role.OWNER)
    found = dealing.of(review, stage, changing.current(review, stage))
    jobs = background.shown(review) if is_owner else []
    context = {
        **_frame(review, stage, "dealt"),
        "is_owner": is_owner,
        "jobs": jobs,
        "at_work": any(not each.is_finished for each in jobs),
        "standing": telling.standing(review, stage),
        "may_list": is_owner or access.has_role(review, person, Role.REVIEWER),
        "dealt": found,
        "label": Way(found.way).label,
        "people": telling.people(review, found),
        "parts": telling.parts(review, found),
        "warnings": previewing.warnings(review, found),
        "current": changing.current(review, stage),
        "history": changing.history(review, stage)[:PER_PAGE],
        "handovers": handing.of(review, stage)[:PER_PAGE] if is_owner else (),
        "required": review.reviewers_required(stage),
        "many": numbers.in_words(review.reviewers_required(stage)),
        "other_numbers": [
            (each, numbers.in_words(each))
            for each in numbers.NUMBERS
            if each != review.reviewers_required(stage)
        ],
        "number_changes": numbers.changes(review, stage)[:PER_PAGE],
        "set_aside": setting_aside.of(review)[:PER_PAGE] if is_owner else (),
        "ways": Way.choices,
    }
    return render(request, "screening/allocation/detail.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def allocation_change(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask how a stage is to be dealt out, show what that does, and do it."""
    review = access.review(request, slug, role=Role.OWNER)
    stage, way = _stage(request), request.GET.get("way", Way.SHARE)
    if way not in Way.values:
        way = Way.SHARE
    person = access.person(request)
    form = WantedForm(
        request.POST if request.method == "POST" else None,
        review=review,
        stage=stage,
        way=way,
        people=handing.people(review, stage),
        asker=person,
        now=dealing.dealt(review, stage),
    )
    context = {
        **_frame(review, stage, "dealt"),
        "form": form,
        "way": way,
        "label": Way(way).label,
        "ways": Way.choices,
        "required": review.reviewers_required(stage),
        "many": numbers.in_words(review.reviewers_required(stage)),
    }
    if request.method != "POST" or not form.is_valid():
        status = 422 if request.method == "POST" else 200
        page = "screening/allocation/change.html"
        return render(request, page, context, status=status)
    if "confirmed" not in request.POST:
        then = changing.proposed(review, stage, way, form.parts)
        context["preview"] = previewing.preview(review, then, reader=person)
        context["parts"] = telling.parts(review, then)
        return render(request, "screening/allocation/preview.html", context)
    try:
        changing.change(
            review,
            stage,
            way,
            form.parts,
            by=person,
            reason=form.cleaned_data["reason"],
            token=form.cleaned_data["token"],
        )
    except planning.CannotAllocate as error:
        form.add_error(None, str(error))
        page = "screening/allocation/change.html"
        return render(request, page, context, status=422)
    messages.success(request, "It is dealt out anew. What was judged stays.")
    return redirect(_url("allocation", review, stage))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def allocation_return(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Show what returning to an earlier allocation does, and return to it."""
    review = access.review(request, slug, role=Role.OWNER)
    earlier = get_object_or_404(Allocation, review=review, pk=pk)
    stage, person = Stage(earlier.stage), access.person(request)
    if request.method == "POST":
        now = changing.current(review, stage)
        # Also where the button is pressed twice.
        if now is not None and earlier not in (now, now.returns_to):
            changing.take_up_again(earlier, by=person)
            words = f"It is dealt out again as by allocation {earlier.number}."
            messages.success(request, words)
        return redirect(_url("allocation", review, stage))
    then = dealing.of(review, stage, earlier)
    context = {
        **_frame(review, stage, "dealt"),
        "earlier": earlier,
        "label": Way(earlier.way).label,
        "preview": previewing.preview(review, then, reader=person),
        "parts": telling.parts(review, then),
    }
    return render(request, "screening/allocation/preview.html", context)


@login_required
@require_GET
def waiting(request: HttpRequest, slug: str) -> HttpResponse:
    """List what waits: for the reader, for a second, and since when it is stuck."""
    review = access.review(request, slug)
    person = access.person(request)
    is_owner = access.has_role(review, person, Role.OWNER)
    if not is_owner:
        access.review(request, slug, role=Role.REVIEWER)
    stage = _stage(request)
    people = handing.people(review, stage)
    asked_of = {"stage": stage, "days": LONG, **request.GET.dict()}
    if "person" in request.GET:
        asked_of["days"] = request.GET.get("days", "")
    form = WaitingForm(asked_of, people=people)
    asked = form.cleaned_data if form.is_valid() else {}
    shown = _shown(request, review, stage, person, is_owner=is_owner)
    items = _listed(review, stage, person, shown, asked)
    page = Paginator(items, PER_PAGE).get_page(request.GET.get("page"))
    giver = asked.get("person")
    context = {
        **_frame(review, stage, shown),
        "shown": shown,
        "is_owner": is_owner,
        "is_reviewer": person in people,
        "knows_all": knowing.knows_all(review, stage, person),
        "form": form,
        "page_obj": page,
        "lines": listing.lines(review, stage, person, page) if shown != "mine" else (),
        "giver": giver,
        "days": asked.get("days"),
        "hand_over": HandOverForm(
            initial={"stage": stage, "giver": giver}, people=people
        ),
        "takers": [each for each in people if each != giver],
        "is_open": dealing.dealt(review, stage).is_open,
        "required": review.reviewers_required(stage),
    }
    return render(request, "screening/allocation/waiting.html", context)


@login_required
@require_POST
def hand_over(request: HttpRequest, slug: str) -> HttpResponse:
    """Hand over what waits for one person to another."""
    review = access.review(request, slug, role=Role.OWNER)
    stage = _stage(request)
    form = HandOverForm(request.POST, people=handing.people(review, stage))
    back = f"{_url('waiting', review, stage)}&list=stuck"
    if not form.is_valid():
        messages.error(request, "Choose from whom and to whom.")
        return redirect(back)
    keys = [
        int(each)
        for each in request.POST.getlist("item")
        if each.isdecimal() and len(each) <= LONGEST_KEY
    ]
    if not keys and "everything" not in request.POST:
        messages.error(request, "Tick what is to be handed over.")
        return redirect(f"{back}&person={form.cleaned_data['giver'].pk}")
    try:
        made = handing.hand_over(
            review,
            stage,
            giver=form.cleaned_data["giver"],
            taker=form.cleaned_data["taker"],
            keys=None if "everything" in request.POST else keys,
            by=access.person(request),
            token=form.cleaned_data["token"],
        )
    except handing.NothingToHandOver as error:
        messages.error(request, str(error))
        return redirect(f"{back}&person={form.cleaned_data['giver'].pk}")
    messages.success(request, f"Handed over: it waits for {made.taker} now.")
    return redirect(_url("allocation", review, stage))


@login_required
@require_POST
def hand_back(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Give back what was handed over."""
    review = access.review(request, slug, role=Role.OWNER)
    made = get_object_or_404(Handover, review=review, pk=pk)
    try:
        handing.undo(made, by=access.person(request))
    except handing.NothingToHandOver as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "What is not judged yet was given back.")
    return redirect(_url("allocation", review, Stage(made.allocation.stage)))


def _stage(request: HttpRequest) -> Stage:
    named = request.POST.get("stage") or request.GET.get("stage")
    return Stage.FULL_TEXT if named == Stage.FULL_TEXT else Stage.TITLE_ABSTRACT


def _url(name: str, review: Review, stage: Stage) -> str:
    return f"{reverse(f'screening:{name}', args=[review.slug])}?stage={stage}"


def _frame(review: Review, stage: Stage, tab: str) -> dict[str, Any]:
    return {"review": review, "stage": stage, "stages": STAGES, "tab": tab}


def _shown(
    request: HttpRequest, review: Review, stage: Stage, person: User, *, is_owner: bool
) -> str:
    """Return the list that is shown; the last two are for owners."""
    judges = members.reviewers(review, stage).filter(user=person).exists()
    named = request.GET.get("list", "mine" if judges else "second")
    if named not in SHOWN or not is_owner:
        return "mine"
    return named


def _listed(
    review: Review, stage: Stage, person: User, shown: str, asked: dict[str, Any]
) -> QuerySet[Any, Any]:
    if shown == "second":
        return listing.for_a_second(review, stage, person)
    if shown == "stuck":
        return listing.stuck(
            review,
            stage,
            person,
            days=asked.get("days") or 0,
            person=asked.get("person"),
        )
    return listing.mine(review, stage, person)
