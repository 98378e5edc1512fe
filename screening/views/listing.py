"""Titles and abstracts as a list: judged in their place, or several at once."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST
from django_htmx.http import HttpResponseClientRefresh

from reviews import access, jobs, paging, saved_filters
from reviews.models import Record, Review, Role, SavedFilter, Stage, User
from reviews.views.htmx import HtmxRequest
from screening import decisions, listing
from screening.bulk import deciding, working
from screening.filters.listing import ListingFilter
from screening.forms.decision import DecisionForm
from screening.models import BulkDecision, Choice

STAGE = Stage.TITLE_ABSTRACT


@login_required
@require_GET
def screen_list(request: HttpRequest, slug: str) -> HttpResponse:
    """List records to judge them in their place."""
    review = access.review(request, slug, role=Role.REVIEWER, stage=STAGE)
    return _list(request, review)


@login_required
@require_POST
def screen_list_decide(request: HtmxRequest, slug: str, pk: int) -> HttpResponse:
    """Take a decision on one record of the list, and answer with its row."""
    review = access.review(request, slug, role=Role.REVIEWER, stage=STAGE)
    record = get_object_or_404(review.records.to_screen(), pk=pk)
    person = access.person(request)
    form = _form(review, request.POST)
    if form.is_valid():
        try:
            decisions.decide(
                record,
                Choice(form.cleaned_data["choice"]),
                reviewer=person,
                criteria=form.ticked(),
                note=form.cleaned_data["note"],
                token=form.cleaned_data["token"],
                again=True,
            )
        except decisions.UnknownCriterion as error:
            form.add_error("criteria", str(error))
        except (decisions.JudgedByOthers, decisions.NotOpenForDecision) as error:
            form.add_error(None, str(error))
    if form.errors:
        if request.htmx:
            return _row(request, review, record, form)
        return _list(request, review, refused=form, of=record)
    return _answer(request, review, record, "Your decision is kept")


@login_required
@require_POST
def screen_list_take_back(request: HtmxRequest, slug: str, pk: int) -> HttpResponse:
    """Take one's own decision on a record of the list back."""
    review = access.review(request, slug, role=Role.REVIEWER, stage=STAGE)
    record = get_object_or_404(review.records.to_screen(), pk=pk)
    person = access.person(request)
    own = decisions.own(review, person).filter(record=record)
    decisions.take_back(get_object_or_404(own), reviewer=person)
    return _answer(request, review, record, "Taken back")


@login_required
@require_POST
def screen_several(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask once more, naming each record, before several are decided at once."""
    review = access.review(request, slug, role=Role.REVIEWER, stage=STAGE)
    person = access.person(request)
    form = _form(review, request.POST)
    problem = _not_allowed(review)
    chosen: list[deciding.Chosen] = []
    if not problem and form.is_valid():
        try:
            chosen = _chosen(request, review, person)
        except deciding.TooMany as error:
            problem = str(error)
    if form.errors or problem or not chosen:
        problem = problem or (form.problems or ["Tick at least one record first."])[0]
        return _list(request, review, problem=problem)
    context = {
        "review": review,
        "form": form,
        "choice": Choice(form.cleaned_data["choice"]),
        "criteria": form.ticked(),
        "chosen": chosen,
        **_told(chosen),
        "query": request.GET.urlencode(),
    }
    return render(request, "screening/listing/several.html", context)


@login_required
@require_POST
def screen_several_make(request: HttpRequest, slug: str) -> HttpResponse:
    """Decide the records that the page before has named."""
    review = access.review(request, slug, role=Role.REVIEWER, stage=STAGE)
    person = access.person(request)
    form = _form(review, request.POST)
    told = _not_allowed(review)
    if told or not form.is_valid() or not form.cleaned_data["token"]:
        told = told or (form.problems or ["Tick at least one record first."])[0]
        return _list(request, review, problem=told)
    token = form.cleaned_data["token"]
    # The same page again: what it began stands, whatever the list holds by now.
    kept = deciding.kept_token(token, review, person)
    made = deciding.own(review, person).filter(token=kept).first()
    if made is None:
        try:
            made = deciding.begin(
                review,
                _confirmed(request, review, person),
                Choice(form.cleaned_data["choice"]),
                reviewer=person,
                criteria=form.ticked(),
                note=form.cleaned_data["note"],
                token=token,
            )
        except (deciding.TooMany, deciding.NotAllowed, listing.Changed) as error:
            return _list(request, review, problem=str(error))
    working.begin(made, by=person)
    return redirect("screening:screen_bulk", review.slug, made.token)


@login_required
@require_GET
def screen_bulk(request: HtmxRequest, slug: str, token: UUID) -> HttpResponse:
    """Tell of each record what became of it when several were decided."""
    review = access.review(request, slug, role=Role.REVIEWER, stage=STAGE)
    made = get_object_or_404(deciding.own(review, access.person(request)), token=token)
    job = working.job_of(made)
    at_work = job is not None and not job.is_finished
    if job is not None:
        jobs.look_after(job)
    if request.htmx and not at_work:
        return HttpResponseClientRefresh()
    context = {"review": review, "made": made, "job": job, "at_work": at_work}
    if request.htmx:
        return render(request, "screening/listing/_at_work.html", context)
    context |= _became(made, request.GET.get("page"))
    return render(request, "screening/listing/bulk.html", context)


@login_required
@require_POST
def screen_bulk_go_on(request: HttpRequest, slug: str, token: UUID) -> HttpResponse:
    """Decide what was left when the server was stopped on the way."""
    review = access.review(request, slug, role=Role.REVIEWER, stage=STAGE)
    made = get_object_or_404(deciding.own(review, access.person(request)), token=token)
    working.begin(made, by=made.reviewer)
    return redirect("screening:screen_bulk", review.slug, made.token)


@login_required
@require_POST
def screen_bulk_undo(request: HttpRequest, slug: str, token: UUID) -> HttpResponse:
    """Take all that was decided at once back in one step."""
    review = access.review(request, slug, role=Role.REVIEWER, stage=STAGE)
    person = access.person(request)
    made = get_object_or_404(deciding.own(review, person), token=token)
    counted = working.take_back(made, by=person)
    if counted is not None:
        gone, kept = counted
        told = f"Taken back: {gone} decision{'' if gone == 1 else 's'}."
        if kept:
            told += f" {kept} stayed, because you decided anew since."
        messages.success(request, told)
    return redirect("screening:screen_bulk", review.slug, made.token)


def _became(made: BulkDecision, number: str | None) -> dict[str, Any]:
    """Return what became of the records, a page of those that were decided."""
    lines = made.lines.select_related("record").order_by("record")
    lines = lines.only("decision", "problem", "record__title")
    most = deciding.AT_ONCE
    decided = lines.exclude(decision=None)
    return {
        "page_obj": paging.page(
            decided, lines, number=number, per_page=most, order=["record"]
        ),
        "left_out": list(lines.exclude(problem="")[:most]),
        "left_out_count": lines.exclude(problem="").count(),
        "undone": deciding.undone(made).count(),
        "standing": deciding.standing(made).count() if made.taken_back_at else 0,
        "count": made.lines.count(),
        "at_once": most,
    }


def _not_allowed(review: Review) -> str:
    if review.plan.bulk_decisions:
        return ""
    return "The protocol lets each record be decided on its own only."


def _chosen(
    request: HttpRequest, review: Review, person: User
) -> list[deciding.Chosen]:
    if request.POST.get("all"):
        return listing.all_of(review, _filter(request, review).qs, person)
    marks = listing.read_marks(request.POST.getlist("record"))
    return listing.chosen(review, marks, person)


def _confirmed(
    request: HttpRequest, review: Review, person: User
) -> list[deciding.Chosen]:
    """Return what the page that asked again showed. Raises listing.Changed."""
    chosen = _chosen(request, review, person)
    shown = request.POST.get("digest")
    if request.POST.get("all") and shown != listing.digest(chosen):
        raise listing.Changed(
            "What the list holds has changed since you were asked. Look at it again."
        )
    if not chosen:
        raise listing.Changed("Tick at least one record first.")
    return chosen


def _told(chosen: list[deciding.Chosen]) -> dict[str, Any]:
    """Return what is sent along when it is confirmed: each record, or what tells all.

    A form does not hold thousands; those of the list are found again, and compared.
    """
    shown = chosen[: deciding.AT_ONCE]
    if len(chosen) > len(shown):
        return {"shown": shown, "digest": listing.digest(chosen), "marks": []}
    marks = [
        listing.mark(each.record.pk, each.before.token if each.before else None)
        for each in chosen
    ]
    return {"shown": shown, "digest": "", "marks": marks}


def _form(review: Review, data: QueryDict | None = None) -> DecisionForm:
    criteria = list(review.criteria.in_force())
    return DecisionForm(data, stage=STAGE, criteria=criteria)


def _filter(request: HttpRequest, review: Review) -> ListingFilter:
    return ListingFilter(request.GET, review=review, person=access.person(request))


def _list(
    request: HttpRequest,
    review: Review,
    *,
    refused: DecisionForm | None = None,
    of: Record | None = None,
    problem: str = "",
) -> HttpResponse:
    """Show the list; with what was sent where something of it was refused."""
    person = access.person(request)
    listed = _filter(request, review)
    page = listing.page(
        review,
        listed.qs,
        person,
        number=request.GET.get("page"),
        by_relevance=listed.is_by_relevance,
    )
    records = list(page)
    if of is not None and of not in records:
        # It left the list meanwhile; what was typed is shown all the same.
        records.insert(0, of)
    ticked = {
        mark.record for mark in listing.read_marks(request.POST.getlist("record"))
    }
    dealt = listing.rows(review, records, person, refused=refused, of=of)
    context: dict[str, Any] = {
        "review": review,
        "filter": listed,
        "page_obj": page,
        "cards": dealt,
        "legend": listing.legend(dealt),
        "query": request.GET.urlencode(),
        "several": _form(review, request.POST if problem else None),
        "allowed": review.plan.bulk_decisions,
        "most": deciding.MOST,
        "at_once": deciding.AT_ONCE,
        "ticked": ticked if problem else set(),
        "problem": problem,
        "saved": saved_filters.shown_to(review, person, SavedFilter.Page.SCREENING),
        "saved_page": SavedFilter.Page.SCREENING,
    }
    status = 422 if problem or refused is not None else 200
    return render(request, "screening/listing/list.html", context, status=status)


def _row(
    request: HttpRequest,
    review: Review,
    record: Record,
    form: DecisionForm | None = None,
) -> HttpResponse:
    person = access.person(request)
    (card,) = listing.rows(review, [record], person, refused=form, of=record)
    context = {
        "review": review,
        "card": card,
        "filter": _filter(request, review),
        "query": request.GET.urlencode(),
        "allowed": review.plan.bulk_decisions,
    }
    status = 422 if form else 200
    return render(request, "screening/listing/_row.html", context, status=status)


def _answer(
    request: HtmxRequest, review: Review, record: Record, told: str
) -> HttpResponse:
    if request.htmx:
        return _row(request, review, record)
    messages.success(request, f"{told}: {record.title or 'a record without a title'}")
    url = reverse("screening:screen_list", args=[review.slug])
    return redirect(f"{url}?{request.GET.urlencode()}#record-{record.pk}")
