from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from reviews import access, adoption, criteria, protocol
from reviews.forms.protocol import ProtocolForm
from reviews.models import Protocol, Role, ScreeningPlan


@login_required
@require_GET
def protocol_detail(request: HttpRequest, slug: str) -> HttpResponse:
    review = access.review(request, slug)
    relied = criteria.relied(review)
    listed = review.criteria.order_by("position", "pk")
    return render(
        request,
        "reviews/protocol/detail.html",
        {
            "review": review,
            "protocol": get_object_or_404(Protocol, review=review),
            "criteria": [
                (each, relied.get(each.pk)) for each in listed if not each.retired_at
            ],
            "retired_criteria": [
                (each, relied.get(each.pk)) for each in listed if each.retired_at
            ],
            "fields": review.extraction_fields.in_force(),
            "retired_fields": review.extraction_fields.exclude(
                retired_at=None
            ).order_by("position", "pk"),
            "instruments": [
                (each, adoption.told(each.designs))
                for each in review.instruments.in_force()
            ],
            "amendments": review.amendments.select_related("made_by").order_by(
                "-number"
            ),
            "plan": get_object_or_404(ScreeningPlan, review=review),
            "is_underway": protocol.is_underway(review),
            "may_edit": access.has_role(review, access.person(request), Role.OWNER),
        },
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def protocol_edit(request: HttpRequest, slug: str) -> HttpResponse:
    review = access.review(request, slug, role=Role.OWNER)
    stored = get_object_or_404(Protocol, review=review)
    form = ProtocolForm(request.POST or None, instance=stored, review=review)
    if request.method == "POST" and form.is_valid():
        try:
            protocol.describe(
                review,
                form.facts(),
                because=form.cleaned_data.get("because", ""),
                by=access.person(request),
            )
        except protocol.ReasonMissing as error:
            form.add_error("because", str(error))
        else:
            messages.success(request, "The protocol is saved.")
            return redirect("reviews:protocol_detail", review.slug)
    return render(
        request,
        "reviews/protocol/edit.html",
        {"review": review, "form": form},
        status=422 if request.method == "POST" else 200,
    )
