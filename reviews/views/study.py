"""Pages of the studies: grouping included reports, and what was settled of each."""

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

from reviews import access, events, judgments, studies
from reviews.filters.study import StudyFilter
from reviews.forms.study import GroupForm, MoveForm, StudyForm
from reviews.models import Report, Review, Study
from reviews.models.study import ByLetter

PER_PAGE = 50
# More wait on the page for grouping.
UNGROUPED_SHOWN = 100

REFUSALS = (
    studies.GroupedAlready,
    studies.LabelMissing,
    studies.LabelTaken,
    studies.NotIncluded,
    studies.NothingToGroup,
    studies.UnknownDesign,
)


@login_required
@require_GET
def study_list(request: HttpRequest, slug: str) -> HttpResponse:
    review = access.review(request, slug)
    listed = StudyFilter(request.GET, review=review)
    waiting = review.reports.without_study().order_by("year", "pk")
    shown = list(waiting[:UNGROUPED_SHOWN])
    labels = studies.proposed_labels(review, shown)
    pages = Paginator(
        listed.qs.order_by("-is_included", ByLetter("label"), "pk"), PER_PAGE
    )
    page = pages.get_page(request.GET.get("page"))
    return render(
        request,
        "reviews/study/list.html",
        {
            "review": review,
            "filter": listed,
            "ungrouped": [(report, labels[report.pk]) for report in shown],
            "ungrouped_count": waiting.count(),
            "field_count": review.extraction_fields.in_force().count(),
            "may_group": studies.may_group(review, access.person(request)),
            "rows": [(study, studies.design_of(study)) for study in page],
            "page_obj": page,
        },
    )


@login_required
@require_http_methods(["GET", "POST"])
def study_create(request: HttpRequest, slug: str) -> HttpResponse:
    """Make one study of the reports that are ticked."""
    review = _review(request, slug)
    if request.method == "POST":
        form = GroupForm(request.POST, review=review)
    else:
        form = GroupForm(review=review, initial=_proposed(request, review))
    if form.is_bound and form.is_valid():
        try:
            study = studies.group(
                review, **form.cleaned_data, by=access.person(request)
            )
        except REFUSALS as error:
            form.add_problem(error)
        else:
            messages.success(request, f"Study made: {study}.")
            return redirect(study)
    return render(
        request,
        "reviews/study/create.html",
        {"review": review, "form": form},
        status=422 if form.errors else 200,
    )


@login_required
@require_POST
def study_group_each(request: HttpRequest, slug: str) -> HttpResponse:
    """Make each included report that has no study a study of its own."""
    review = _review(request, slug)
    made = studies.group_each(review, by=access.person(request))
    count = f"{len(made)} stud{'y' if len(made) == 1 else 'ies'}"
    messages.success(request, f"{count} made, one for each report.")
    return redirect("reviews:study_list", review.slug)


@login_required
@require_GET
def study_detail(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    review = access.review(request, slug)
    study = _study(review, pk)
    return render(
        request,
        "reviews/study/detail.html",
        {
            "review": review,
            "study": study,
            "design": studies.design_of(study),
            "reports": _with_move_forms(review, study),
            "moved": _moved(request, review),
            "lines": studies.values_of(study),
            "tables": _appraised(review, study),
            "events": events.about(study),
            "may_group": studies.may_group(review, access.person(request)),
        },
    )


@login_required
@require_http_methods(["GET", "POST"])
def study_edit(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    review = _review(request, slug)
    study = _study(review, pk)
    form = StudyForm(request.POST) if request.method == "POST" else StudyForm.of(study)
    if form.is_bound and form.is_valid():
        try:
            studies.describe(study, **form.cleaned_data, by=access.person(request))
        except REFUSALS as error:
            form.add_problem(error)
        else:
            messages.success(request, "Saved.")
            return redirect(study)
    return render(
        request,
        "reviews/study/edit.html",
        {"review": review, "study": study, "form": form},
        status=422 if form.errors else 200,
    )


@login_required
@require_POST
def study_move(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Move a report into another study, or out of its study."""
    review = _review(request, slug)
    report = get_object_or_404(review.reports, pk=pk)
    came_from = report.study
    form = MoveForm(request.POST, review=review)
    if not form.is_valid():
        messages.error(request, "That study is not there any more.")
        return _back(review, came_from)
    try:
        studies.move(report, form.cleaned_data["study"], by=access.person(request))
    except studies.NotIncluded as error:
        messages.error(request, str(error))
        return _back(review, came_from)
    return _back(review, came_from or form.cleaned_data["study"], moved=report)


@login_required
@require_POST
def study_undo_move(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Put a report back where its last move took it from."""
    review = _review(request, slug)
    report = get_object_or_404(review.reports, pk=pk)
    try:
        report = studies.undo_move(report, by=access.person(request))
    except (studies.NothingToUndo, studies.NotIncluded) as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "The report is back where it was.")
    return _back(review, report.study)


def _review(request: HttpRequest, slug: str) -> Review:
    """Return the review if the person may group reports in it."""
    review = access.review(request, slug)
    studies.require_grouper(review, access.person(request))
    return review


def _study(review: Review, pk: int) -> Study:
    return get_object_or_404(studies.with_state(review).select_related("review"), pk=pk)


def _proposed(request: HttpRequest, review: Review) -> dict[str, object]:
    """Return the reports ticked on the list, and a name after the first of them."""
    ticked = _keys(request.GET.getlist("report"))
    reports = list(
        review.reports.without_study().filter(pk__in=ticked).order_by("year", "pk")
    )
    labels = studies.proposed_labels(review, reports[:1])
    return {"reports": reports, "label": "".join(labels.values())}


def _keys(given: list[str]) -> list[int]:
    """Return what can be keys of a database: numbers of no more digits than those."""
    return [int(each) for each in given if each.isdecimal() and len(each) < 19]


def _with_move_forms(review: Review, study: Study) -> list[tuple[Report, MoveForm]]:
    form = MoveForm(review=review, initial={"study": study.pk})
    return [(report, form) for report in study.reports.order_by("year", "pk")]


def _moved(request: HttpRequest, review: Review) -> Report | None:
    """Return the report that was just moved, if that can be undone."""
    report = review.reports.filter(pk__in=_keys(request.GET.getlist("moved"))).first()
    return report if report and studies.last_move(report) else None


def _appraised(
    review: Review, study: Study
) -> list[tuple[judgments.Table, list[judgments.Row]]]:
    """Return what was settled of the study with each instrument."""
    found = []
    for table in judgments.tables(review):
        rows = [row for row in table.rows if row.target.study_id == study.pk]
        if any(cell.is_settled for row in rows for cell in row.cells):
            found.append((table, rows))
    return found


def _back(
    review: Review, study: Study | None, *, moved: Report | None = None
) -> HttpResponse:
    if study is None:
        return redirect("reviews:study_list", review.slug)
    address = reverse("reviews:study_detail", args=[review.slug, study.pk])
    return redirect(f"{address}?moved={moved.pk}" if moved else address)
