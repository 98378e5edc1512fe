from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from reviews import access
from reviews.bibliography import adding, editing, values
from reviews.forms.record import AbstractForm, RecordForm
from reviews.models import Record, Review, Role
from reviews.views.back import next_page


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def record_create(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Add a record by hand to the search with this pk."""
    review = access.review(request, slug, role=Role.OWNER)
    search = get_object_or_404(review.searches, pk=pk)
    form = RecordForm(request.POST or None)
    if form.is_valid():
        person = access.person(request)
        try:
            record = adding.add(search, form.cleaned_data, by=person)
        except adding.AlreadyAdded as error:
            messages.warning(request, str(error))
            return redirect(error.record)
        messages.success(request, f"Added to {search.name}.")
        return redirect(record)
    context = {"review": review, "search": search, "form": form}
    return render(request, "reviews/record/create.html", context, status=_status(form))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def record_edit(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    review = access.review(request, slug, role=Role.OWNER)
    record = get_object_or_404(review.records, pk=pk)
    form = _edit_form(record, request.POST or None)
    context: dict[str, Any] = {"review": review, "record": record, "form": form}
    if form.is_valid():
        given = form.cleaned_data
        try:
            editing.edit(record, given, by=access.person(request), seen=given["seen"])
        except values.Nameless as error:
            form.add_error("title", str(error))
        except editing.EditedMeanwhile as clash:
            again = _edit_form(clash.record, initial=clash.changed)
            context |= {"form": again, "clash": clash}
        else:
            messages.success(
                request, "Saved; what it said before stays in the history."
            )
            return redirect(record)
    return render(request, "reviews/record/edit.html", context, status=_status(form))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def record_add_abstract(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Paste in an abstract that the source left out, and go back to `next`."""
    review = access.review(request, slug)
    if not editing.may_add_abstract(review, access.person(request)):
        raise access.WrongRole("Owners and reviewers paste abstracts in.")
    record = get_object_or_404(review.records, pk=pk)
    form = AbstractForm(request.POST or None)
    if form.is_valid():
        try:
            editing.add_abstract(
                record, form.cleaned_data["abstract"], by=access.person(request)
            )
        except editing.HasAbstract as error:
            form.add_error("abstract", str(error))
        else:
            messages.success(request, "The abstract is there now.")
            return redirect(next_page(request) or record)
    context = {
        "review": review,
        "record": record,
        "form": form,
        "after": next_page(request),
    }
    return render(
        request, "reviews/record/add_abstract.html", context, status=_status(form)
    )


@login_required
@require_POST
def record_put_back_values(
    request: HttpRequest, slug: str, pk: int, event: int
) -> HttpResponse:
    """Take back the edit that this event tells of."""
    review = access.review(request, slug)
    record = get_object_or_404(review.records, pk=pk)
    try:
        editing.take_back(record, event, by=access.person(request))
    except editing.NotAnEdit as error:
        raise Http404(str(error)) from error
    except (editing.Overtaken, values.Nameless) as error:
        messages.warning(request, str(error))
    else:
        messages.success(
            request, "The record says again what it said before that edit."
        )
    return redirect(record)


@login_required
@require_POST
def record_take_out(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Undo the adding of a record by hand."""
    review = access.review(request, slug, role=Role.OWNER)
    record = _known(review, pk)
    try:
        adding.take_out(record, by=access.person(request))
    except (adding.FromAFile, adding.InASet) as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "The record is out of the review; it can come back.")
    return redirect(record)


@login_required
@require_POST
def record_put_back(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    review = access.review(request, slug, role=Role.OWNER)
    record = _known(review, pk)
    try:
        adding.put_back(record, by=access.person(request))
    except adding.FromAFile as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "The record is in the review again.")
    return redirect(record)


def _known(review: Review, pk: int) -> Record:
    return get_object_or_404(adding.known(review), pk=pk)


def _edit_form(
    record: Record, data: Any = None, *, initial: dict[str, Any] | None = None
) -> RecordForm:
    """Return the form of what a record says, with the last edit that it shows."""
    shown = {**(initial or {}), "seen": editing.latest(record)}
    # Read after that, or an edit between the two would count as shown and be undone.
    record.refresh_from_db(fields=values.FIELDS)
    return RecordForm(data, instance=record, initial=shown)


def _status(form: RecordForm | AbstractForm) -> int:
    return 422 if form.is_bound else 200
