"""The labels of what is settled, for the page of the record or report itself.

That page belongs to `reviews`, which knows no judgment; so the labels are put beside
it, as plain words, and only those on what is settled. Who settles conflicts of the
stage without names (`plan.hides_judges`) is told no maker but themselves: what a judge
labelled would name who judged.
"""

from typing import Any

from django.http import HttpRequest

from reviews import access
from reviews.models import Review, Stage
from screening import room, sight
from screening.labels import reading
from screening.models import Labelling

# The largest key that a database holds.
MOST = 2**63 - 1
_STAGES = {"record": Stage.TITLE_ABSTRACT, "report": Stage.FULL_TEXT}
_ITEMS = {"reviews:record_detail": "record", "reviews:report_detail": "report"}


def settled_labels(request: HttpRequest) -> dict[str, Any]:
    """Return the labels on the record or report whose page this is, and by whom."""
    match = request.resolver_match
    review = request.META.get("twofold.review")
    if match is None or match.view_name not in _ITEMS or not isinstance(review, Review):
        return {}
    pk = match.kwargs["pk"]
    # A page that is not there has no labels, whatever key stands in its address.
    if pk > MOST:
        return {}
    item = {_ITEMS[match.view_name]: pk}
    lines = Labelling.objects.filter(sight.settled(), review=review, **item).standing()
    people: dict[str, list[str]] = {}
    found = reading.told(review, lines)
    stage = _STAGES[_ITEMS[match.view_name]]
    reader = access.person(request)
    is_blind = bool(found) and room.names_are_hidden(review, stage, reader)
    for put in found:
        makers = people.setdefault(put.name, [])
        if not is_blind or put.person == reader:
            makers.append(str(put.person))
    return {"settled_labels": list(people.items())}
