from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme


def next_page(request: HttpRequest) -> str:
    """Return the page of ours to which the person goes back, or an empty text."""
    given = request.POST.get("next") or request.GET.get("next") or ""
    is_ours = url_has_allowed_host_and_scheme(
        given, {request.get_host()}, require_https=request.is_secure()
    )
    # What is no path may be taken for the name of a page; no header holds a NUL.
    fits = given.startswith("/") and given.isprintable()
    return given if is_ours and fits else ""
