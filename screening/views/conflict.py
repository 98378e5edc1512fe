"""Pages on which a conflict is settled: both sides, for those who may settle it."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from reviews import access
from reviews.models import Record, Report, Review, Stage, User
from screening import conflicts, decisions, marks, room, sides
from screening.decisions import Item
from screening.forms.conflict import ReopeningForm, ResolutionForm, StatementForm
from screening.models import Choice
from screening.room import Narrowed
from screening.sides import Sides
from screening.views.conflict_list import narrowed_by

PAGES = {
    Stage.TITLE_ABSTRACT: "screening:conflict_record",
    Stage.FULL_TEXT: "screening:conflict_report",
}


@login_required
@require_http_methods(["GET", "POST"])
def conflict_record(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Show both sides of a record in conflict, and settle it."""
    return _conflict(request, record_of(request, slug, pk))


@login_required
@require_http_methods(["GET", "POST"])
def conflict_report(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Show both sides of a full text in conflict, and settle it."""
    return _conflict(request, report_of(request, slug, pk))


@login_required
@require_POST
def reopen_record(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Open the conflict about a record again."""
    return _reopen(request, record_of(request, slug, pk))


@login_required
@require_POST
def reopen_report(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Open the conflict about a full text again."""
    return _reopen(request, report_of(request, slug, pk))


def _review(request: HttpRequest, slug: str, stage: Stage) -> Review:
    review = access.review(request, slug)
    conflicts.require_part(review, stage, access.person(request))
    return review


def record_of(request: HttpRequest, slug: str, pk: int) -> Record:
    """Return a record for somebody who could have a part in its conflict."""
    review = _review(request, slug, Stage.TITLE_ABSTRACT)
    return get_object_or_404(
        review.records.select_related("review__plan", "duplicate_of"), pk=pk
    )


def report_of(request: HttpRequest, slug: str, pk: int) -> Report:
    """Return a report for somebody who could have a part in its conflict."""
    review = _review(request, slug, Stage.FULL_TEXT)
    return get_object_or_404(review.reports.select_related("review__plan"), pk=pk)


def _conflict(request: HttpRequest, item: Item) -> HttpResponse:
    person = access.person(request)
    may_see = conflicts.may_see(item, person)
    if request.method == "GET":
        if not may_see:
            raise Http404("There is no conflict here for this person.")
        return page_of(request, item)
    if not may_see:
        # The same words whatever others have said: it may never have been one.
        return not_any_more(request, item)
    seen = sides.of(item, person)
    if not seen.is_open:
        refused = "What decided is stated before both sides are shown."
        return page_of(request, item, refused=refused, status=409)
    form = _form(item, seen, request.POST)
    if not form.is_valid():
        return page_of(request, item, form=form, status=422)
    try:
        conflicts.resolve(
            item,
            Choice(form.cleaned_data["choice"]),
            resolver=person,
            reason=form.cleaned_data["reason"],
            criterion=form.named_criterion(),
            cause=form.cleaned_data["cause"],
            seen=form.cleaned_data["seen"],
            token=form.cleaned_data["token"],
        )
    except (conflicts.NotInConflict, conflicts.NotStatedYet) as error:
        if not conflicts.may_see(item, person):
            return not_any_more(request, item)
        form = _form(item, sides.of(item, person), initial=form.cleaned_data)
        return page_of(request, item, form=form, refused=str(error), status=409)
    return _on_to_the_next(request, item)


def _on_to_the_next(request: HttpRequest, item: Item) -> HttpResponse:
    """Go on with the next conflict of the list that the person works through."""
    narrowed, stage = narrowed_by(request), decisions.stage_of(item)
    found = room.listed(item.review, stage, access.person(request), narrowed)
    following = room.next_after(found, item)
    said = "The conflict is settled. The votes stay as they were."
    if following is None:
        messages.success(request, said)
        url = reverse("screening:conflict_list", args=[item.review.slug])
        return redirect(f"{url}?show={stage}")
    messages.success(request, f"{said} This is the next.")
    return redirect(address(following) + narrowed.query)


def address(item: Item) -> str:
    """Return the address of an item's conflict."""
    return reverse(PAGES[decisions.stage_of(item)], args=[item.review.slug, item.pk])


def _reopen(request: HttpRequest, item: Item) -> HttpResponse:
    person = access.person(request)
    if not conflicts.may_see(item, person):
        return not_any_more(request, item)
    form = ReopeningForm(request.POST)
    if not form.is_valid():
        return page_of(request, item, reopening=form, status=422)
    standing = conflicts.resolution_of(item)
    if standing is None or standing.pk != form.cleaned_data["resolution"]:
        refused = "It was opened again, or settled anew, after you opened this page."
        return page_of(request, item, reopening=form, refused=refused, status=409)
    conflicts.reopen(standing, by=person, reason=form.cleaned_data["reason"])
    messages.success(request, "The conflict is open again.")
    return redirect(address(item))


def _form(
    item: Item,
    seen: Sides,
    data: Any = None,
    *,
    initial: dict[str, Any] | None = None,
) -> ResolutionForm:
    """Return the form of a conflict, over the decisions as they are now."""
    found = [side.decision for side in seen.shown if side.decision is not None]
    return ResolutionForm(
        data,
        initial=initial,
        stage=decisions.stage_of(item),
        criteria=conflicts.criteria_for(item.review, found),
        sides=found,
        names=seen.names,
    )


def page_of(
    request: HttpRequest,
    item: Item,
    *,
    form: ResolutionForm | None = None,
    reopening: ReopeningForm | None = None,
    stating: StatementForm | None = None,
    refused: str = "",
    status: int = 200,
) -> HttpResponse:
    """Show what the person may see of both sides, and what is theirs to do."""
    person, stage = access.person(request), decisions.stage_of(item)
    resolution = conflicts.resolution_of(item)
    seen, narrowed = sides.of(item, person), narrowed_by(request)
    context = {
        "review": item.review,
        "item": item,
        "stage": stage,
        "is_full_text": stage == Stage.FULL_TEXT,
        **marks.of_people(item, person, seen.quotes, seen.names),
        "files": [] if isinstance(item, Record) else list(item.files.in_use()),
        "sides": seen,
        "narrowed": narrowed,
        "resolution": resolution,
        "resolver": seen.name_of(resolution.resolver) if resolution else "",
        # What was said when it was settled before tells of both sides.
        "history": [
            (each, seen.name_of(each.resolver)) for each in conflicts.history(item)
        ]
        if seen.is_open
        else [],
        "how": conflicts.how(item, person),
        "form": form or _form(item, seen) if seen.is_open else None,
        "stating": stating or statement_form(item, seen),
        "typed": request.POST.get("reason", ""),
        "reopening": reopening
        or ReopeningForm(initial={"resolution": resolution.pk if resolution else None}),
        "refused": refused,
        **_beside(item, person, narrowed),
    }
    return render(request, "screening/conflict/settle.html", context, status=status)


def statement_form(item: Item, seen: Sides, data: Any = None) -> StatementForm | None:
    """Return the form of a side that has not stated what decided, for its own eyes."""
    own = next((side for side in seen.shown if side.is_own), None)
    if own is None or own.statement is not None or own.decision is None:
        return None
    if not item.review.plan.states_reason_first:
        return None
    criteria = conflicts.criteria_for(item.review, [own.decision])
    return StatementForm(data, criteria=criteria)


def _beside(item: Item, person: User, narrowed: Narrowed) -> dict[str, str]:
    """Return where the conflicts before and after this one stand."""
    stage = decisions.stage_of(item)
    found = room.listed(item.review, stage, person, narrowed).select_related("review")
    ways = {"before": room.before(found, item), "after": room.next_after(found, item)}
    return {
        way: address(other) + narrowed.query if other else ""
        for way, other in ways.items()
    }


def not_any_more(request: HttpRequest, item: Item) -> HttpResponse:
    """Say that there is no conflict here; the same whatever others have said."""
    context = {
        "review": item.review,
        "item": item,
        "typed": request.POST.get("reason", ""),
    }
    return render(request, "screening/conflict/none.html", context, status=409)
