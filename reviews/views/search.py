from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from reviews import access, searches, waves
from reviews.bibliography import adding
from reviews.forms.imports import ImportForm
from reviews.forms.search import SearchForm
from reviews.imports import keeping
from reviews.models import Review, Role, Search, Wave


@login_required
@require_GET
def search_list(request: HttpRequest, slug: str) -> HttpResponse:
    review = access.review(request, slug)
    rows = searches.with_counts(review)
    wave = _wave(request, review)
    if wave is not None:
        rows = rows.filter(wave=wave)
    return render(
        request,
        "reviews/search/list.html",
        {
            "review": review,
            "wave": wave,
            "searches": rows,
            "waiting_count": keeping.undecided(review).count(),
            "may_edit": access.has_role(review, access.person(request), Role.OWNER),
        },
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def search_create(request: HttpRequest, slug: str) -> HttpResponse:
    review = access.review(request, slug, role=Role.OWNER)
    return _edit(request, review, Search(review=review))


@login_required
@require_GET
def search_detail(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    review = access.review(request, slug)
    search = get_object_or_404(searches.with_counts(review), pk=pk)
    return render(
        request,
        "reviews/search/detail.html",
        {
            "review": review,
            "search": search,
            "form": ImportForm(),
            "taken_out": adding.taken_out(search),
            "may_edit": access.has_role(review, access.person(request), Role.OWNER),
        },
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def search_edit(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    review = access.review(request, slug, role=Role.OWNER)
    return _edit(request, review, get_object_or_404(review.searches, pk=pk))


@login_required
@require_POST
def search_remove(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    review = access.review(request, slug, role=Role.OWNER)
    search = get_object_or_404(review.searches, pk=pk)
    try:
        searches.remove(search, by=access.person(request))
    except searches.SearchInUse as error:
        messages.error(request, str(error))
        return redirect("reviews:search_detail", review.slug, pk)
    messages.success(request, f"The search {search.name} was removed.")
    return redirect("reviews:search_list", review.slug)


def _edit(request: HttpRequest, review: Review, search: Search) -> HttpResponse:
    form = SearchForm(request.POST or None, instance=search)
    if request.method == "POST" and form.is_valid():
        try:
            stored = searches.record(form.instance, by=access.person(request))
        except searches.NameTaken as error:
            form.add_error("name", str(error))
        else:
            messages.success(request, f"The search {stored.name} is recorded.")
            return redirect("reviews:search_detail", review.slug, stored.pk)
    return render(
        request,
        "reviews/search/edit.html",
        {"review": review, "search": search, "form": form},
        status=422 if request.method == "POST" else 200,
    )


def _wave(request: HttpRequest, review: Review) -> Wave | None:
    """Return the wave whose searches alone are asked for, if one is."""
    asked = request.GET.get("wave")
    if not asked:
        return None
    for wave in waves.in_order(review):
        if str(wave.number) == asked:
            return wave
    raise Http404("The review has no such wave.")
