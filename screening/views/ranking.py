from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from reviews import access
from reviews.models import Role, Stage
from screening.ranking import telling


@login_required
@require_GET
def ranking(request: HttpRequest, slug: str) -> HttpResponse:
    """Show how the records are ordered, and the state of one's own order."""
    review = access.review(request, slug)
    person = access.person(request)
    stage = Stage.TITLE_ABSTRACT
    context = {
        "review": review,
        "told": telling.of(review, person),
        "passage": telling.passage(review),
        "is_reviewer": access.has_role(review, person, Role.REVIEWER, stage=stage),
    }
    return render(request, "screening/ranking/ranking.html", context)
