from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from reviews import access, table1, table1_columns
from reviews.forms.study import GroupingForm
from reviews.models import Role


@login_required
@require_GET
def table1_page(request: HttpRequest, slug: str) -> HttpResponse:
    review = access.review(request, slug)
    table = table1.table(review)
    grouping = {"field": table.grouped_by.field if table.grouped_by else None}
    is_owner = access.has_role(review, access.person(request), Role.OWNER)
    return render(
        request,
        "reviews/table1/detail.html",
        {
            "review": review,
            "table": table,
            "is_owner": is_owner,
            "form": GroupingForm(review=review, initial=grouping) if is_owner else None,
        },
    )


@login_required
@require_POST
def table1_group(request: HttpRequest, slug: str) -> HttpResponse:
    """Choose the field by which Table 1 is grouped."""
    review = access.review(request, slug, role=Role.OWNER)
    form = GroupingForm(request.POST, review=review)
    if form.is_valid():
        field = form.cleaned_data["field"]
        table1_columns.group_by(review, field, by=access.person(request))
        messages.success(request, f"Grouped by {field}." if field else "Not grouped.")
    else:
        messages.error(request, "That field is none of today's protocol.")
    return redirect("reviews:table1", review.slug)
