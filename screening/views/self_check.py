"""Pages of one's own consistency: asked for, shown and deleted by oneself."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from reviews import access
from reviews.models import Role
from screening.forms.self_check import CheckForm, SettingForm
from screening.self_checks import answering, reading, setting

PER_PAGE = 50


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def my_consistency(request: HttpRequest, slug: str) -> HttpResponse:
    """Show how steadily one judges, and whether one's own decisions come back."""
    review = access.review(request, slug)
    person = access.person(request)
    reading.require_some_part(review, person)
    is_reviewer = access.has_role(review, person, Role.REVIEWER)
    now = setting.of(review, person)
    form = SettingForm(request.POST or None, now=now)
    if request.method == "POST" and form.is_valid():
        setting.choose(review, by=person, **form.cleaned_data)
        messages.success(request, "Saved. Nobody else is told of it.")
        return redirect("screening:my_consistency", review.slug)
    checks = answering.own(review, person).prefetch_related(
        "decision__ticks__criterion__criterion", "criteria__criterion"
    )
    is_owner = access.has_role(review, person, Role.OWNER)
    return render(
        request,
        "screening/self_check/mine.html",
        {
            "review": review,
            "form": form,
            "now": now,
            "is_reviewer": is_reviewer,
            "figures": reading.mine(review, person),
            "page_obj": Paginator(checks, PER_PAGE).get_page(request.GET.get("page")),
            "shared": reading.shared(review) if is_owner else [],
            "is_owner": is_owner,
        },
        status=422 if request.method == "POST" else 200,
    )


@login_required
@require_POST
def my_consistency_delete(request: HttpRequest, slug: str) -> HttpResponse:
    """Delete one's own self-checks, or one of them."""
    review = access.review(request, slug, role=Role.REVIEWER)
    only = None
    if "check" in request.POST:
        form = CheckForm(request.POST)
        if not form.is_valid():
            raise Http404("There is no such self-check.")
        only = form.cleaned_data["check"]
    answering.forget(review, access.person(request), only=only)
    messages.success(request, "Deleted.")
    return redirect("screening:my_consistency", review.slug)
