"""Pages of what one puts off, to judge it after all else."""

import uuid

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from reviews import access
from reviews.models import Role, Stage
from screening import decisions, postponements
from screening.decisions import Item
from screening.forms.decision import PostponeForm
from screening.views import ahead
from screening.views.showing import QUEUES, record_of, report_of


@login_required
@require_GET
def later(request: HttpRequest, slug: str) -> HttpResponse:
    """List what the person has put off at both stages."""
    review = access.review(request, slug, role=Role.REVIEWER)
    person = access.person(request)
    found = {
        stage: postponements.standing(review, stage, person).select_related(
            "record", "report"
        )[: postponements.MOST_LISTED]
        for stage in (Stage.TITLE_ABSTRACT, Stage.FULL_TEXT)
    }
    context = {
        "review": review,
        "records": found[Stage.TITLE_ABSTRACT],
        "reports": found[Stage.FULL_TEXT],
    }
    return render(request, "screening/decision/later.html", context)


@login_required
@require_POST
@ahead.for_oneself
def postpone_record(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Put a record off, or back in line."""
    stage = Stage.TITLE_ABSTRACT
    review = access.review(request, slug, role=Role.REVIEWER, stage=stage)
    return _postpone(request, record_of(review, pk))


@login_required
@require_POST
@ahead.for_oneself
def postpone_report(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Put a full text off, or back in line."""
    stage = Stage.FULL_TEXT
    review = access.review(request, slug, role=Role.REVIEWER, stage=stage)
    return _postpone(request, report_of(review, pk))


def _postpone(request: HttpRequest, item: Item) -> HttpResponse:
    person = access.person(request)
    form = PostponeForm(request.POST)
    token: uuid.UUID | None = form.cleaned_data["token"] if form.is_valid() else None
    back = bool(request.POST.get("back"))
    rule = postponements.take_up if back else postponements.postpone
    rule(item, reviewer=person, token=token)
    stage = decisions.stage_of(item)
    if ahead.is_asked(request):
        again = item if back else None
        return ahead.answer(request, item.review, stage, QUEUES[stage], back=again)
    if back and token is None:
        return redirect("screening:later", item.review.slug)
    return redirect(QUEUES[stage], item.review.slug)
