"""Pages on which the words to highlight are listed, written and switched."""

import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from reviews import access
from reviews.exports import table
from reviews.models import Record, Review, Role
from screening import marks
from screening.forms.words import SuggestedForm, WordFileForm, WordListForm
from screening.models import Meaning, WordList
from screening.words import files, lists, proposing
from screening.words.lists import COLOURS, Facts

LABELS = dict(Meaning.choices)


@login_required
@require_GET
def word_list_list(request: HttpRequest, slug: str) -> HttpResponse:
    """List the words that are highlighted for the person."""
    review = access.review(request, slug)
    return _list(request, review, WordFileForm())


@login_required
@require_http_methods(["GET", "POST"])
def word_list_create(request: HttpRequest, slug: str) -> HttpResponse:
    """Write a list, for the team or for oneself."""
    review = access.review(request, slug)
    form = WordListForm(request.POST or None, initial=_asked_for(request))
    if request.method == "POST" and form.is_valid() and "preview" not in request.POST:
        person = access.person(request)
        for_team = bool(request.POST.get("is_shared"))
        try:
            lists.create(review, form.facts, by=person, is_shared=for_team)
        except lists.TooManyLists as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"{form.facts.name} is highlighted from now on.")
            return redirect("screening:word_list_list", review.slug)
    return _form(request, review, form)


@login_required
@require_http_methods(["GET", "POST"])
def word_list_edit(request: HttpRequest, slug: str, token: uuid.UUID) -> HttpResponse:
    """Change a list."""
    review = access.review(request, slug)
    made = _word_list(request, review, token)
    if not _may_write(request, review, made):
        raise access.WrongRole("A list of the team is changed by an owner.")
    form = WordListForm(request.POST or None, word_list=made)
    if request.method == "POST" and form.is_valid() and "preview" not in request.POST:
        try:
            lists.change(made, form.facts, by=access.person(request))
        except lists.TooManyLetters as error:
            form.add_error("words", str(error))
        else:
            messages.success(request, f"{form.facts.name} was changed.")
            return redirect("screening:word_list_list", review.slug)
    return _form(request, review, form, made)


@login_required
@require_POST
def word_list_switch(request: HttpRequest, slug: str, token: uuid.UUID) -> HttpResponse:
    """Switch a list on or off for oneself."""
    review = access.review(request, slug)
    made = _word_list(request, review, token)
    is_on = request.POST.get("on") == "1"
    lists.switch(made, person=access.person(request), is_on=is_on)
    return redirect("screening:word_list_list", review.slug)


@login_required
@require_POST
def word_list_share(request: HttpRequest, slug: str, token: uuid.UUID) -> HttpResponse:
    """Give one's own list to the team."""
    review = access.review(request, slug)
    made = lists.share(_word_list(request, review, token), by=access.person(request))
    messages.success(request, f"{made} is the team's now.")
    return redirect("screening:word_list_list", review.slug)


@login_required
@require_POST
def word_list_retire(request: HttpRequest, slug: str, token: uuid.UUID) -> HttpResponse:
    """Remove a list."""
    review = access.review(request, slug)
    made = lists.retire(_word_list(request, review, token), by=access.person(request))
    messages.success(request, f"{made} was removed; it can be put back below.")
    return redirect("screening:word_list_list", review.slug)


@login_required
@require_POST
def word_list_reinstate(
    request: HttpRequest, slug: str, token: uuid.UUID
) -> HttpResponse:
    """Put a removed list back."""
    review = access.review(request, slug)
    made = _word_list(request, review, token)
    try:
        lists.reinstate(made, by=access.person(request))
    except lists.TooManyLetters as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"{made} is highlighted again.")
    return redirect("screening:word_list_list", review.slug)


@login_required
@require_http_methods(["GET", "POST"])
def word_list_suggest(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the words that the protocol suggests, and make lists of those chosen."""
    review = access.review(request, slug)
    suggested = proposing.propose(review)
    form = SuggestedForm(request.POST or None, suggested=proposing.flat(suggested))
    if request.method == "POST" and form.is_valid():
        several = [_facts(*each) for each in form.chosen.items()]
        try:
            lists.create_all(
                review,
                several,
                by=access.person(request),
                is_shared=form.cleaned_data["is_shared"],
            )
        except lists.TooManyLists as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"{_number(several)} made of the protocol.")
            return redirect("screening:word_list_list", review.slug)
    context = {
        "review": review,
        "form": form,
        "suggested": [(LABELS[each.meaning], each) for each in suggested],
        "is_owner": _is_owner(request, review),
    }
    status = 422 if form.errors else 200
    return render(request, "screening/words/suggest.html", context, status=status)


@login_required
@require_GET
def word_list_csv(request: HttpRequest, slug: str) -> StreamingHttpResponse:
    """Download the lists, to take them to another review."""
    review = access.review(request, slug)
    found = lists.visible(review, access.person(request))
    return StreamingHttpResponse(
        table.csv(
            table.frames(files.rows(found), files.COLUMNS), for_spreadsheet=False
        ),
        content_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="{review.slug}-words.csv"'
        },
    )


@login_required
@require_POST
def word_list_import(request: HttpRequest, slug: str) -> HttpResponse:
    """Take in the lists of a file, as one's own or as the team's."""
    review = access.review(request, slug)
    form = WordFileForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            several = files.read(form.cleaned_data["file"].read())
            lists.create_all(
                review,
                several,
                by=access.person(request),
                is_shared=bool(request.POST.get("is_shared")),
            )
        except (files.UnreadableFile, lists.TooManyLists) as error:
            form.add_error("file", str(error))
        else:
            messages.success(request, f"{_number(several)} taken in.")
            return redirect("screening:word_list_list", review.slug)
    return _list(request, review, form, status=422)


def _number(several: list[Facts]) -> str:
    return "One list was" if len(several) == 1 else f"{len(several)} lists were"


def _facts(meaning: str, words: list[str]) -> Facts:
    """Return a list of chosen words; an abbreviation is marked as any other word."""
    colour = COLOURS[Meaning(meaning)]
    return Facts(LABELS[meaning], meaning, colour, "\n".join(words))


def _is_owner(request: HttpRequest, review: Review) -> bool:
    return access.has_role(review, access.person(request), Role.OWNER)


def _may_write(request: HttpRequest, review: Review, made: WordList) -> bool:
    is_owner = _is_owner(request, review)
    return lists.may_write(made, access.person(request), is_owner=is_owner)


def _word_list(request: HttpRequest, review: Review, token: uuid.UUID) -> WordList:
    known = lists.known(review, access.person(request))
    return get_object_or_404(known, token=token)


def _asked_for(request: HttpRequest) -> dict[str, str]:
    meaning = request.GET.get("meaning", "")
    return {"meaning": meaning} if meaning in Meaning.values else {}


def _list(
    request: HttpRequest, review: Review, form: WordFileForm, *, status: int = 200
) -> HttpResponse:
    person = access.person(request)
    is_owner = _is_owner(request, review)
    shown = [
        (each, marks.look_of(each), lists.may_write(each, person, is_owner=is_owner))
        for each in lists.visible(review, person)
    ]
    removed = [
        each
        for each in lists.known(review, person).retired().in_order()
        if lists.may_write(each, person, is_owner=is_owner)
    ]
    context = {
        "review": review,
        "shared": [row for row in shown if row[0].is_shared],
        "own": [row for row in shown if not row[0].is_shared],
        "removed": removed,
        "is_owner": is_owner,
        "form": form,
    }
    return render(request, "screening/words/list.html", context, status=status)


def _form(
    request: HttpRequest,
    review: Review,
    form: WordListForm,
    made: WordList | None = None,
) -> HttpResponse:
    """Show the form, with the words marked in a record of the review."""
    words = form.facts if form.is_bound and form.is_valid() else None
    context: dict[str, Any] = {
        "review": review,
        "form": form,
        "word_list": made,
        "is_owner": _is_owner(request, review),
        "for_team": made.is_shared if made else bool(request.POST.get("is_shared")),
    }
    shown = words or (lists.facts_of(made) if made else None)
    record = _example(request, review)
    if shown is not None and record is not None:
        context |= {"record": record, **marks.preview(shown, record)}
    status = 422 if form.errors else 200
    return render(request, "screening/words/form.html", context, status=status)


def _example(request: HttpRequest, review: Review) -> Record | None:
    """Return a record to try the words on: the first, or the one after the last."""
    every = review.records.order_by("pk").select_related("review")
    with_abstract = every.exclude(abstract="")
    found = with_abstract if with_abstract.exists() else every
    last = request.POST.get("example", "")
    if last.isdecimal() and len(last) < 19:
        further = (
            {"pk__gt": last} if request.POST.get("preview") == "next" else {"pk": last}
        )
        return found.filter(**further).first() or found.first()
    return found.first()
