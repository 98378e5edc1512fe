"""Pages of pilot rounds: begun, judged, closed and told."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from reviews import access
from reviews.exports import table
from reviews.models import Review, Role, Stage
from reviews.views.export import download
from screening.allocation import knowing
from screening.forms.pilot import BeginForm, EndForm, PersonForm
from screening.models import PilotRound
from screening.pilots import (
    files,
    gate,
    listing,
    opening,
    people,
    rounds,
    standing,
    telling,
    turns,
)
from screening.stages import STAGES
from screening.views.agreement import items_page


@login_required
@require_GET
def pilot_list(request: HttpRequest, slug: str) -> HttpResponse:
    """List the rounds, how well people agreed in each, and whether screening opened."""
    review = access.review(request, slug)
    person = access.person(request)
    telling.require_some_part(review, person)
    found = list(standing.with_size(review).prefetch_related("people"))
    stands = gate.of(review)
    return render(
        request,
        "screening/pilot/list.html",
        {
            "review": review,
            "rounds": listing.listed(found, stands, person),
            "stages": STAGES,
            "gate": stands,
            "why_closed": gate.why_closed(review),
            "is_owner": access.has_role(review, person, Role.OWNER),
            "open_at": {each.stage for each in found if each.is_open},
        },
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def pilot_begin(request: HttpRequest, slug: str, stage: str) -> HttpResponse:
    """Draw a sample and open it to its people."""
    review = access.review(request, slug, role=Role.OWNER)
    if stage not in STAGES:
        raise Http404("No pilot rounds at this stage.")
    at = Stage(stage)
    person = access.person(request)
    form = BeginForm(request.POST or None, review=review, stage=at)
    if request.method == "POST" and form.is_valid():
        try:
            found = rounds.begin(
                review,
                at,
                size=form.cleaned_data["size"],
                people=form.chosen(),
                counts=form.cleaned_data["counts"],
                by=person,
            )
        except rounds.CannotBegin as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"{found} is open to its people.")
            return redirect("screening:pilot_detail", review.slug, found.pk)
    return render(
        request,
        "screening/pilot/begin.html",
        {
            "review": review,
            "stage": at,
            "form": form,
            "can_draw": rounds.can_draw(review, at, person),
            "judges_too": not knowing.knows_all(review, at, person),
        },
        status=422 if request.method == "POST" else 200,
    )


@login_required
@require_GET
def pilot_detail(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Show a round: while it is open what everybody knows, then how all agreed."""
    review = access.review(request, slug)
    found = _round(review, pk)
    person = access.person(request)
    telling.require_part(found, person)
    is_owner = access.has_role(review, person, Role.OWNER)
    return render(
        request,
        "screening/pilot/detail.html",
        {
            "review": review,
            "round": found,
            "people": list(telling.names(found, person).values()),
            "size": found.items.count(),
            "pool": telling.pool(found, person),
            "place": turns.place(review, Stage(found.stage), person)
            if found.is_open
            else None,
            "is_complete": telling.is_complete(found, person),
            "told": telling.tell(found, person) if found.is_closed else None,
            "files": files.KINDS,
            "is_owner": is_owner,
        },
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def pilot_end(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Close a round to all of its people at once, or abandon it."""
    review = access.review(request, slug, role=Role.OWNER)
    found = _round(review, pk)
    person = access.person(request)
    form = EndForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            if form.cleaned_data["how"] == "close":
                rounds.close(found, by=person)
            else:
                rounds.abandon(found, by=person, reason=form.cleaned_data["reason"])
        except rounds.ReasonMissing as error:
            form.add_error("reason", str(error))
        except rounds.NotOpen as error:
            messages.info(request, str(error))
            return redirect("screening:pilot_detail", review.slug, found.pk)
        else:
            return redirect("screening:pilot_detail", review.slug, found.pk)
    return render(
        request,
        "screening/pilot/end.html",
        {
            "review": review,
            "round": found,
            "form": form,
            "is_complete": telling.is_complete(found, person),
            "may_know": telling.may_know_how_far(found, person),
        },
        status=422 if request.method == "POST" else 200,
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def pilot_person(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Say what taking somebody out of an open round does, and do it."""
    review = access.review(request, slug, role=Role.OWNER)
    found = _round(review, pk)
    form = PersonForm(request.POST or request.GET or None, people=people.of(found))
    if request.method == "POST" and form.is_valid():
        try:
            people.take_out(
                found, form.cleaned_data["person"], by=access.person(request)
            )
        except people.TooFew as error:
            form.add_error(None, str(error))
        except rounds.NotOpen as error:
            messages.info(request, str(error))
            return redirect("screening:pilot_detail", review.slug, found.pk)
        else:
            messages.success(request, "Done. What they said is kept.")
            return redirect("screening:pilot_detail", review.slug, found.pk)
    chosen = form.cleaned_data["person"] if form.is_bound and form.is_valid() else None
    return render(
        request,
        "screening/pilot/person.html",
        {
            "review": review,
            "round": found,
            "form": form,
            "chosen": chosen,
            "rest": [each for each in people.of(found) if each != chosen],
        },
        status=422 if request.method == "POST" else 200,
    )


@login_required
@require_GET
def pilot_items(request: HttpRequest, slug: str, pk: int, what: str) -> HttpResponse:
    """List what a number of a closed round counts."""
    review = access.review(request, slug)
    found = _round(review, pk)
    person = access.person(request)
    telling.require_part(found, person)
    if not found.is_closed:
        raise Http404("No number is told of this round.")
    try:
        behind = opening.behind(found, person, what, request.GET.get("of", ""))
    except opening.UnknownNumber as error:
        raise Http404("No such number.") from error
    url = reverse("screening:pilot_detail", args=[review.slug, found.pk])
    return items_page(
        request,
        review,
        Stage(found.stage),
        behind.items,
        behind.said,
        back=(str(found), url),
    )


@login_required
@require_GET
def pilot_file(
    request: HttpRequest, slug: str, pk: int, kind: str
) -> HttpResponse | StreamingHttpResponse:
    """Download what was said in a closed round, or its figures."""
    review = access.review(request, slug)
    found = _round(review, pk)
    person = access.person(request)
    telling.require_part(found, person)
    if kind not in files.KINDS or not found.is_closed:
        raise Http404("No such file.")
    write = files.judgments if kind == "judgments" else files.figures
    parts = table.csv(write(found, person), for_spreadsheet=True)
    name = f"{review.slug}-pilot-{found.stage}-{found.number}-{kind}.csv"
    return download(name, parts, "text/csv; charset=utf-8")


def _round(review: Review, pk: int) -> PilotRound:
    found: PilotRound = get_object_or_404(standing.of(review), pk=pk)
    found.review = review
    return found
