"""The navigation of a review, in the order of the flow."""

from typing import Any

from django.http import HttpRequest


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Return the navigation of the review whose page this is."""
    return {}
