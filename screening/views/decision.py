"""Pages on which one person judges, alone: titles and abstracts, then full texts."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST
from django_htmx.middleware import HtmxDetails

from reviews import access, saved_filters
from reviews.bibliography import adding
from reviews.models import (
    Record,
    Report,
    Review,
    Role,
    SavedFilter,
    Stage,
    User,
)
from screening import (
    arrangements,
    cards,
    decisions,
    judging,
    postponements,
    queues,
)
from screening.cards import Card
from screening.decisions import Item
from screening.filters.decision import DecisionFilter
from screening.forms.decision import (
    DecisionForm,
    SaidForm,
    TakeBackForm,
    sent_token,
)
from screening.forms.label import LabelsForm
from screening.judging import Said
from screening.labels import putting
from screening.labels.book import LabelRefused
from screening.leaving import setting_aside
from screening.models import Choice, Quote
from screening.moving_in import telling
from screening.pilots import turns
from screening.queues import Progress
from screening.ranking import asking
from screening.self_checks import answering
from screening.stopping import stops
from screening.views import ahead

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
@ahead.for_oneself
def screen(request: HtmxRequest, slug: str) -> HttpResponse:
    """Show the next record that waits for the person."""
    return _show_next(request, _review(request, slug, Stage.TITLE_ABSTRACT))


@login_required
@require_GET
@ahead.for_oneself
def full_text_queue(request: HtmxRequest, slug: str) -> HttpResponse:
    """Show the next full text that waits for the person."""
    stage = Stage.FULL_TEXT
    return _show_next(request, _review(request, slug, stage), stage)


@login_required
@require_GET
def judge_record(request: HtmxRequest, slug: str, pk: int) -> HttpResponse:
    """Show one record, to judge it or to change one's mind."""
    review = _review(request, slug, Stage.TITLE_ABSTRACT)
    return _show_one(request, record_of(review, pk))


@login_required
@require_GET
def judge_report(request: HtmxRequest, slug: str, pk: int) -> HttpResponse:
    """Show one full text, to judge it or to change one's mind."""
    review = _review(request, slug, Stage.FULL_TEXT)
    return _show_one(request, report_of(review, pk))


@login_required
@require_POST
@ahead.for_oneself
def decide(request: HtmxRequest, slug: str, pk: int) -> HttpResponse:
    """Take a decision on a record, and answer with the next one."""
    review = _review(request, slug, Stage.TITLE_ABSTRACT)
    return _decide(request, record_of(review, pk))


@login_required
@require_POST
@ahead.for_oneself
def decide_report(request: HtmxRequest, slug: str, pk: int) -> HttpResponse:
    """Take a decision on a full text, and answer with the next one."""
    review = _review(request, slug, Stage.FULL_TEXT)
    return _decide(request, report_of(review, pk))


@login_required
@require_POST
@ahead.for_oneself
def take_back(request: HtmxRequest, slug: str) -> HttpResponse:
    """Take one's own decision back; what it was on is then the next to judge."""
    review = access.review(request, slug, role=Role.REVIEWER)
    person = access.person(request)
    said = SaidForm(request.POST)
    if said.is_valid():
        # What was refused was never written: then there is nothing to take back.
        return _take_back(
            request,
            review,
            Stage(said.cleaned_data["stage"]),
            _made(review, said, person),
        )
    form = TakeBackForm(request.POST)
    named = form.cleaned_data["decision"] if form.is_valid() else None
    made = judging.said_by(review, named, person)
    if made is None:
        raise Http404("Nothing of theirs goes by this token.")
    return _take_back(request, review, judging.stage_of(made), made)


@login_required
@require_GET
def my_decisions(request: HttpRequest, slug: str) -> HttpResponse:
    """List the person's own decisions, to find one and to change one's mind."""
    review = access.review(request, slug, role=Role.REVIEWER)
    person = access.person(request)
    mine = decisions.own(review, person)
    listed = DecisionFilter(request.GET, mine, review=review, reader=person)
    rows = listed.qs.defer("record__abstract", "record__original")
    left_out = telling.own_problems(review, access.person(request))
    page = SavedFilter.Page.DECISIONS
    context = {
        "review": review,
        "filter": listed,
        "saved": saved_filters.shown_to(review, access.person(request), page),
        "saved_page": page,
        "page_obj": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
        "left_out": left_out[:MOST_LEFT_OUT],
        "set_aside": setting_aside.told_to(access.person(request), [review]),
        "left_out_more": max(left_out.count() - MOST_LEFT_OUT, 0),
    }
    return render(request, "screening/decision/mine.html", context)


def _review(request: HttpRequest, slug: str, stage: Stage) -> Review:
    return access.review(request, slug, role=Role.REVIEWER, stage=stage)


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


def _made(review: Review, said: SaidForm, person: User) -> Said | None:
    """Return what was made by what was sent, if one was."""
    sent = said.cleaned_data
    item = decisions.find(review, Stage(sent["stage"]), sent["item"])
    if item is None:
        return None
    token = decisions.kept_token(
        sent["token"],
        item,
        sent["choice"],
        sent["criteria"],
        sent["note"],
        reviewer=person,
    )
    return judging.said_by(review, token, person)


def _take_back(
    request: HtmxRequest, review: Review, stage: Stage, made: Said | None
) -> HttpResponse:
    if made is not None:
        try:
            judging.take_back(made, access.person(request))
        except decisions.NotOpenForDecision as error:
            if ahead.is_asked(request):
                return ahead.refuse(str(error))
            messages.warning(request, str(error))
            return redirect(QUEUES[stage], review.slug)
    if ahead.is_asked(request):
        back = made.record or made.report if made else None
        return ahead.answer(request, review, stage, QUEUES[stage], back=back)
    if request.htmx:
        return _show_next(request, review, stage, undone=True)
    return redirect(QUEUES[stage], review.slug)


def _decide(request: HtmxRequest, item: Item) -> HttpResponse:
    person = access.person(request)
    stage = decisions.stage_of(item)
    in_use = arrangements.of(item.review, stage, person)
    criteria = list(item.review.criteria.in_force())
    form = DecisionForm(request.POST, stage=stage, criteria=criteria)
    said = None
    if form.is_valid():
        try:
            said = judging.judge(
                item,
                Choice(form.cleaned_data["choice"]),
                reviewer=person,
                criteria=form.ticked(),
                note=form.cleaned_data["note"],
                token=form.cleaned_data["token"],
                form_token=form.cleaned_data["form_token"],
                again=not ahead.is_asked(request),
                pilot=form.cleaned_data["pilot"],
                in_use=in_use,
            )
        except (decisions.CriterionMissing, decisions.UnknownCriterion) as error:
            form.add_error("criteria", str(error))
        except (decisions.JudgedByOthers, decisions.NotOpenForDecision) as error:
            form.add_error(None, str(error))
    if form.errors and ahead.is_asked(request):
        return ahead.refuse(" ".join(form.problems))
    if form.errors:
        # What came back unmarked stays so, and its form what it was.
        again = answering.asked(item, person, sent_token(request.POST))
        dealt = cards.deal(
            item.review, stage, [item], person, waiting=again is not None, form=form
        )
        context = _page(request, item.review, stage, dealt)
        context["labels_sent"] = LabelsForm(request.POST)
        return _answer(request, context, status=422)
    problem = _take_labels(request, item)
    if ahead.is_asked(request):
        return ahead.answer(
            request,
            item.review,
            stage,
            QUEUES[stage],
            judged=item,
            said=said,
            problem=problem,
            criteria=criteria,
            in_use=in_use,
        )
    if problem:
        messages.warning(request, problem)
    if request.htmx:
        return _show_next(request, item.review, stage)
    return redirect(QUEUES[stage], item.review.slug)


def _take_labels(request: HttpRequest, item: Item) -> str:
    """Put the labels that were left in the form, where no script saved them before.

    A decision counts whatever becomes of them: what was refused is returned in words.
    """
    form = LabelsForm(request.POST)
    if not (form.was_shown and form.is_valid() and (form.off or any(form.put))):
        return ""
    try:
        putting.put(item, form.put, off=form.off, person=access.person(request))
    except (LabelRefused, decisions.NotOpenForDecision) as error:
        named = ", ".join(f"“{name}”" for name in form.put if name)
        title = item.title or "Without a title"
        return (
            f"Your decision on “{title}” is saved. Your labels on it are as they were"
            f"{f', without {named}' if named else ''}: {error}"
        )
    return ""


def _show_next(
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
    context = _page(request, review, stage, dealt, progress=progress)
    asking.keep_up(review, stage, person)
    return _answer(request, {**context, "undone": undone})


def _show_one(request: HtmxRequest, item: Item) -> HttpResponse:
    person = access.person(request)
    stage = decisions.stage_of(item)
    dealt = cards.deal(item.review, stage, [item], person, waiting=False)
    return _answer(request, _page(request, item.review, stage, dealt))


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
    context = _page(request, item.review, stage, dealt)
    context |= {"label_problem": problem, "quote_problem": problem}
    context["quote_undo"] = undo
    return _answer(request, context, status=status)


def _page(
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


def _answer(
    request: HtmxRequest, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    template = "swap" if request.htmx else "judge"
    return render(
        request, f"screening/decision/{template}.html", context, status=status
    )
