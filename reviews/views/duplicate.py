from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_POST,
)

from reviews import access, jobs
from reviews.duplicates import (
    answering,
    background,
    cards,
    fingerprints,
    marking,
    members,
    merging,
    splitting,
    stored,
)
from reviews.duplicates.finding import FoundNow
from reviews.filters.duplicate import CopyFilter, DuplicateSetFilter
from reviews.forms.duplicate import CopyForm, KeepForm, MergeAllForm
from reviews.models import DuplicateSet, Review, Role, User
from reviews.views.back import next_page

_SETS_ON_A_PAGE = 20
_RECORDS_ON_A_PAGE = 25
_PAIRS_ON_A_PAGE = 25


@login_required
@require_GET
def duplicate_list(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the sets of duplicates, those to be looked at first."""
    review = access.review(request, slug)
    return _page(request, review)


@login_required
@require_POST
def duplicate_find(request: HttpRequest, slug: str) -> HttpResponse:
    """Look for duplicates among all records of the review."""
    review = access.review(request, slug, role=Role.OWNER)
    everything = request.POST.get("everything") == "yes"
    try:
        found = background.begin(review, by=_person(request), everything=everything)
    except jobs.AlreadyAtWork:
        messages.info(request, "The search for duplicates is going on already.")
    else:
        if isinstance(found, FoundNow):
            messages.success(request, found.in_words())
    return redirect("reviews:duplicate_list", review.slug)


@login_required
@require_GET
def duplicate_related(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the records that are two reports of what may be one study."""
    review = access.review(request, slug)
    pairs = Paginator(stored.related(review), _PAIRS_ON_A_PAGE)
    page = pairs.get_page(request.GET.get("page"))
    return render(
        request,
        "reviews/duplicate/related.html",
        {"review": review, "page_obj": page},
    )


@login_required
@require_GET
def duplicate_distinct(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the records that somebody told apart."""
    review = access.review(request, slug)
    pairs = Paginator(stored.told_apart(review), _PAIRS_ON_A_PAGE)
    page = pairs.get_page(request.GET.get("page"))
    return render(
        request,
        "reviews/duplicate/distinct.html",
        {
            "review": review,
            "page_obj": page,
            "is_owner": access.has_role(review, _person(request), Role.OWNER),
        },
    )


@login_required
@require_POST
def duplicate_merge(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Merge a set into the copy that was chosen."""
    review = access.review(request, slug, role=Role.OWNER)
    duplicate_set = get_object_or_404(review.duplicate_sets, number=number)
    form = KeepForm(request.POST, duplicate_set=duplicate_set)
    if not form.is_valid():
        return _page(request, review, problem=(number, str(form.errors["keep"][0])))
    try:
        merging.merge(
            duplicate_set, keep=form.cleaned_data["keep"], by=_person(request)
        )
    except (stored.ChangedMeanwhile, members.NotInASet) as problem:
        messages.warning(request, str(problem))
    else:
        messages.success(request, f"Set {number} is merged.")
    return _back(request, review)


@login_required
@require_http_methods(["GET", "POST"])
def duplicate_merge_all(request: HttpRequest, slug: str) -> HttpResponse:
    """Merge all certain sets at once, after asking again."""
    review = access.review(request, slug, role=Role.OWNER)
    form = MergeAllForm(request.POST or None)
    if form.is_valid():
        try:
            merged = merging.merge_all(
                review, by=_person(request), expected=form.cleaned_data["expected"]
            )
        except stored.ChangedMeanwhile as problem:
            messages.warning(request, str(problem))
            return redirect("reviews:duplicate_merge_all", review.slug)
        messages.success(request, f"Sets merged: {merged}.")
        return redirect("reviews:duplicate_list", review.slug)
    return render(
        request,
        "reviews/duplicate/merge_all.html",
        {
            "review": review,
            "figures": stored.figures(review),
        },
        status=422 if form.is_bound else 200,
    )


@login_required
@require_POST
def duplicate_unmerge(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Undo a merge; the set is to be looked at again."""
    review = access.review(request, slug, role=Role.OWNER)
    duplicate_set = get_object_or_404(review.duplicate_sets, number=number)
    try:
        merging.unmerge(duplicate_set, by=_person(request))
    except (stored.ChangedMeanwhile, merging.NotMerged) as problem:
        messages.warning(request, str(problem))
    else:
        messages.success(request, f"The merge of set {number} is undone.")
    return _back(request, review)


@login_required
@require_POST
def duplicate_tell_apart(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Say that the records of a set are no duplicates; a merged set is split again."""
    review = access.review(request, slug, role=Role.OWNER)
    duplicate_set = get_object_or_404(review.duplicate_sets, number=number)
    merged = duplicate_set.state == DuplicateSet.State.MERGED
    tell_apart = splitting.tell_apart if merged else answering.tell_apart
    try:
        tell_apart(duplicate_set, by=_person(request))
    except stored.ChangedMeanwhile as problem:
        messages.warning(request, str(problem))
    else:
        messages.success(
            request, f"The records of set {number} are told apart; each goes on."
        )
    return _back(request, review)


@login_required
@require_POST
def duplicate_put_back(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Take back that a set was told apart."""
    review = access.review(request, slug, role=Role.OWNER)
    duplicate_set = get_object_or_404(review.duplicate_sets, number=number)
    try:
        splitting.put_back(duplicate_set, by=_person(request))
    except (stored.ChangedMeanwhile, splitting.NotToldApart) as problem:
        messages.warning(request, str(problem))
    else:
        messages.success(request, f"Set {number} is to be looked at again.")
    return _back(request, review)


@login_required
@require_POST
def duplicate_split(
    request: HttpRequest, slug: str, number: int, pk: int
) -> HttpResponse:
    """Take one record out of its set, and go back to `next`."""
    review = access.review(request, slug)
    duplicate_set = get_object_or_404(review.duplicate_sets, number=number)
    record = get_object_or_404(duplicate_set.records, pk=pk)
    try:
        splitting.split(record, by=_person(request))
    except members.NotInASet as problem:
        messages.warning(request, str(problem))
    else:
        messages.success(
            request, f"One record is taken out of set {number} and goes on by itself."
        )
    after = next_page(request)
    return redirect(after) if after else _back(request, review)


@login_required
@require_http_methods(["GET", "POST"])
def duplicate_add(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Mark a record as a duplicate of another that the person finds."""
    review = access.review(request, slug)
    if not marking.may_mark(review, _person(request)):
        raise access.WrongRole("Owners and reviewers mark duplicates by hand.")
    record = get_object_or_404(review.records.select_related("search"), pk=pk)
    after = next_page(request)
    form = CopyForm(request.POST or None, review=review)
    if form.is_valid():
        try:
            made = marking.add(record, to=form.cleaned_data["to"], by=_person(request))
        except marking.CannotBeCopies as problem:
            form.add_error("to", str(problem))
        else:
            messages.success(
                request,
                f"Merged: the records are now set {made.number}. On the page of the "
                "record you can take it out again.",
            )
            return redirect(after or record)
    others = marking.others(record).select_related("search").order_by("pk")
    chosen = CopyFilter(request.GET, queryset=others)
    asked = bool(request.GET.get("text", "").strip())
    results = chosen.qs if asked else marking.alike(record, others)
    page = Paginator(results, _RECORDS_ON_A_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "reviews/duplicate/add.html",
        {
            "review": review,
            "record": record,
            "form": form,
            "filter": chosen,
            "asked": asked,
            "after": after,
            "page_obj": page,
        },
        status=422 if form.is_bound else 200,
    )


def _page(
    request: HttpRequest, review: Review, *, problem: tuple[int, str] | None = None
) -> HttpResponse:
    """Show the list; `problem` says what is wrong with the form of which set."""
    sets = DuplicateSetFilter(
        request.GET,
        queryset=stored.in_order(cards.with_copies(review.duplicate_sets.all())),
    )
    page = Paginator(sets.qs, _SETS_ON_A_PAGE).get_page(request.GET.get("page"))
    job = jobs.of(review, background.SUBJECT)
    if job is not None:
        jobs.look_after(job)
    figures = stored.figures(review)
    return render(
        request,
        "reviews/duplicate/list.html",
        {
            "review": review,
            "filter": sets,
            "page_obj": page,
            "cards": [cards.card(each) for each in page],
            "figures": figures,
            "to_answer": figures.found + figures.to_check,
            "is_owner": access.has_role(review, _person(request), Role.OWNER),
            "has_records": review.records.exists(),
            "uncompared": fingerprints.uncompared(review).count(),
            "related": stored.related(review).count(),
            "distinct": review.distinct_pairs.count(),
            "job": job,
            "job_found": background.told(job) if job else None,
            "problem_number": problem[0] if problem else None,
            "problem": problem[1] if problem else "",
        },
        status=422 if problem else 200,
    )


def _back(request: HttpRequest, review: Review) -> HttpResponse:
    """Go back to the list as it was filtered."""
    query = request.GET.urlencode()
    address = reverse("reviews:duplicate_list", args=[review.slug])
    return redirect(f"{address}?{query}" if query else address)


def _person(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user
