"""Pages on which one person judges, alone: titles and abstracts, then full texts."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST
from django_htmx.middleware import HtmxDetails

from reviews import access
from reviews.bibliography import adding
from reviews.models import Record, Report, Review, Role, Stage
from screening import decisions, reading
from screening.decisions import Item, Progress
from screening.filters.decision import DecisionFilter
from screening.forms.decision import DecisionForm, TakeBackForm
from screening.models import Choice, Decision
from screening.moving_in import telling

PER_PAGE = 50
MOST_LEFT_OUT = 500
QUEUES = {
    Stage.TITLE_ABSTRACT: "screening:screen",
    Stage.FULL_TEXT: "screening:full_text_queue",
}


class HtmxRequest(HttpRequest):
    """A request as the middleware of django-htmx leaves it."""

    htmx: HtmxDetails


@login_required
@require_GET
def screen(request: HtmxRequest, slug: str) -> HttpResponse:
    """Show the next record that waits for the person."""
    return _show_next(request, _review(request, slug, Stage.TITLE_ABSTRACT))


@login_required
@require_GET
def full_text_queue(request: HtmxRequest, slug: str) -> HttpResponse:
    """Show the next full text that waits for the person."""
    stage = Stage.FULL_TEXT
    return _show_next(request, _review(request, slug, stage), stage)


@login_required
@require_GET
def judge_record(request: HtmxRequest, slug: str, pk: int) -> HttpResponse:
    """Show one record, to judge it or to change one's mind."""
    review = _review(request, slug, Stage.TITLE_ABSTRACT)
    return _show_one(request, _record(review, pk))


@login_required
@require_GET
def judge_report(request: HtmxRequest, slug: str, pk: int) -> HttpResponse:
    """Show one full text, to judge it or to change one's mind."""
    review = _review(request, slug, Stage.FULL_TEXT)
    return _show_one(request, _report(review, pk))


@login_required
@require_POST
def decide(request: HtmxRequest, slug: str, pk: int) -> HttpResponse:
    """Take a decision on a record, and answer with the next one."""
    review = _review(request, slug, Stage.TITLE_ABSTRACT)
    return _decide(request, _record(review, pk))


@login_required
@require_POST
def decide_report(request: HtmxRequest, slug: str, pk: int) -> HttpResponse:
    """Take a decision on a full text, and answer with the next one."""
    review = _review(request, slug, Stage.FULL_TEXT)
    return _decide(request, _report(review, pk))


@login_required
@require_POST
def take_back(request: HtmxRequest, slug: str) -> HttpResponse:
    """Take one's own decision back; what it was on is then the next to judge."""
    review = access.review(request, slug, role=Role.REVIEWER)
    person = access.person(request)
    form = TakeBackForm(request.POST)
    named = form.cleaned_data["decision"] if form.is_valid() else None
    made = get_object_or_404(decisions.all_own(review, person), token=named)
    decisions.take_back(made, reviewer=person)
    stage = Stage(made.stage)
    if request.htmx:
        return _show_next(request, review, stage, undone=True)
    return redirect(QUEUES[stage], review.slug)


@login_required
@require_GET
def my_decisions(request: HttpRequest, slug: str) -> HttpResponse:
    """List the person's own decisions, to find one and to change one's mind."""
    review = access.review(request, slug, role=Role.REVIEWER)
    listed = DecisionFilter(request.GET, decisions.own(review, access.person(request)))
    rows = listed.qs.defer("record__abstract", "record__original")
    left_out = telling.own_problems(review, access.person(request))
    context = {
        "review": review,
        "filter": listed,
        "page_obj": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
        "left_out": left_out[:MOST_LEFT_OUT],
        "left_out_more": max(left_out.count() - MOST_LEFT_OUT, 0),
    }
    return render(request, "screening/decision/mine.html", context)


def _review(request: HttpRequest, slug: str, stage: Stage) -> Review:
    return access.review(request, slug, role=Role.REVIEWER, stage=stage)


def _record(review: Review, pk: int) -> Record:
    return get_object_or_404(
        adding.known(review).select_related("review", "duplicate_of"), pk=pk
    )


def _report(review: Review, pk: int) -> Report:
    return get_object_or_404(review.reports.select_related("review"), pk=pk)


def _decide(request: HtmxRequest, item: Item) -> HttpResponse:
    person = access.person(request)
    stage = decisions.stage_of(item)
    form = _form(item, request.POST)
    if form.is_valid():
        try:
            decisions.decide(
                item,
                Choice(form.cleaned_data["choice"]),
                reviewer=person,
                criteria=form.ticked(),
                note=form.cleaned_data["note"],
                token=form.cleaned_data["token"],
            )
        except decisions.CriterionMissing as error:
            form.add_error("criteria", str(error))
        except decisions.UnknownCriterion as error:
            form.add_error("criteria", str(error))
        except (decisions.JudgedByOthers, decisions.NotOpenForDecision) as error:
            form.add_error(None, str(error))
    if form.errors:
        context = _page(request, item.review, stage, item, form=form)
        return _answer(request, context, status=422)
    if request.htmx:
        return _show_next(request, item.review, stage)
    return redirect(QUEUES[stage], item.review.slug)


def _show_next(
    request: HtmxRequest,
    review: Review,
    stage: Stage = Stage.TITLE_ABSTRACT,
    *,
    undone: bool = False,
) -> HttpResponse:
    person = access.person(request)
    progress = decisions.progress(review, stage, person)
    # Looking for the next where nothing waits would walk over all that was judged.
    item = decisions.next_for(review, stage, person) if progress.waiting else None
    context = _page(request, review, stage, item, progress=progress)
    return _answer(request, {**context, "undone": undone})


def _show_one(request: HtmxRequest, item: Item) -> HttpResponse:
    person = access.person(request)
    stage = decisions.stage_of(item)
    history = decisions.own_history(item, person)
    context = _page(request, item.review, stage, item, history=history)
    return _answer(request, context)


def _form(
    item: Item, data: Any = None, *, history: list[Decision] | None = None
) -> DecisionForm:
    """Return the form, filled with what the reviewer last said of the item."""
    said = [each for each in history or [] if each.choice != Choice.WITHDRAWN]
    return DecisionForm(
        data,
        stage=decisions.stage_of(item),
        criteria=list(item.review.criteria.in_force()),
        last=next(iter(said), None),
    )


def _page(
    request: HttpRequest,
    review: Review,
    stage: Stage,
    item: Item | None,
    *,
    form: DecisionForm | None = None,
    history: list[Decision] | None = None,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Return what the page shows: the item, the form and what is one's own.

    `progress` is known where the item comes from the queue.
    """
    person = access.person(request)
    context: dict[str, Any] = {
        "review": review,
        "stage": stage,
        "is_full_text": stage == Stage.FULL_TEXT,
        "queue_url": QUEUES[stage],
        "from_queue": progress is not None,
        "progress": progress or decisions.progress(review, stage, person),
        "last": decisions.own_last(review, stage, person),
        "item": item,
    }
    if item is None:
        return context
    item.review = review
    history = decisions.own_history(item, person) if history is None else history
    context |= {
        "form": form or _form(item, history=history),
        "history": history,
        "current": decisions.standing_word(history),
        # What stands in the queue is open by definition.
        "closed": "" if progress else decisions.why_closed(item, person, history),
    }
    return context | _document(item)


def _document(item: Item) -> dict[str, Any]:
    """Return what there is to read."""
    if isinstance(item, Record):
        record: Record | None = item
        files = []
    else:
        record = item.records.select_related("review").order_by("pk").first()
        files = list(item.files.in_use())
    return {
        "record": record,
        "files": files,
        "links": reading.links(record) if record else [],
        "abstract": reading.parts(record.abstract) if record else [],
    }


def _answer(
    request: HtmxRequest, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    template = "swap" if request.htmx else "judge"
    return render(
        request, f"screening/decision/{template}.html", context, status=status
    )
