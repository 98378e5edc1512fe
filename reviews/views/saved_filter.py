from urllib.parse import urlsplit

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from reviews import access, saved_filters
from reviews.forms.saved_filter import NewFilterForm, SavedFilterForm
from reviews.models import Review, SavedFilter
from reviews.views.back import next_page

_REFUSED = (
    saved_filters.NameTaken,
    saved_filters.NotForAll,
    saved_filters.NothingAsked,
)


@login_required
@require_POST
def saved_filter_create(request: HttpRequest, slug: str) -> HttpResponse:
    """Save what a list was asked, under a name."""
    review = access.review(request, slug)
    form = NewFilterForm(request.POST)
    if form.is_valid():
        try:
            saved = saved_filters.add(
                review,
                page=SavedFilter.Page(form.cleaned_data["page"]),
                name=form.cleaned_data["name"],
                query=form.cleaned_data["query"],
                is_shared=form.cleaned_data["is_shared"],
                by=access.person(request),
            )
        except _REFUSED as error:
            form.add_error(_place_of(error), str(error))
        else:
            messages.success(request, f"Saved as “{saved.name}”.")
            return redirect(f"{_list(request, review)}?{saved.query}")
    return _page(request, review, form)


@login_required
@require_http_methods(["GET", "POST"])
def saved_filter_edit(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Give one's own filter another name, or share it."""
    review = access.review(request, slug)
    saved = _own(request, review, pk)
    form = SavedFilterForm(request.POST or None, instance=saved)
    if request.method == "POST" and form.is_valid():
        try:
            saved_filters.change(
                saved,
                name=form.cleaned_data["name"],
                is_shared=form.cleaned_data["is_shared"],
                by=access.person(request),
            )
        except _REFUSED as error:
            form.add_error(_place_of(error), str(error))
        else:
            messages.success(request, f"The filter is “{saved.name}” now.")
            return redirect(f"{_list(request, review)}?{saved.query}")
    return _page(request, review, form, saved)


@login_required
@require_POST
def saved_filter_remove(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Remove one's own filter; its page offers to put it back."""
    review = access.review(request, slug)
    saved = _own(request, review, pk)
    saved_filters.remove(saved, by=access.person(request))
    url = reverse("reviews:saved_filter_edit", args=[review.slug, saved.pk])
    return redirect(f"{url}?next={_list(request, review)}")


@login_required
@require_POST
def saved_filter_put_back(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Put back what was removed."""
    review = access.review(request, slug)
    saved = _own(request, review, pk)
    try:
        saved_filters.put_back(saved, by=access.person(request))
    except saved_filters.NameTaken as error:
        messages.error(request, str(error))
    return redirect(f"{_list(request, review)}?{saved.query}")


def _own(request: HttpRequest, review: Review, pk: int) -> SavedFilter:
    own = review.saved_filters.filter(owner=access.person(request))
    return get_object_or_404(own, pk=pk)


def _list(request: HttpRequest, review: Review) -> str:
    """Return the list that the filter belongs to, without what it was asked."""
    path = urlsplit(next_page(request)).path
    return path or reverse("reviews:record_list", args=[review.slug])


def _page(
    request: HttpRequest,
    review: Review,
    form: SavedFilterForm,
    saved: SavedFilter | None = None,
) -> HttpResponse:
    context = {
        "review": review,
        "form": form,
        "saved": saved,
        "list_url": _list(request, review),
    }
    status = 422 if form.errors else 200
    return render(request, "reviews/saved_filter/edit.html", context, status=status)


def _place_of(error: Exception) -> str | None:
    """Return the field of the form that a refusal is told at; None: above them all."""
    if isinstance(error, saved_filters.NameTaken):
        return "name"
    return "is_shared" if isinstance(error, saved_filters.NotForAll) else None
