from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from reviews import access
from screening.desk import places


@login_required
@require_GET
def desk(request: HttpRequest) -> HttpResponse:
    """Show the person's reviews, and in each what waits for them."""
    context = {"places": places(access.person(request))}
    return render(request, "screening/desk/desk.html", context)
