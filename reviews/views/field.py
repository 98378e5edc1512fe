from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from reviews import access, extraction_fields, protocol
from reviews.forms.amendment import AmendmentForm, posted
from reviews.forms.protocol import FieldForm
from reviews.models import ExtractionField, Review, Role


@login_required
@require_GET
def field_detail(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Show the wordings of a field, and how many values are settled by each."""
    review = access.review(request, slug)
    field = get_object_or_404(review.extraction_fields, pk=pk)
    return render(
        request,
        "reviews/field/detail.html",
        {
            "review": review,
            "field": field,
            "wordings": extraction_fields.wordings(field),
            "may_edit": access.has_role(review, access.person(request), Role.OWNER),
        },
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def field_create(request: HttpRequest, slug: str) -> HttpResponse:
    review = access.review(request, slug, role=Role.OWNER)
    return _edit(request, review, None)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def field_edit(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    review = access.review(request, slug, role=Role.OWNER)
    field = get_object_or_404(review.extraction_fields.in_force(), pk=pk)
    return _edit(request, review, field)


@login_required
@require_POST
def field_move(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    review = access.review(request, slug, role=Role.OWNER)
    field = get_object_or_404(review.extraction_fields.in_force(), pk=pk)
    up = request.POST.get("direction") != "down"
    try:
        extraction_fields.move(field, up=up, by=access.person(request))
    except extraction_fields.NowhereToMove as error:
        messages.warning(request, str(error))
    return redirect("reviews:protocol_detail", review.slug)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def field_retire(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    review = access.review(request, slug, role=Role.OWNER)
    # Taken out already, by a form that is posted twice: nothing changes.
    field = get_object_or_404(review.extraction_fields, pk=pk)
    form = AmendmentForm(posted(request), review=review)
    if request.method == "POST" and form.is_valid():
        try:
            extraction_fields.retire(
                field, by=access.person(request), **form.cleaned_data
            )
        except protocol.ReasonMissing as error:
            form.add_error("because", str(error))
        else:
            messages.success(request, f"The field {field} is taken out.")
            return redirect("reviews:protocol_detail", review.slug)
    return _confirm(request, field, form, "retire")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def field_reinstate(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    review = access.review(request, slug, role=Role.OWNER)
    field = get_object_or_404(review.extraction_fields, pk=pk)
    form = AmendmentForm(posted(request), review=review)
    if request.method == "POST" and form.is_valid():
        try:
            extraction_fields.reinstate(
                field, by=access.person(request), **form.cleaned_data
            )
        except protocol.ReasonMissing as error:
            form.add_error("because", str(error))
        except extraction_fields.FieldUnfit as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"The field {field} is back.")
            return redirect("reviews:protocol_detail", review.slug)
    return _confirm(request, field, form, "reinstate")


def _edit(
    request: HttpRequest, review: Review, field: ExtractionField | None
) -> HttpResponse:
    form = FieldForm(request.POST or None, instance=field, review=review)
    if request.method == "POST" and form.is_valid():
        because = form.cleaned_data.get("because", "")
        by = access.person(request)
        try:
            if field is None:
                extraction_fields.add(review, because=because, by=by, **form.facts())
            else:
                extraction_fields.change(field, because=because, by=by, **form.facts())
        except extraction_fields.FieldUnfit as error:
            form.add_error(error.field, str(error))
        except protocol.ReasonMissing as error:
            form.add_error("because", str(error))
        else:
            label = form.cleaned_data["label"]
            messages.success(request, f"The field {label} is saved.")
            return redirect("reviews:protocol_detail", review.slug)
    return render(
        request,
        "reviews/field/edit.html",
        {"review": review, "field": field, "form": form},
        status=422 if request.method == "POST" else 200,
    )


def _confirm(
    request: HttpRequest, field: ExtractionField, form: AmendmentForm, what: str
) -> HttpResponse:
    return render(
        request,
        f"reviews/field/{what}.html",
        {"review": field.review, "field": field, "form": form},
        status=422 if request.method == "POST" else 200,
    )
