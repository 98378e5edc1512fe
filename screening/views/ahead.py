"""What the page on which somebody judges asks for by its script: the cards ahead.

Decisions are sent in the background, one after another. Each answer carries the cards
that the page does not hold yet, so that the next is there before it is asked for.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.urls import reverse

from reviews import access
from reviews.models import Criterion, Record, Review, Stage
from screening import arrangements, cards, queues
from screening.arrangements import Arrangements
from screening.decisions import Item
from screening.judging import Said
from screening.models import Decision
from screening.ranking import asking
from screening.stopping import stops

P = ParamSpec("P")
Asked = TypeVar("Asked", bound=HttpRequest)

# Cards that come with the page, beside the one that is read.
NUMBER = 3
# The page asks for more once it stands: enough to go on for a while without a line.
MOST_AT_ONCE = 12
MOST_HELD = 50
# Between its counts the page counts on by itself, as long as more than these wait.
NEAR_THE_END = 50
# Whoever signs in after somebody else must not send the other's decisions.
SOMEBODY_ELSE = (
    "Somebody else is signed in by now. Sign in as yourself, and it is sent then."
)


def is_asked(request: HttpRequest) -> bool:
    """Tell whether the script asks, which reads JSON."""
    return request.headers.get("Accept") == "application/json"


def for_oneself(
    view: Callable[Concatenate[Asked, P], HttpResponse],
) -> Callable[Concatenate[Asked, P], HttpResponse]:
    """Refuse what another person decided in the same browser, before anything else.

    It waits until they are signed in again. Whoever is signed in by now may be no
    member: that must not look as if what was sent were too late.
    """

    @wraps(view)
    def alone(request: Asked, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        person = (request.POST or request.GET).get("person")
        if person is not None and person != str(access.person(request).pk):
            return refuse(SOMEBODY_ELSE, status=409)
        return view(request, *args, **kwargs)

    return alone


def refuse(problem: str, *, status: int = 422) -> JsonResponse:
    """Say in words why nothing was written."""
    return JsonResponse({"problem": problem}, status=status)


def answer(
    request: HttpRequest,
    review: Review,
    stage: Stage,
    queue_url: str,
    *,
    judged: Item | None = None,
    said: Said | None = None,
    criteria: list[Criterion] | None = None,
    in_use: Arrangements | None = None,
    back: Item | None = None,
    problem: str = "",
) -> JsonResponse:
    """Return how far the person has come, and the cards that the page lacks.

    `judged` is what they decided on, and `said` how; `back` what they took back or up
    again: its card comes whatever else waits; `problem` tells what beside the decision
    was refused. A page that has counted a moment ago and
    says that many are `left` is not told the count anew.
    """
    person = access.person(request)
    in_use = in_use or arrangements.of(review, stage, person)
    sent = request.POST or request.GET
    number = _wanted(sent)
    progress = None
    if _left(sent) <= NEAR_THE_END:
        progress = queues.progress(review, stage, person, in_use)
        # Looking for the next where nothing waits would walk over all that was judged.
        number = min(progress.waiting, number)
    items = (
        queues.ahead(
            review,
            stage,
            person,
            number=number,
            without=_held(sent),
            in_use=in_use,
            last=said if isinstance(said, Decision) else None,
        )
        if number
        else []
    )
    if progress is None and len(items) < number:
        progress = queues.progress(review, stage, person, in_use)
    at_the_end = progress is not None and not progress.waiting
    context: dict[str, Any] = {
        "review": review,
        "stage": stage,
        "is_full_text": stage == Stage.FULL_TEXT,
        "queue_url": queue_url,
        "from_queue": True,
        "progress": progress,
        # Whoever signed in again meanwhile needs a new one for what is sent next.
        "csrf_token": get_token(request),
    }
    if at_the_end and stage == Stage.TITLE_ABSTRACT:
        context["stop"] = stops.standing(review)
    asking.keep_up(review, stage, person)

    def fragment(name: str, **also: Any) -> str:
        # Without the request: a fragment has no navigation to ask the database for.
        return render_to_string(f"screening/decision/{name}.html", {**context, **also})

    def shown(items: list[Item], *, waiting: bool) -> list[dict[str, Any]]:
        dealt = cards.deal(
            review,
            stage,
            items,
            person,
            waiting=waiting,
            in_use=in_use,
            criteria=criteria,
        )
        return [
            {"item": card.item.pk, "html": fragment("_card", card=card)}
            for card in dealt
        ]

    return JsonResponse(
        {
            "progress": fragment("_progress") if progress else None,
            "told": _told(review, judged, problem),
            "back": shown([back], waiting=False)[0] if back else None,
            "ahead": shown([item for item in items if item != back], waiting=True),
            "nothing": fragment("_nothing") if at_the_end else "",
        }
    )


def _told(review: Review, judged: Item | None, problem: str) -> dict[str, str] | None:
    """Say what became of an item while its decision was on the way."""
    if problem and judged is not None:
        page = "judge_record" if isinstance(judged, Record) else "judge_report"
        address = reverse(f"screening:{page}", args=[review.slug, judged.pk])
        return {"text": problem, "page": address}
    kept = judged.duplicate_of_id if isinstance(judged, Record) else None
    if kept is None:
        return None
    return {
        "text": (
            "That record was merged meanwhile. Your decision is kept with this copy, "
            "and counts if the copy is ever split off again. Judge the copy that goes "
            "on."
        ),
        "page": reverse("screening:judge_record", args=[review.slug, kept]),
    }


def _left(sent: QueryDict) -> int:
    """Return how many wait by the page's own count; none where it asks for a count."""
    said = sent.get("left", "")
    return int(said) if said.isdecimal() and len(said) < 10 else 0


def _held(sent: QueryDict) -> list[int]:
    """Return the keys of the items whose cards the page holds."""
    named = sent.get("held", "").split(",")[:MOST_HELD]
    return [int(each) for each in named if each.isdecimal() and len(each) < 19]


def _wanted(sent: QueryDict) -> int:
    """Return how many cards the page lacks, by its own count."""
    said = sent.get("number", "")
    return min(int(said), MOST_AT_ONCE) if said.isdecimal() and len(said) < 3 else 0
