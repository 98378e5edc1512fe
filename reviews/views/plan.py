from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from reviews import access, plan, protocol
from reviews.forms.plan import PlanForm
from reviews.models import Role, ScreeningPlan


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def plan_edit(request: HttpRequest, slug: str) -> HttpResponse:
    """Write how the team screens."""
    review = access.review(request, slug, role=Role.OWNER)
    stored = get_object_or_404(ScreeningPlan, review=review)
    form = PlanForm(request.POST or None, instance=stored, review=review)
    if request.method == "POST" and form.is_valid():
        try:
            plan.change(
                review,
                form.facts(),
                because=form.cleaned_data.get("because", ""),
                by=access.person(request),
            )
        except protocol.ReasonMissing as error:
            form.add_error("because", str(error))
        else:
            messages.success(request, "The screening plan is saved.")
            detail = reverse("reviews:protocol_detail", args=[review.slug])
            return redirect(f"{detail}#plan")
    return render(
        request,
        "reviews/plan/edit.html",
        {"review": review, "form": form},
        status=422 if request.method == "POST" else 200,
    )
