from csp.constants import SELF
from csp.decorators import csp_replace
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_GET, require_POST

from config.uploads import was_too_large
from reviews import access, events, reports
from reviews.filters.report import ReportFilter
from reviews.formats.pdf import NotReadable
from reviews.forms.report import ClassificationForm, FullTextForm, RetrievalForm
from reviews.models import Report, ReportFile, Review

PER_PAGE = 50


@login_required
@require_GET
def report_list(request: HttpRequest, slug: str) -> HttpResponse:
    review = access.review(request, slug)
    listed = ReportFilter(request.GET, reports.with_state(review), review=review)
    rows = listed.qs.select_related("counted_reason", "study").order_by("pk")
    pages = Paginator(rows, PER_PAGE)
    return render(
        request,
        "reviews/report/list.html",
        {
            "review": review,
            "filter": listed,
            "counts": reports.count(review),
            "page_obj": pages.get_page(request.GET.get("page")),
        },
    )


@login_required
@require_GET
def report_detail(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    review = access.review(request, slug)
    return _page(request, _report(review, pk))


@login_required
@require_POST
def report_retrieval(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Say whether the report was retrieved."""
    review = _review(request, slug)
    report = _report(review, pk)
    form = RetrievalForm(request.POST)
    if not form.is_valid():
        return _page(request, report, retrieval_form=form)
    person = access.person(request)
    match Report.Retrieval(form.cleaned_data["retrieval"]):
        case Report.Retrieval.RETRIEVED:
            reports.mark_retrieved(report, by=person)
        case Report.Retrieval.AWAITING:
            reports.mark_awaiting(report, by=person)
        case Report.Retrieval.NOT_RETRIEVED:
            reason = form.cleaned_data["reason"]
            reports.mark_not_retrieved(report, reason=reason, by=person)
    messages.success(request, "Saved.")
    return redirect(report)


@login_required
@require_POST
def report_classify(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Say why the report has no verdict yet."""
    review = _review(request, slug)
    report = _report(review, pk)
    form = ClassificationForm(request.POST)
    if not form.is_valid():
        return _page(request, report, classification_form=form)
    reports.classify(
        report,
        Report.Classification(form.cleaned_data["classification"]),
        note=form.cleaned_data["note"],
        by=access.person(request),
    )
    messages.success(request, "Saved.")
    return redirect(report)


@login_required
@require_POST
def report_file_add(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    review = _review(request, slug)
    report = _report(review, pk)
    form = FullTextForm(request.POST, request.FILES, dropped=was_too_large(request))
    if form.is_valid():
        file = form.cleaned_data["file"]
        person = access.person(request)
        try:
            reports.add_file(report, name=file.name, data=file.read(), by=person)
        except (NotReadable, reports.FileThereAlready) as error:
            form.add_error("file", str(error))
        else:
            messages.success(request, f"{file.name} was added.")
            return redirect(report)
    return _page(request, report, file_form=form)


@login_required
@require_POST
def report_file_remove(
    request: HttpRequest, slug: str, report_pk: int, pk: int
) -> HttpResponse:
    review = _review(request, slug)
    file = _file(review, report_pk, pk)
    reports.remove_file(file, by=access.person(request))
    messages.success(request, f"{file.name} was taken away; it can be restored.")
    return redirect(file.report)


@login_required
@require_POST
def report_file_restore(
    request: HttpRequest, slug: str, report_pk: int, pk: int
) -> HttpResponse:
    review = _review(request, slug)
    file = _file(review, report_pk, pk)
    try:
        reports.restore_file(file, by=access.person(request))
    except reports.FileThereAlready as error:
        messages.warning(request, str(error))
    else:
        messages.success(request, f"{file.name} is there again.")
    return redirect(file.report)


@login_required
@require_GET
@xframe_options_sameorigin
@csp_replace({"frame-ancestors": [SELF]})  # type: ignore[arg-type]  # of one argument
def report_file(
    request: HttpRequest, slug: str, report_pk: int, pk: int
) -> FileResponse:
    """Show a PDF in the page."""
    review = access.review(request, slug)
    file = _file(review, report_pk, pk)
    return FileResponse(
        file.file.open("rb"), filename=file.name, content_type="application/pdf"
    )


def _review(request: HttpRequest, slug: str) -> Review:
    """Return the review if the person may say what was retrieved in it."""
    review = access.review(request, slug)
    reports.require_may_retrieve(review, access.person(request))
    return review


def _report(review: Review, pk: int) -> Report:
    return get_object_or_404(
        reports.with_state(review).select_related("review", "study", "counted_reason"),
        pk=pk,
    )


def _file(review: Review, report_pk: int, pk: int) -> ReportFile:
    report = get_object_or_404(review.reports, pk=report_pk)
    return get_object_or_404(report.files.select_related("report__review"), pk=pk)


def _page(
    request: HttpRequest,
    report: Report,
    *,
    retrieval_form: RetrievalForm | None = None,
    classification_form: ClassificationForm | None = None,
    file_form: FullTextForm | None = None,
) -> HttpResponse:
    files = list(report.files.select_related("uploaded_by").order_by("pk"))
    in_use = [file for file in files if file.removed_at is None]
    chosen = [file for file in in_use if str(file.pk) == request.GET.get("file")]
    initial = {"retrieval": report.retrieval, "reason": report.not_retrieved_reason}
    said = {
        "classification": report.classification,
        "note": report.classification_note,
    }
    return render(
        request,
        "reviews/report/detail.html",
        {
            "review": report.review,
            "report": report,
            "records": report.records.select_related("search").order_by("pk"),
            "files": files,
            "shown": next(iter(chosen or in_use), None),
            "retrieval_form": retrieval_form or RetrievalForm(initial=initial),
            "classification_form": classification_form
            or ClassificationForm(initial=said),
            "file_form": file_form or FullTextForm(),
            "events": events.about(report),
            "may_retrieve": reports.may_retrieve(report.review, access.person(request)),
        },
        status=422 if retrieval_form or classification_form or file_form else 200,
    )
