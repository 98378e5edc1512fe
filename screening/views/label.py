"""Labels: put on what is judged, and the words of the team's vocabulary."""

import uuid
from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from reviews import access
from reviews.models import Review, Role, Stage
from reviews.views.htmx import HtmxRequest
from screening import marks, quotes, room
from screening.decisions import Item, NotOpenForDecision
from screening.forms.label import LabelForm, LabelsForm, MergeForm
from screening.labels import book, putting, reading, vocabulary
from screening.models import Label
from screening.views import showing

PER_PAGE = 50


@login_required
@require_POST
def label_record(request: HtmxRequest, slug: str, pk: int) -> HttpResponse:
    """Put labels on a record, or take them off."""
    return _put(request, showing.judged_record(request, slug, pk))


@login_required
@require_POST
def label_report(request: HtmxRequest, slug: str, pk: int) -> HttpResponse:
    """Put labels on a report, or take them off."""
    return _put(request, showing.judged_report(request, slug, pk))


def _put(request: HtmxRequest, item: Item) -> HttpResponse:
    person = access.person(request)
    form = LabelsForm(request.POST)
    problem = ""
    if form.is_valid():
        try:
            putting.put(item, form.put, off=form.off, person=person)
        except (book.LabelRefused, NotOpenForDecision) as error:
            problem = str(error)
    status = 422 if problem else 200
    if not request.htmx:
        # What was typed beside the labels is still there on the page that follows.
        return showing.show_typed(request, item, problem=problem, status=status)
    context = {
        "review": item.review,
        "item": item,
        "is_full_text": showing.is_full_text(item),
        "marks": marks.on_page(item, quotes.read_record(item), person),
        "label_problem": problem,
    }
    return render(request, "screening/label/_picker.html", context, status=status)


@login_required
@require_GET
def label_list(request: HttpRequest, slug: str) -> HttpResponse:
    """List the vocabulary and one's own labels."""
    review = access.review(request, slug)
    return _list(request, review)


@login_required
@require_GET
def label_detail(request: HttpRequest, slug: str, token: uuid.UUID) -> HttpResponse:
    """List what has a label, as far as it is settled or one's own."""
    review = access.review(request, slug)
    person = access.person(request)
    label = get_object_or_404(book.known(review, person), token=token)
    found = reading.put_as(review, label, person)
    context = {
        "review": review,
        "label": label,
        # Who settles conflicts without names is told no maker but themselves.
        "without_names": [
            stage
            for stage in (Stage.TITLE_ABSTRACT, Stage.FULL_TEXT)
            if room.names_are_hidden(review, stage, person)
        ],
        "page_obj": Paginator(found, PER_PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "screening/label/detail.html", context)


@login_required
@require_POST
def label_create(request: HttpRequest, slug: str) -> HttpResponse:
    """Write a label into the vocabulary."""
    review = access.review(request, slug, role=Role.OWNER)
    form = LabelForm(request.POST)
    if form.is_valid():
        try:
            vocabulary.create(
                review, form.cleaned_data["name"], by=access.person(request)
            )
        except (book.LabelRefused, vocabulary.NameTaken) as error:
            form.add_error("name", str(error))
        else:
            return redirect("screening:label_list", review.slug)
    return _list(request, review, form=form, status=422)


@login_required
@require_POST
def label_rename(request: HttpRequest, slug: str, token: uuid.UUID) -> HttpResponse:
    """Give a label another name."""
    review = access.review(request, slug)
    label = _label(request, review, token)
    form = LabelForm(request.POST)
    try:
        name = form.data.get("name", "")
        vocabulary.rename(label, name, by=access.person(request))
    except (book.LabelRefused, vocabulary.NameTaken) as error:
        messages.error(request, str(error))
        return _list(request, review, status=422)
    return redirect("screening:label_list", review.slug)


@login_required
@require_POST
def label_merge(request: HttpRequest, slug: str, token: uuid.UUID) -> HttpResponse:
    """Read a label as another one."""
    review = access.review(request, slug, role=Role.OWNER)
    label = get_object_or_404(book.vocabulary(review), token=token)
    others = list(book.vocabulary(review).filter(merged_into=None))
    form = MergeForm(request.POST, others=others)
    if not form.is_valid():
        messages.error(request, "Choose the label to merge it into.")
        return _list(request, review, status=422)
    try:
        vocabulary.merge(label, form.chosen, by=access.person(request))
    except vocabulary.NotMergeable as error:
        messages.error(request, str(error))
        return _list(request, review, status=422)
    messages.success(request, f"{label} is read as {form.chosen}; this can be undone.")
    return redirect("screening:label_list", review.slug)


@login_required
@require_POST
def label_unmerge(request: HttpRequest, slug: str, token: uuid.UUID) -> HttpResponse:
    """Undo a merge."""
    told = "{} stands by itself again."
    return _change(request, slug, token, vocabulary.unmerge, told)


@login_required
@require_POST
def label_retire(request: HttpRequest, slug: str, token: uuid.UUID) -> HttpResponse:
    """Offer a label no more."""
    told = "{} is offered no more; where it was put it stays."
    return _change(request, slug, token, vocabulary.retire, told)


@login_required
@require_POST
def label_reinstate(request: HttpRequest, slug: str, token: uuid.UUID) -> HttpResponse:
    """Offer a label again."""
    return _change(request, slug, token, vocabulary.reinstate)


@login_required
@require_POST
def label_share(request: HttpRequest, slug: str, token: uuid.UUID) -> HttpResponse:
    """Give one's own label to the team."""
    told = "{} is in the vocabulary of the team now."
    return _change(request, slug, token, vocabulary.share, told)


def _change(
    request: HttpRequest,
    slug: str,
    token: uuid.UUID,
    rule_of: Callable[..., Label],
    told: str = "",
) -> HttpResponse:
    """Change a label by a rule, and tell what it is now."""
    review = access.review(request, slug)
    label = rule_of(_label(request, review, token), by=access.person(request))
    if told:
        messages.success(request, told.format(label))
    return redirect("screening:label_list", review.slug)


def _label(request: HttpRequest, review: Review, token: uuid.UUID) -> Label:
    return get_object_or_404(book.known(review, access.person(request)), token=token)


def _list(
    request: HttpRequest,
    review: Review,
    *,
    form: LabelForm | None = None,
    status: int = 200,
) -> HttpResponse:
    person = access.person(request)
    context = {
        "review": review,
        "vocabulary": reading.counted(review, book.vocabulary(review), person),
        "own": reading.counted(review, book.private(review, person), person),
        "form": form or LabelForm(),
        "is_owner": access.has_role(review, person, Role.OWNER),
    }
    return render(request, "screening/label/list.html", context, status=status)
