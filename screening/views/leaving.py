"""Pages on somebody who leaves, on votes set aside, and on how many judge."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from reviews import access, jobs, members, protocol
from reviews.models import Member, Review, Role, Stage
from screening.allocation import planning
from screening.forms.allocation import LeavingForm, NumberForm
from screening.leaving import leaving as rules
from screening.leaving import previewing, setting_aside
from screening.models import NumberChange, SetAside
from screening.numbers import changing, working
from screening.stages import STAGES

PER_PAGE = 50


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def leaving(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Show what becomes of somebody's votes and work, and do what is chosen."""
    review = access.review(request, slug, role=Role.OWNER)
    rows = review.members.select_related("user", "review")
    member = get_object_or_404(rows, pk=pk)
    form = LeavingForm(
        request.POST if request.method == "POST" else None,
        heirs=previewing.heirs(review, member),
        may_leave=member.removed_at is None,
    )
    if request.method == "POST" and form.is_valid():
        try:
            made = _carry_out(request, member, form.cleaned_data)
        except (
            setting_aside.ReasonMissing,
            planning.CannotAllocate,
            members.LastOwner,
            members.NoMember,
        ) as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _carried_out(made))
            gone = member.user == request.user and form.cleaned_data.get("leaves")
            if gone:
                return redirect(settings.LOGIN_REDIRECT_URL)
            return redirect("screening:allocation", review.slug)
    context = {
        "review": review,
        "member": member,
        "form": form,
        "effects": previewing.effects(
            review, member.user, reader=access.person(request)
        ),
        "made": setting_aside.of(review).filter(person=member.user),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "screening/leaving/leaving.html", context, status=status)


@login_required
@require_POST
def set_aside_undo(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Let votes count again that were set aside."""
    review = access.review(request, slug, role=Role.OWNER)
    made = get_object_or_404(SetAside, review=review, pk=pk)
    try:
        rules.bring_back(made, by=access.person(request))
    except (setting_aside.NotSetAside, jobs.AlreadyAtWork) as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _brought_back(made))
    return redirect(f"{reverse('screening:allocation', args=[slug])}#set-aside")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def number_change(
    request: HttpRequest, slug: str, stage: str, number: int
) -> HttpResponse:
    """Show what another number of judges would settle or reopen, and change it."""
    review = access.review(request, slug, role=Role.OWNER)
    at = _stage(stage)
    if number not in changing.NUMBERS or number == review.reviewers_required(at):
        # Also where the same form comes a second time.
        if number in changing.NUMBERS and request.method == "POST":
            return redirect(_back(review, at))
        raise Http404("Nothing changes by it.")
    form = NumberForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            made = changing.ask(
                review,
                at,
                number,
                by=access.person(request),
                because=form.cleaned_data["because"],
                token=form.cleaned_data["token"],
            )
            working.begin(made, by=access.person(request))
        except (changing.CannotChange, protocol.ReasonMissing) as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _done(made))
            return redirect(_back(review, at))
    context = _effect(request, review, at, number)
    status = 422 if request.method == "POST" else 200
    return render(
        request,
        "screening/leaving/number.html",
        {**context, "form": form},
        status=status,
    )


def _effect(
    request: HttpRequest, review: Review, stage: Stage, number: int
) -> dict[str, Any]:
    found = changing.effect(review, stage, number, reader=access.person(request))
    listed = found.settles if number < found.old else found.reopens
    return {
        "review": review,
        "stage": stage,
        "effect": found,
        "old": changing.in_words(found.old),
        "new": changing.in_words(found.new),
        "page_obj": Paginator(listed, PER_PAGE).get_page(request.GET.get("page")),
    }


def _carry_out(
    request: HttpRequest, member: Member, said: dict[str, Any]
) -> list[SetAside]:
    aside = said["votes"] == LeavingForm.SET_ASIDE
    return rules.carry_out(
        member,
        stages=[Stage(each) for each in said["stages"]] if aside else [],
        reason=said["reason"],
        heir=said.get("heir"),
        leaves=bool(said.get("leaves")),
        by=access.person(request),
        token=said["token"],
    )


def _carried_out(made: Sequence[SetAside]) -> str:
    if setting_aside.is_any_waiting(made):
        return "It is being done: the votes are set aside in the background."
    return "It is done. Nothing that was said is lost."


def _brought_back(made: SetAside) -> str:
    made.refresh_from_db()
    if made.undone_at is None:
        return "It is being done: the votes are brought back in the background."
    return f"The votes of {made.person} count again."


def _stage(named: str) -> Stage:
    if named not in STAGES:
        raise Http404("No such stage.")
    return Stage(named)


def _back(review: Review, stage: Stage) -> str:
    return f"{reverse('screening:allocation', args=[review.slug])}?stage={stage}#number"


def _done(made: NumberChange) -> str:
    made.refresh_from_db()
    if made.done_at is None:
        return "It is being done: the verdicts are derived anew in the background."
    return "It holds from now on. The verdicts were derived anew; no judgment changed."
