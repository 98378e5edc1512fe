from dataclasses import dataclass, replace

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from reviews import access, moments
from reviews.checklists import answers, definitions, filling, tables
from reviews.checklists.answers import Answer
from reviews.checklists.definitions import Checklist, Item
from reviews.checklists.filling import Filling
from reviews.exports import formats
from reviews.exports.options import Options
from reviews.forms.checklist import ChecklistForm
from reviews.models import Role
from reviews.views.scope import asked as asked_scope
from reviews.views.scope import of_file
from reviews.views.tables import send

WRITERS = tables.WRITERS["checklist"]


@dataclass(frozen=True)
class Line:
    """An item as the page shows it."""

    item: Item
    filled: Filling
    said: Answer


@login_required
@require_GET
def checklist_list(request: HttpRequest, slug: str) -> HttpResponse:
    review = access.review(request, slug)
    listed = []
    for each in definitions.every():
        said = answers.standing(review, each.key)
        total = len(each.items)
        listed.append((each, total - answers.count_open(said.values()), total))
    return render(
        request,
        "reviews/checklist/list.html",
        {"review": review, "checklists": listed},
    )


@login_required
@require_GET
def checklist_detail(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """Show a checklist as it stands, or (?as_of=) as it stood on a day."""
    review = access.review(request, slug)
    asked = _find(key)
    scope = replace(asked_scope(request, review), wave=None)
    filled = filling.fill(review, key, as_of=scope.as_of)
    said = answers.standing(review, key, as_of=scope.as_of)
    is_owner = access.has_role(review, access.person(request), Role.OWNER)
    sections = [
        (name, [Line(i, filled[i.number], said[i.number]) for i in items])
        for name, items in definitions.by_section(asked)
    ]
    return render(
        request,
        "reviews/checklist/detail.html",
        {
            "review": review,
            "checklist": asked,
            "sections": sections,
            "done": len(said) - answers.count_open(said.values()),
            "total": len(said),
            "scope": scope,
            "first_day": moments.first_day(review),
            "of_earlier": tables.OF_EARLIER,
            "may_answer": is_owner and not scope.as_of,
            "files": [(ending[1:], formats.NAMES[ending]) for ending in WRITERS],
        },
        status=422 if scope.problem else 200,
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def checklist_edit(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """Answer the items of a checklist."""
    review = access.review(request, slug, role=Role.OWNER)
    asked = _find(key)
    standing = answers.standing(review, key)
    form = ChecklistForm(request.POST or None, checklist=asked, standing=standing)
    if form.is_valid():
        changed = answers.answer_all(
            review, key, form.answers(), by=access.person(request)
        )
        messages.success(request, _told(len(changed)))
        return redirect("reviews:checklist_detail", review.slug, key)
    return render(
        request,
        "reviews/checklist/edit.html",
        {"review": review, "checklist": asked, "form": form},
        status=422 if request.method == "POST" else 200,
    )


@login_required
@require_GET
def checklist_file(
    request: HttpRequest, slug: str, key: str, suffix: str
) -> HttpResponse | StreamingHttpResponse:
    """Download a checklist as it stands, or (?as_of=) as it stood on a day."""
    review = access.review(request, slug)
    writer = WRITERS.get(f".{suffix}")
    if writer is None:
        raise Http404(f"No file {key}.{suffix}.")
    name = f"checklist-{_find(key).key.replace('_', '-')}"
    options = Options(kind=key, as_of=of_file(request, review).as_of)
    return send(request, review, f"{name}.{suffix}", writer, options)


def _find(key: str) -> Checklist:
    try:
        return definitions.find(key)
    except definitions.UnknownChecklist as error:
        raise Http404(str(error)) from error


def _told(number: int) -> str:
    if not number:
        return "Nothing was changed."
    return "One item is answered anew." if number == 1 else f"{number} items saved."
