from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from reviews import access, codings, criteria, protocol
from reviews.forms.amendment import AmendmentForm, posted
from reviews.forms.protocol import CriterionForm
from reviews.models import Criterion, Role


@login_required
@require_GET
def criterion_detail(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Show the wordings of a criterion, and what is settled by each."""
    review = access.review(request, slug)
    criterion = get_object_or_404(review.criteria, pk=pk)
    return render(
        request,
        "reviews/criterion/detail.html",
        {
            "review": review,
            "criterion": criterion,
            "wordings": criteria.wordings(criterion),
            "relied": criteria.relied(review).get(criterion.pk),
            "codings": codings.of(criterion),
            "may_edit": access.has_role(review, access.person(request), Role.OWNER),
        },
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def criterion_create(request: HttpRequest, slug: str) -> HttpResponse:
    review = access.review(request, slug, role=Role.OWNER)
    form = CriterionForm(request.POST or None, review=review)
    if request.method == "POST" and form.is_valid():
        try:
            added = criteria.add(review, by=access.person(request), **form.cleaned_data)
        except criteria.CodeTaken as error:
            form.add_error("code", str(error))
        except protocol.ReasonMissing as error:
            form.add_error("because", str(error))
        else:
            messages.success(request, f"Criterion {added.code} is in the protocol.")
            return redirect("reviews:protocol_detail", review.slug)
    return render(
        request,
        "reviews/criterion/edit.html",
        {"review": review, "form": form},
        status=422 if request.method == "POST" else 200,
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def criterion_edit(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    review = access.review(request, slug, role=Role.OWNER)
    criterion = get_object_or_404(review.criteria.in_force(), pk=pk)
    form = CriterionForm(
        request.POST or None,
        instance=criterion,
        review=review,
        # A proposal comes with its reason.
        initial={"because": request.GET.get("because", "")},
    )
    if request.method == "POST" and form.is_valid():
        try:
            criteria.change(criterion, by=access.person(request), **form.cleaned_data)
        except (criteria.CodeTaken, criteria.FixedByNow) as error:
            form.add_error("code", str(error))
        except protocol.ReasonMissing as error:
            form.add_error("because", str(error))
        else:
            messages.success(request, f"Criterion {criterion.code} is saved.")
            return redirect("reviews:protocol_detail", review.slug)
    return render(
        request,
        "reviews/criterion/edit.html",
        {"review": review, "criterion": criterion, "form": form},
        status=422 if request.method == "POST" else 200,
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def criterion_move(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Move a criterion up or down; under way, ask first why."""
    review = access.review(request, slug, role=Role.OWNER)
    criterion = get_object_or_404(review.criteria.in_force(), pk=pk)
    up = request.POST.get("direction", request.GET.get("direction")) != "down"
    form = AmendmentForm(posted(request), review=review)
    if request.method == "POST" and form.is_valid():
        try:
            criteria.move(
                criterion, up=up, by=access.person(request), **form.cleaned_data
            )
        except criteria.NowhereToMove as error:
            messages.warning(request, str(error))
            return redirect("reviews:protocol_detail", review.slug)
        except protocol.ReasonMissing as error:
            form.add_error("because", str(error))
        else:
            messages.success(request, f"Criterion {criterion.code} is moved.")
            return redirect("reviews:protocol_detail", review.slug)
    return _confirm(request, criterion, form, "move", direction="up" if up else "down")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def criterion_retire(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    review = access.review(request, slug, role=Role.OWNER)
    # Taken out already, by a form that is posted twice: nothing changes.
    criterion = get_object_or_404(review.criteria, pk=pk)
    form = AmendmentForm(posted(request), review=review)
    if request.method == "POST" and form.is_valid():
        try:
            criteria.retire(criterion, by=access.person(request), **form.cleaned_data)
        except protocol.ReasonMissing as error:
            form.add_error("because", str(error))
        else:
            messages.success(request, f"Criterion {criterion.code} is taken out.")
            return redirect("reviews:protocol_detail", review.slug)
    return _confirm(request, criterion, form, "retire")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def criterion_reinstate(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    review = access.review(request, slug, role=Role.OWNER)
    criterion = get_object_or_404(review.criteria, pk=pk)
    form = AmendmentForm(posted(request), review=review)
    if request.method == "POST" and form.is_valid():
        try:
            criteria.reinstate(
                criterion, by=access.person(request), **form.cleaned_data
            )
        except protocol.ReasonMissing as error:
            form.add_error("because", str(error))
        else:
            messages.success(request, f"Criterion {criterion.code} is back.")
            return redirect("reviews:protocol_detail", review.slug)
    return _confirm(request, criterion, form, "reinstate")


def _confirm(
    request: HttpRequest,
    criterion: Criterion,
    form: AmendmentForm,
    what: str,
    *,
    direction: str = "",
) -> HttpResponse:
    return render(
        request,
        f"reviews/criterion/{what}.html",
        {
            "review": criterion.review,
            "criterion": criterion,
            "relied": criteria.relied(criterion.review).get(criterion.pk),
            "form": form,
            "direction": direction,
        },
        status=422 if request.method == "POST" else 200,
    )
