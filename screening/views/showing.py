"""The page on which somebody judges, as all that is done there answers with it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from reviews import access
from reviews.bibliography import adding
from reviews.models import Record, Report, Review, Role, Stage
from reviews.views.htmx import HtmxRequest
from screening import arrangements, cards, decisions, judging, postponements, queues
from screening.cards import Card
from screening.decisions import Item
from screening.forms.decision import DecisionForm, sent_token
from screening.models import Quote
from screening.pilots import turns
from screening.queues import Progress
from screening.ranking import asking
from screening.self_checks import answering
from screening.stopping import stops
from screening.views import ahead

QUEUES = {
    Stage.TITLE_ABSTRACT: "screening:screen",
    Stage.FULL_TEXT: "screening:full_text_queue",
}


def record_of(review: Review, pk: int) -> Record:
    """Return a record that can be judged, or was. Raises Http404."""
    known = adding.known(review).select_related("duplicate_of")
    record: Record = get_object_or_404(known, pk=pk)
    record.review = review
    return record


def report_of(review: Review, pk: int) -> Report:
    """Return a report. Raises Http404."""
    report: Report = get_object_or_404(review.reports, pk=pk)
    report.review = review
    return report


def judged_record(request: HttpRequest, slug: str, pk: int) -> Record:
    """Return a record for one who judges it. Raises Http404 or PermissionDenied."""
    stage = Stage.TITLE_ABSTRACT
    review = access.review(request, slug, role=Role.REVIEWER, stage=stage)
    return record_of(review, pk)


def judged_report(request: HttpRequest, slug: str, pk: int) -> Report:
    """Return a report for one who judges it. Raises Http404 or PermissionDenied."""
    stage = Stage.FULL_TEXT
    review = access.review(request, slug, role=Role.REVIEWER, stage=stage)
    return report_of(review, pk)


def show_next(
    request: HtmxRequest,
    review: Review,
    stage: Stage = Stage.TITLE_ABSTRACT,
    *,
    undone: bool = False,
) -> HttpResponse:
    if ahead.is_asked(request):
        return ahead.answer(request, review, stage, QUEUES[stage])
    person = access.person(request)
    in_use = arrangements.of(review, stage, person)
    progress = queues.progress(review, stage, person, in_use)
    # Looking for the next where nothing waits would walk over all that was judged.
    number = min(progress.waiting, 1 if request.htmx else 1 + ahead.NUMBER)
    items = (
        queues.ahead(review, stage, person, number=number, in_use=in_use)
        if number
        else []
    )
    dealt = cards.deal(review, stage, items, person, in_use=in_use)
    context = page_of(request, review, stage, dealt, progress=progress)
    asking.keep_up(review, stage, person)
    return answer(request, {**context, "undone": undone})


def show_one(request: HtmxRequest, item: Item) -> HttpResponse:
    person = access.person(request)
    stage = decisions.stage_of(item)
    dealt = cards.deal(item.review, stage, [item], person, waiting=False)
    return answer(request, page_of(request, item.review, stage, dealt))


def is_full_text(item: Item) -> bool:
    """Tell whether the item is judged by its full text."""
    return decisions.stage_of(item) == Stage.FULL_TEXT


def show_typed(
    request: HtmxRequest,
    item: Item,
    *,
    problem: str = "",
    status: int = 200,
    undo: Quote | None = None,
) -> HttpResponse:
    """Show the page again with what was typed, where something beside it was saved.

    Without a script labels and quotes are sent with the form of the decision, so that
    a note half written is not lost.
    """
    stage = decisions.stage_of(item)
    typed = request.POST.get("note") or request.POST.getlist("criteria")
    person = access.person(request)
    # What came back unmarked stays so, and its form what it was.
    again = answering.asked(item, person, sent_token(request.POST))
    if not typed and not problem and undo is None and again is None:
        judge = "judge_report" if is_full_text(item) else "judge_record"
        return redirect(f"screening:{judge}", item.review.slug, item.pk)
    form = DecisionForm(
        stage=stage,
        criteria=list(item.review.criteria.in_force()),
        token=sent_token(request.POST) if again else None,
    )
    form.initial = {
        "note": request.POST.get("note", ""),
        "criteria": request.POST.getlist("criteria"),
    }
    dealt = cards.deal(
        item.review, stage, [item], person, waiting=again is not None, form=form
    )
    context = page_of(request, item.review, stage, dealt)
    context |= {"label_problem": problem, "quote_problem": problem}
    context["quote_undo"] = undo
    return answer(request, context, status=status)


def page_of(
    request: HttpRequest,
    review: Review,
    stage: Stage,
    dealt: list[Card],
    *,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Return what the page shows: the first card, and those that come next.

    `progress` is known where the cards come from the queue.
    """
    person = access.person(request)
    return {
        "review": review,
        "stage": stage,
        "is_full_text": stage == Stage.FULL_TEXT,
        "queue_url": QUEUES[stage],
        "from_queue": progress is not None,
        "progress": progress or queues.progress(review, stage, person),
        "last": judging.own_last(review, stage, person),
        "put_off": len(postponements.put_off(review, stage, person)),
        "card": dealt[0] if dealt else None,
        "gate": "" if dealt else turns.why_closed(review, stage),
        "place": None if dealt else turns.place(review, stage, person),
        "ahead": dealt[1:],
        "stop": None if dealt or stage == Stage.FULL_TEXT else stops.standing(review),
    }


def answer(
    request: HtmxRequest, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    template = "swap" if request.htmx else "judge"
    return render(
        request, f"screening/decision/{template}.html", context, status=status
    )
