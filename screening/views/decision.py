"""Pages on which one person judges, alone: titles and abstracts, then full texts."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from reviews import access, saved_filters
from reviews.models import Review, Role, SavedFilter, Stage, User
from reviews.views.htmx import HtmxRequest
from screening import arrangements, cards, decisions, judging
from screening.arrangements import Arrangements
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
from screening.models import Choice
from screening.moving_in import telling
from screening.self_checks import answering
from screening.views import ahead, showing

PER_PAGE = 50
MOST_LEFT_OUT = 500


@login_required
@require_GET
@ahead.for_oneself
def screen(request: HtmxRequest, slug: str) -> HttpResponse:
    """Show the next record that waits for the person."""
    return showing.show_next(request, _review(request, slug, Stage.TITLE_ABSTRACT))


@login_required
@require_GET
@ahead.for_oneself
def full_text_queue(request: HtmxRequest, slug: str) -> HttpResponse:
    """Show the next full text that waits for the person."""
    stage = Stage.FULL_TEXT
    return showing.show_next(request, _review(request, slug, stage), stage)


@login_required
@require_GET
def judge_record(request: HtmxRequest, slug: str, pk: int) -> HttpResponse:
    """Show one record, to judge it or to change one's mind."""
    review = _review(request, slug, Stage.TITLE_ABSTRACT)
    return showing.show_one(request, showing.record_of(review, pk))


@login_required
@require_GET
def judge_report(request: HtmxRequest, slug: str, pk: int) -> HttpResponse:
    """Show one full text, to judge it or to change one's mind."""
    review = _review(request, slug, Stage.FULL_TEXT)
    return showing.show_one(request, showing.report_of(review, pk))


@login_required
@require_POST
@ahead.for_oneself
def decide(request: HtmxRequest, slug: str, pk: int) -> HttpResponse:
    """Take a decision on a record, and answer with the next one."""
    review = _review(request, slug, Stage.TITLE_ABSTRACT)
    return _decide(request, showing.record_of(review, pk))


@login_required
@require_POST
@ahead.for_oneself
def decide_report(request: HtmxRequest, slug: str, pk: int) -> HttpResponse:
    """Take a decision on a full text, and answer with the next one."""
    review = _review(request, slug, Stage.FULL_TEXT)
    return _decide(request, showing.report_of(review, pk))


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
    left_out = telling.own_problems(review, person)
    page = SavedFilter.Page.DECISIONS
    context = {
        "review": review,
        "filter": listed,
        "saved": saved_filters.shown_to(review, person, page),
        "saved_page": page,
        "page_obj": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
        "left_out": left_out[:MOST_LEFT_OUT],
        "set_aside": setting_aside.told_to(person, [review]),
        "left_out_more": max(left_out.count() - MOST_LEFT_OUT, 0),
    }
    return render(request, "screening/decision/mine.html", context)


def _review(request: HttpRequest, slug: str, stage: Stage) -> Review:
    return access.review(request, slug, role=Role.REVIEWER, stage=stage)


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
            return redirect(showing.QUEUES[stage], review.slug)
    if ahead.is_asked(request):
        back = made.record or made.report if made else None
        return ahead.answer(request, review, stage, showing.QUEUES[stage], back=back)
    if request.htmx:
        return showing.show_next(request, review, stage, undone=True)
    return redirect(showing.QUEUES[stage], review.slug)


def _decide(request: HtmxRequest, item: Item) -> HttpResponse:
    person = access.person(request)
    stage = decisions.stage_of(item)
    in_use = arrangements.of(item.review, stage, person)
    criteria = list(item.review.criteria.in_force())
    form = DecisionForm(request.POST, stage=stage, criteria=criteria)
    said = _judged(request, item, form, in_use) if form.is_valid() else None
    if form.errors:
        return _refuse(request, item, form)
    problem = _take_labels(request, item)
    if ahead.is_asked(request):
        return ahead.answer(
            request,
            item.review,
            stage,
            showing.QUEUES[stage],
            judged=item,
            said=said,
            problem=problem,
            criteria=criteria,
            in_use=in_use,
        )
    if problem:
        messages.warning(request, problem)
    if request.htmx:
        return showing.show_next(request, item.review, stage)
    return redirect(showing.QUEUES[stage], item.review.slug)


def _judged(
    request: HtmxRequest, item: Item, form: DecisionForm, in_use: Arrangements
) -> Said | None:
    """Return what was made of the form; None where it was refused, and says why."""
    sent = form.cleaned_data
    try:
        return judging.judge(
            item,
            Choice(sent["choice"]),
            reviewer=access.person(request),
            criteria=form.ticked(),
            note=sent["note"],
            token=sent["token"],
            form_token=sent["form_token"],
            again=not ahead.is_asked(request),
            pilot=sent["pilot"],
            in_use=in_use,
        )
    except (decisions.CriterionMissing, decisions.UnknownCriterion) as error:
        form.add_error("criteria", str(error))
    except (decisions.JudgedByOthers, decisions.NotOpenForDecision) as error:
        form.add_error(None, str(error))
    return None


def _refuse(request: HtmxRequest, item: Item, form: DecisionForm) -> HttpResponse:
    if ahead.is_asked(request):
        return ahead.refuse(" ".join(form.problems))
    person, stage = access.person(request), decisions.stage_of(item)
    # What came back unmarked stays so, and its form what it was.
    again = answering.asked(item, person, sent_token(request.POST))
    dealt = cards.deal(
        item.review, stage, [item], person, waiting=again is not None, form=form
    )
    context = showing.page_of(request, item.review, stage, dealt)
    context["labels_sent"] = LabelsForm(request.POST)
    return showing.answer(request, context, status=422)


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
