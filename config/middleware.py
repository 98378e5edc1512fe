"""What every answer carries."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django_htmx.http import HttpResponseClientRefresh


def private_pages(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Keep pages of people who are signed in out of every cache."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if request.user.is_authenticated and "Cache-Control" not in response:
            response["Cache-Control"] = "no-store, private"
        return response

    return middleware


def whole_sign_in_page(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Load a page anew that asks how far something is and is signed out by now.

    The answer would be the page to sign in, within the page that asks.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        asks = request.method == "GET" and "HX-Request" in request.headers
        to = response.get("Location", "").partition("?")[0]
        if asks and to == resolve_url(settings.LOGIN_URL):
            return HttpResponseClientRefresh()
        return response

    return middleware
