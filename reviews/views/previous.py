from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from reviews import access, previous
from reviews.forms.amendment import posted
from reviews.forms.previous import PreviousForm
from reviews.models import PreviousReport, Role

PER_PAGE = 50


@login_required
@require_GET
def previous_list(request: HttpRequest, slug: str) -> HttpResponse:
    review = access.review(request, slug)
    pages: Paginator[PreviousReport] = Paginator(previous.listed(review), PER_PAGE)
    return render(
        request,
        "reviews/previous/list.html",
        {
            "review": review,
            "page_obj": pages.get_page(request.GET.get("page")),
            "studies": previous.count_studies(review),
            "removed": previous.removed(review),
            "may_edit": access.has_role(review, access.person(request), Role.OWNER),
        },
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def previous_add(request: HttpRequest, slug: str) -> HttpResponse:
    """Look at what was typed, then add it: nothing is written at the first look."""
    review = access.review(request, slug, role=Role.OWNER)
    form = PreviousForm(posted(request), review=review)
    valid = request.method == "POST" and form.is_valid()
    if valid and "add" in request.POST:
        try:
            made = previous.add(
                review, form.cleaned_data["text"], by=access.person(request)
            )
        except previous.NotReadable as error:
            form.add_error("text", str(error))
            valid = False
        else:
            messages.success(request, f"Added: {len(made):,}.")
            return redirect("reviews:previous_list", review.slug)
    return render(
        request,
        "reviews/previous/add.html",
        {"review": review, "form": form, "reading": form.reading},
        status=422 if request.method == "POST" and not valid else 200,
    )


@login_required
@require_POST
def previous_remove(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    review = access.review(request, slug, role=Role.OWNER)
    report = get_object_or_404(review.previous_reports, pk=pk)
    previous.remove(report, by=access.person(request))
    messages.success(request, "The report was removed; it can be restored.")
    return redirect("reviews:previous_list", review.slug)


@login_required
@require_POST
def previous_restore(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    review = access.review(request, slug, role=Role.OWNER)
    report = get_object_or_404(review.previous_reports, pk=pk)
    try:
        previous.restore(report, by=access.person(request))
    except previous.ThereAlready as error:
        messages.warning(request, str(error))
    else:
        messages.success(request, "The report is in the list again.")
    return redirect("reviews:previous_list", review.slug)
