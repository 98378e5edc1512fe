"""Pages on which a conflict is settled: both sides, for those who may settle it."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_POST,
)

from reviews import access
from reviews.models import Record, Report, Review, Stage
from screening import conflicts, decisions, reading
from screening.decisions import Item
from screening.forms.conflict import ReopeningForm, ResolutionForm
from screening.models import Choice

PER_PAGE = 50
SETTLED = "settled"
PAGES = {
    Stage.TITLE_ABSTRACT: "screening:conflict_record",
    Stage.FULL_TEXT: "screening:conflict_report",
}


@login_required
@require_GET
def conflict_list(request: HttpRequest, slug: str) -> HttpResponse:
    """List the conflicts that the person may settle, and those that were settled."""
    review = access.review(request, slug)
    person = access.person(request)
    conflicts.require_some_part(review, person)
    open_conflicts = {
        stage: conflicts.visible_to(review, stage, person) for stage in PAGES
    }
    settled = conflicts.settled_by_resolution(review, person)
    shown = request.GET.get("show", Stage.TITLE_ABSTRACT)
    lists: dict[str, Any] = {str(key): rows for key, rows in open_conflicts.items()}
    lists[SETTLED] = settled
    if shown not in lists:
        raise Http404("There is no such list of conflicts.")
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
        "page_obj": Paginator(lists[shown], PER_PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "screening/conflict/list.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def conflict_record(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Show both sides of a record in conflict, and settle it."""
    return _conflict(request, _record(request, slug, pk))


@login_required
@require_http_methods(["GET", "POST"])
def conflict_report(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Show both sides of a full text in conflict, and settle it."""
    return _conflict(request, _report(request, slug, pk))


@login_required
@require_POST
def reopen_record(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Open the conflict about a record again."""
    return _reopen(request, _record(request, slug, pk))


@login_required
@require_POST
def reopen_report(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Open the conflict about a full text again."""
    return _reopen(request, _report(request, slug, pk))


def _review(request: HttpRequest, slug: str, stage: Stage) -> Review:
    review = access.review(request, slug)
    conflicts.require_part(review, stage, access.person(request))
    return review


def _record(request: HttpRequest, slug: str, pk: int) -> Record:
    review = _review(request, slug, Stage.TITLE_ABSTRACT)
    return get_object_or_404(
        review.records.select_related("review", "duplicate_of"), pk=pk
    )


def _report(request: HttpRequest, slug: str, pk: int) -> Report:
    review = _review(request, slug, Stage.FULL_TEXT)
    return get_object_or_404(review.reports.select_related("review"), pk=pk)


def _conflict(request: HttpRequest, item: Item) -> HttpResponse:
    person = access.person(request)
    may_see = conflicts.may_see(item, person)
    if request.method == "GET":
        if not may_see:
            raise Http404("There is no conflict here for this person.")
        return _page(request, item)
    if not may_see:
        # The same words whatever others have said: it may never have been one.
        return _not_any_more(request, item)
    form = _form(item, request.POST)
    if not form.is_valid():
        return _page(request, item, form=form, status=422)
    try:
        conflicts.resolve(
            item,
            Choice(form.cleaned_data["choice"]),
            resolver=person,
            reason=form.cleaned_data["reason"],
            criterion=form.named_criterion(),
            seen=form.cleaned_data["seen"],
            token=form.cleaned_data["token"],
        )
    except conflicts.NotInConflict as error:
        if not conflicts.may_see(item, person):
            return _not_any_more(request, item)
        form = _form(item, initial=form.cleaned_data)
        return _page(request, item, form=form, refused=str(error), status=409)
    messages.success(request, "The conflict is settled. The votes stay as they were.")
    return redirect("screening:conflict_list", item.review.slug)


def _reopen(request: HttpRequest, item: Item) -> HttpResponse:
    person = access.person(request)
    if not conflicts.may_see(item, person):
        return _not_any_more(request, item)
    form = ReopeningForm(request.POST)
    if not form.is_valid():
        return _page(request, item, reopening=form, status=422)
    standing = conflicts.resolution_of(item)
    if standing is None or standing.pk != form.cleaned_data["resolution"]:
        refused = "It was opened again, or settled anew, after you opened this page."
        return _page(request, item, reopening=form, refused=refused, status=409)
    conflicts.reopen(standing, by=person, reason=form.cleaned_data["reason"])
    messages.success(request, "The conflict is open again.")
    return redirect(PAGES[decisions.stage_of(item)], item.review.slug, item.pk)


def _form(
    item: Item, data: Any = None, *, initial: dict[str, Any] | None = None
) -> ResolutionForm:
    """Return the form of a conflict, over the decisions as they are now."""
    sides = conflicts.sides(item)
    return ResolutionForm(
        data,
        initial=initial,
        stage=decisions.stage_of(item),
        criteria=conflicts.criteria_for(item.review, sides),
        sides=sides,
    )


def _page(
    request: HttpRequest,
    item: Item,
    *,
    form: ResolutionForm | None = None,
    reopening: ReopeningForm | None = None,
    refused: str = "",
    status: int = 200,
) -> HttpResponse:
    """Show both sides, and what was said when somebody was refused."""
    stage = decisions.stage_of(item)
    record = item if isinstance(item, Record) else item.records.order_by("pk").first()
    resolution = conflicts.resolution_of(item)
    initial = {"resolution": resolution.pk if resolution else None}
    context = {
        "review": item.review,
        "item": item,
        "stage": stage,
        "is_full_text": stage == Stage.FULL_TEXT,
        "abstract": reading.parts(record.abstract) if record else [],
        "files": [] if isinstance(item, Record) else list(item.files.in_use()),
        "sides": conflicts.sides(item),
        "resolution": resolution,
        "history": conflicts.history(item),
        "how": conflicts.how(item, access.person(request)),
        "form": form or _form(item),
        "typed": request.POST.get("reason", ""),
        "reopening": reopening or ReopeningForm(initial=initial),
        "refused": refused,
    }
    return render(request, "screening/conflict/settle.html", context, status=status)


def _not_any_more(request: HttpRequest, item: Item) -> HttpResponse:
    context = {
        "review": item.review,
        "item": item,
        "typed": request.POST.get("reason", ""),
    }
    return render(request, "screening/conflict/none.html", context, status=409)
