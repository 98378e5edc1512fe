from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from config.uploads import was_too_large
from reviews import access, codings, dismissals, extraction_fields, related
from reviews.audit import listing, running
from reviews.exports.audit import WRITERS
from reviews.exports.options import Options
from reviews.formats.parsed import UnreadableFile
from reviews.forms.audit import (
    SEVERITIES,
    AuditFilterForm,
    CodingForm,
    MeaningForm,
    ReasonForm,
    RelatedListForm,
)
from reviews.models import Role
from reviews.views.export import download

PER_PAGE = 20
_FILES = (("csv", "CSV"), ("docx", "Word"), ("json", "JSON"))
_TYPES = {
    ".csv": "text/csv; charset=utf-8",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".json": "application/json; charset=utf-8",
}


@login_required
@require_GET
def audit(request: HttpRequest, slug: str) -> HttpResponse:
    """Run every check and show what each finds."""
    review = access.review(request, slug)
    outcomes = running.run(review)
    form = AuditFilterForm(request.GET)
    wanted = form.cleaned_data if form.is_valid() else {}
    only = request.GET.get("finding", "")
    pages = Paginator(listing.choose(outcomes, **wanted, finding=only), PER_PAGE)
    page = pages.get_page(request.GET.get("page"))
    return render(
        request,
        "reviews/audit/audit.html",
        {
            "review": review,
            "form": form,
            "is_filtered": any(wanted.values()) or bool(only),
            "page_obj": page,
            "groups": listing.groups(
                review, list(page), SEVERITIES, in_full=bool(only)
            ),
            "tallies": listing.tallies(outcomes, SEVERITIES),
            "outcomes": outcomes,
            "earlier": listing.earlier(review, outcomes),
            "files": _FILES,
            "may_edit": access.has_role(review, access.person(request), Role.OWNER),
        },
    )


@login_required
@require_GET
def audit_download(
    request: HttpRequest, slug: str, ending: str
) -> StreamingHttpResponse:
    """Download the findings as .csv, .docx or .json."""
    review = access.review(request, slug)
    writer = WRITERS["audit"].get(f".{ending}")
    if writer is None:
        raise Http404(f"The audit is not written as .{ending}.")
    return _sent(f"{review.slug}-audit.{ending}", writer(review, Options()))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def audit_dismiss(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """Let a finding stand, for a reason."""
    review = access.review(request, slug, role=Role.OWNER)
    try:
        found = running.find(review, key)
    except running.UnknownFinding as error:
        messages.warning(request, str(error))
        return redirect("reviews:audit", review.slug)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            dismissals.dismiss(
                review,
                found.finding.check,
                key,
                what=found.finding.what,
                by=access.person(request),
                **form.cleaned_data,
            )
        except (dismissals.ReasonMissing, dismissals.StandsAlready) as error:
            form.add_error("reason", str(error))
        else:
            messages.success(request, "The finding is let stand, with your reason.")
            return redirect("reviews:audit", review.slug)
    return render(
        request,
        "reviews/audit/dismiss.html",
        {"review": review, "judged": found, "form": form, "title": running.title},
        status=422 if request.method == "POST" else 200,
    )


@login_required
@require_POST
def audit_reopen(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Take the reason back for which a finding was let stand."""
    review = access.review(request, slug, role=Role.OWNER)
    dismissal = get_object_or_404(listing.reasons(review), pk=pk)
    dismissals.withdraw(dismissal, by=access.person(request))
    messages.success(request, "The reason is taken back; it stays to be read.")
    return redirect("reviews:audit", review.slug)


@login_required
@require_GET
def related_list(request: HttpRequest, slug: str) -> HttpResponse:
    """List the reference lists of related reviews."""
    review = access.review(request, slug)
    context = {
        "review": review,
        "lists": related.lists(review),
        "removed": related.removed(review),
        "may_edit": access.has_role(review, access.person(request), Role.OWNER),
    }
    return render(request, "reviews/audit/related.html", context)


@login_required
@require_GET
def related_detail(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """List the references of a related review, in the order of its file."""
    review = access.review(request, slug)
    made = get_object_or_404(review.related_lists, pk=pk)
    pages = Paginator(made.references.order_by("pk"), PER_PAGE)
    context = {
        "review": review,
        "list": made,
        "page_obj": pages.get_page(request.GET.get("page")),
    }
    return render(request, "reviews/audit/related_detail.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def related_add(request: HttpRequest, slug: str) -> HttpResponse:
    review = access.review(request, slug, role=Role.OWNER)
    if request.method != "POST":
        form = RelatedListForm()
        return _page(request, "related_add", {"review": review, "form": form})
    form = RelatedListForm(request.POST, request.FILES, dropped=was_too_large(request))
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            added = related.add(
                review,
                name=form.cleaned_data["name"],
                file_name=file.name,
                data=file.read(),
                by=access.person(request),
            )
        except (related.NameTaken, related.NameMissing) as error:
            form.add_error("name", str(error))
        except (UnreadableFile, related.HasErrors, related.TooLong) as error:
            form.add_error("file", str(error))
        else:
            messages.success(request, f"The list {added.name} is added.")
            return redirect("reviews:related_list", review.slug)
    return _page(request, "related_add", {"review": review, "form": form})


@login_required
@require_POST
def related_remove(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    review = access.review(request, slug, role=Role.OWNER)
    made = get_object_or_404(review.related_lists, pk=pk)
    related.remove(made, by=access.person(request))
    messages.success(request, f"The list {made.name} is removed; it can be restored.")
    return redirect("reviews:related_list", review.slug)


@login_required
@require_POST
def related_restore(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    review = access.review(request, slug, role=Role.OWNER)
    made = get_object_or_404(review.related_lists, pk=pk)
    try:
        related.restore(made, by=access.person(request))
    except related.NameTaken as error:
        messages.warning(request, str(error))
    else:
        messages.success(request, f"The list {made.name} is back.")
    return redirect("reviews:related_list", review.slug)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def criterion_coding(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Say what a criterion speaks of, and which values meet it."""
    review = access.review(request, slug, role=Role.OWNER)
    criterion = get_object_or_404(review.criteria.in_force(), pk=pk)
    form = CodingForm(
        request.POST if request.method == "POST" else None,
        review=review,
        coded=codings.standing(review).get(criterion.pk, {}),
        initial={"topic": criterion.topic},
    )
    if request.method == "POST" and form.is_valid():
        try:
            codings.code(
                criterion,
                topic=form.cleaned_data["topic"],
                values=form.values(),
                by=access.person(request),
            )
        except codings.CodingUnfit as error:
            form.add_error(f"field-{error.field}" if error.field else None, str(error))
        else:
            messages.success(request, f"Criterion {criterion.code} is coded.")
            return redirect("reviews:criterion_detail", review.slug, criterion.pk)
    context = {"review": review, "criterion": criterion, "form": form}
    return _page(request, "coding", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def field_meaning(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Say what a field tells of a study."""
    review = access.review(request, slug, role=Role.OWNER)
    field = get_object_or_404(review.extraction_fields.in_force(), pk=pk)
    form = MeaningForm(
        request.POST if request.method == "POST" else None, instance=field
    )
    if request.method == "POST" and form.is_valid():
        meaning = form.cleaned_data["meaning"]
        extraction_fields.mean(field, meaning, by=access.person(request))
        messages.success(request, f"The field {field.label} is saved.")
        return redirect("reviews:field_detail", review.slug, field.pk)
    context = {"review": review, "field": field, "form": form}
    return _page(request, "meaning", context)


def _page(request: HttpRequest, name: str, context: dict[str, Any]) -> HttpResponse:
    return render(
        request,
        f"reviews/audit/{name}.html",
        context,
        status=422 if request.method == "POST" else 200,
    )


def _sent(name: str, parts: Any) -> StreamingHttpResponse:
    return download(name, parts, _TYPES[f".{name.rpartition('.')[2]}"])
