"""The scope that the address of a page asks for, as its views read it."""

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest

from reviews import scopes
from reviews.models import Review
from reviews.scopes import Scope


def asked(request: HttpRequest, review: Review) -> Scope:
    """Return the scope of a page, which says what is wrong with its date."""
    try:
        return scopes.read(review, request.GET)
    except scopes.UnknownWave as error:
        raise Http404(f"No wave {error}.") from error


def of_file(request: HttpRequest, review: Review) -> Scope:
    """Return the scope of a file; a date that is none is a bad request (400)."""
    scope = asked(request, review)
    if scope.problem:
        raise BadRequest(scope.problem)
    return scope
