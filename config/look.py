"""How a reader wants the pages to look: dark or light, and how large the text.

It is kept in cookies and written into the page as it is made, so that no page comes
in the wrong colours first.
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from reviews.views import back

KEPT_FOR = 365 * 24 * 60 * 60
CHOICES = {
    "theme": {"system": "As the system", "light": "Light", "dark": "Dark"},
    "size": {"normal": "Normal", "large": "Large", "largest": "Largest"},
}


def chosen(request: HttpRequest) -> dict[str, dict[str, str]]:
    """Return what the reader chose, for every page."""
    return {
        "look": {name: _known(name, request.COOKIES.get(name, "")) for name in CHOICES}
    }


@require_http_methods(["GET", "POST"])
def look(request: HttpRequest) -> HttpResponse:
    """Show what can be chosen, and keep what was."""
    if request.method == "GET":
        return render(request, "look.html")
    response = redirect(back.next_page(request) or "look")
    for name in CHOICES:
        if name in request.POST:
            response.set_cookie(
                name,
                _known(name, request.POST[name]),
                max_age=KEPT_FOR,
                secure=request.is_secure(),
                samesite="Lax",
            )
    return response


def _known(name: str, value: str) -> str:
    """Return the value if it is one, else the first: a cookie may hold anything."""
    return value if value in CHOICES[name] else next(iter(CHOICES[name]))
