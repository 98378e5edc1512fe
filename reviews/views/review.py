from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from reviews import access, overview, progress, setup
from reviews.diagram import inline
from reviews.figures import progress as figure
from reviews.forms.review import ReviewForm, SettingsForm
from reviews.models import Role

LATEST = 5


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def review_create(request: HttpRequest) -> HttpResponse:
    owner = access.person(request)
    form = ReviewForm(request.POST or None, owner=owner)
    if request.method == "POST" and form.is_valid():
        try:
            review = setup.create(owner=owner, **form.cleaned_data)
        except setup.SlugUnfit as error:
            form.add_error("slug", str(error))
        else:
            messages.success(request, "The review is made. You are its owner.")
            return redirect(review)
    return render(
        request,
        "reviews/review/create.html",
        {"form": form},
        status=422 if request.method == "POST" else 200,
    )


@login_required
@require_GET
def review_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """Show where the review stands, from settled facts alone, and what comes next."""
    review = access.review(request, slug)
    plot = figure.draw(progress.screened(review).days)
    latest = review.events.select_related("by").order_by("-at", "-pk")[:LATEST]
    return render(
        request,
        "reviews/review/detail.html",
        {
            "review": review,
            "phases": overview.phases(review),
            "step": overview.next_step(review),
            "after_stop": overview.after_stop(review),
            "plot": inline.embed(plot) if plot else "",
            "events": latest,
            "is_owner": access.has_role(review, access.person(request), Role.OWNER),
        },
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def review_settings(request: HttpRequest, slug: str) -> HttpResponse:
    review = access.review(request, slug, role=Role.OWNER)
    form = SettingsForm(request.POST or None, instance=review)
    if request.method == "POST" and form.is_valid():
        try:
            setup.change_settings(
                review,
                title=form.cleaned_data["title"],
                rules=form.rules(),
                by=access.person(request),
            )
        except setup.StageBegan as error:
            form.add_error(error.field, str(error))
        else:
            messages.success(request, "The settings are saved.")
            return redirect(review)
    return render(
        request,
        "reviews/review/settings.html",
        {"review": review, "form": form},
        status=422 if request.method == "POST" else 200,
    )
