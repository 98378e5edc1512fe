from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from reviews import access, adoption, protocol, targets
from reviews.forms.amendment import AmendmentForm, posted
from reviews.forms.protocol import DesignsForm
from reviews.instruments import loading
from reviews.models import Role


@login_required
@require_GET
def instrument_list(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the instruments that come with the product."""
    review = access.review(request, slug)
    return render(
        request,
        "reviews/instrument/list.html",
        {
            "review": review,
            "offered": adoption.offered(review),
            "may_edit": access.has_role(review, access.person(request), Role.OWNER),
        },
    )


@login_required
@require_GET
def instrument_detail(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Show an adopted instrument, with its domains and questions."""
    review = access.review(request, slug)
    instrument = get_object_or_404(review.instruments, pk=pk)
    return render(
        request,
        "reviews/instrument/detail.html",
        {
            "review": review,
            "instrument": instrument,
            "form": targets.form_of(instrument),
            "designs": adoption.told(instrument.designs),
            "may_edit": access.has_role(review, access.person(request), Role.OWNER),
        },
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def instrument_adopt(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    review = access.review(request, slug, role=Role.OWNER)
    try:
        offer = loading.load(key)
    except loading.UnknownInstrument as error:
        raise Http404(str(error)) from error
    form = DesignsForm(
        posted(request), initial={"designs": offer.designs}, review=review
    )
    if request.method == "POST" and form.is_valid():
        try:
            adoption.adopt(review, key, by=access.person(request), **form.cleaned_data)
        except adoption.AlreadyAdopted as error:
            form.add_error(None, str(error))
        except protocol.ReasonMissing as error:
            form.add_error("because", str(error))
        else:
            messages.success(request, f"{offer.short_name} is in the protocol.")
            return redirect("reviews:protocol_detail", review.slug)
    return render(
        request,
        "reviews/instrument/adopt.html",
        {"review": review, "offer": offer, "form": form},
        status=422 if request.method == "POST" else 200,
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def instrument_edit(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    review = access.review(request, slug, role=Role.OWNER)
    instrument = get_object_or_404(review.instruments.in_force(), pk=pk)
    form = DesignsForm(
        posted(request), initial={"designs": instrument.designs}, review=review
    )
    if request.method == "POST" and form.is_valid():
        try:
            adoption.change_designs(
                instrument, by=access.person(request), **form.cleaned_data
            )
        except protocol.ReasonMissing as error:
            form.add_error("because", str(error))
        else:
            messages.success(request, f"The designs of {instrument} are saved.")
            return redirect("reviews:protocol_detail", review.slug)
    return render(
        request,
        "reviews/instrument/edit.html",
        {"review": review, "instrument": instrument, "form": form},
        status=422 if request.method == "POST" else 200,
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def instrument_retire(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    review = access.review(request, slug, role=Role.OWNER)
    # Taken out already, by a form that is posted twice: nothing changes.
    instrument = get_object_or_404(review.instruments, pk=pk)
    form = AmendmentForm(posted(request), review=review)
    if request.method == "POST" and form.is_valid():
        try:
            adoption.retire(instrument, by=access.person(request), **form.cleaned_data)
        except protocol.ReasonMissing as error:
            form.add_error("because", str(error))
        else:
            messages.success(request, f"{instrument} is taken out.")
            return redirect("reviews:protocol_detail", review.slug)
    return render(
        request,
        "reviews/instrument/retire.html",
        {"review": review, "instrument": instrument, "form": form},
        status=422 if request.method == "POST" else 200,
    )
