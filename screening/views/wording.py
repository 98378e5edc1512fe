from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from reviews import access
from reviews.models import Role
from screening import causes
from screening.models import Resolution

PER_PAGE = 50
NOT_TOLD = "not-told"
LABELS: dict[str, str] = dict(Resolution.Cause.choices)


@login_required
@require_GET
def wordings(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the criteria by what the settled conflicts about them came from."""
    review = access.review(request, slug)
    person = access.person(request)
    stages = causes.stages_for(review, person)
    found = causes.wordings(review, stages)
    context = {
        "review": review,
        "found": found,
        "stages": stages,
        "rows": [
            (mending, _numbers(mending), causes.proposal(mending))
            for mending in found.mendings
        ],
        "is_owner": access.has_role(review, person, Role.OWNER),
    }
    return render(request, "screening/wording/list.html", context)


@login_required
@require_GET
def wording_conflicts(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """List the settled conflicts under a criterion, with why they were settled so."""
    review = access.review(request, slug)
    person = access.person(request)
    stages = causes.stages_for(review, person)
    criterion = get_object_or_404(review.criteria.select_related("review"), pk=pk)
    asked = request.GET.get("cause")
    cause = "" if asked == NOT_TOLD else asked
    try:
        mending = causes.mending_of(review, stages, criterion)
        found = causes.behind(mending, cause)
    except causes.NoSuchWording as error:
        raise Http404("No settled conflict stands under it.") from error
    context = {
        "review": review,
        "criterion": criterion,
        "cause": "" if cause is None else LABELS.get(cause, "Not told"),
        "page_obj": Paginator(found, PER_PAGE).get_page(request.GET.get("page")),
        "proposal": causes.proposal(mending),
        "is_owner": access.has_role(review, person, Role.OWNER),
    }
    return render(request, "screening/wording/conflicts.html", context)


def _numbers(mending: causes.Mending) -> list[tuple[str, str, int]]:
    """Return how many came from each cause, as its address and its words name it."""
    return [
        (cause or NOT_TOLD, LABELS.get(cause, "Not told"), count)
        for cause, count in mending.numbers
    ]
