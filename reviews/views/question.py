from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from reviews import access
from reviews.duplicates import (
    answering,
    fingerprints,
    members,
    merging,
    questions,
    stored,
)
from reviews.forms.duplicate import KeepForm, PlaceForm
from reviews.models import Review, Role


@login_required
@require_GET
def duplicate_check(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask about one pair, side by side; in the end say that all is answered."""
    review = access.review(request, slug, role=Role.OWNER)
    place = PlaceForm(request.GET)
    after = place.cleaned_data["after"] if place.is_valid() else None
    return _page(request, review, after or 0)


@login_required
@require_POST
def duplicate_same(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Merge the records in question."""
    review = access.review(request, slug, role=Role.OWNER)
    duplicate_set = get_object_or_404(review.duplicate_sets, number=number)
    form = KeepForm(request.POST, duplicate_set=duplicate_set)
    if not form.is_valid():
        problem = str(form.errors["keep"][0])
        return _page(request, review, number - 1, problem=problem)
    try:
        merging.merge(
            duplicate_set, keep=form.cleaned_data["keep"], by=access.person(request)
        )
    except (stored.ChangedMeanwhile, members.NotInASet) as changed:
        messages.warning(request, str(changed))
    return _next(review, after=number)


@login_required
@require_POST
def duplicate_different(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Remember that the records in question are no copies of one another."""
    review = access.review(request, slug, role=Role.OWNER)
    duplicate_set = get_object_or_404(review.duplicate_sets, number=number)
    try:
        answering.tell_apart(duplicate_set, by=access.person(request))
    except stored.ChangedMeanwhile as changed:
        messages.warning(request, str(changed))
    return _next(review, after=number)


@login_required
@require_POST
def duplicate_take_back(request: HttpRequest, slug: str) -> HttpResponse:
    """Take back the person's last answer, and ask again."""
    review = access.review(request, slug, role=Role.OWNER)
    try:
        again = answering.take_back(review, by=access.person(request))
    except answering.NothingToTakeBack as problem:
        messages.warning(request, str(problem))
        return redirect("reviews:duplicate_check", review.slug)
    return _next(review, after=again.number - 1)


def _page(
    request: HttpRequest, review: Review, after: int, *, problem: str = ""
) -> HttpResponse:
    question = questions.following(review, after)
    return render(
        request,
        "reviews/duplicate/check.html",
        {
            "review": review,
            "question": question,
            "last": answering.last(review, access.person(request)),
            # Skipped ones are asked again from the beginning.
            "skipped": 0 if question else answering.questions(review).count(),
            "uncompared": 0 if question else fingerprints.uncompared(review).count(),
            "problem": problem,
        },
        status=422 if problem else 200,
    )


def _next(review: Review, *, after: int) -> HttpResponse:
    address = reverse("reviews:duplicate_check", args=[review.slug])
    return redirect(f"{address}?after={after}")
