"""Pages of the extraction: what there is to do, one's own entries, and consensus."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_POST,
)

from reviews import access
from reviews.models import ExtractionField, Review, Role, Stage, Study
from screening.extraction import consensus as extraction_consensus
from screening.extraction import entering, pages, standing
from screening.extraction.pages import Dispute, Sheet
from screening.extraction.values import NotAValue
from screening.forms.extraction import CellForm, ConsensusForm, TokenForm


@login_required
@require_GET
def extraction_list(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the included studies, how far one has come, and what one may settle."""
    review = access.review(request, slug)
    taking = standing.require_part(review, access.person(request))
    standings = standing.standings(review, taking)
    return render(
        request,
        "screening/extraction/list.html",
        {
            "review": review,
            "taking": taking,
            "standings": standings,
            "done": sum(not each.progress.waiting for each in standings),
            "has_fields": review.extraction_fields.in_force().exists(),
        },
    )


@login_required
@require_http_methods(["GET", "POST"])
def extract(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Show one's own entries of a study, and save what was changed in them."""
    review = access.review(request, slug, role=Role.REVIEWER, stage=Stage.EXTRACTION)
    study = get_object_or_404(review.studies.select_related("review"), pk=pk)
    taking = standing.part(review, access.person(request))
    sheet = pages.sheet(study, taking)
    forms = _cell_forms(request, study, sheet)
    if request.method == "GET":
        return _sheet_page(request, study, sheet, forms)
    posted = [form for form in forms.values() if form.was_posted]
    checked = [form.is_valid() for form in posted]
    if not all(checked):
        return _sheet_page(request, study, sheet, forms, status=422)
    try:
        saved = entering.enter_all(
            study,
            [changed for form in posted if (changed := form.filled())],
            reviewer=taking.user,
            token=TokenForm(request.POST).given,
        )
    except (entering.NotOpenForExtraction, NotAValue) as error:
        messages.error(request, str(error))
        return _sheet_page(request, study, sheet, forms, status=422)
    _tell(request, study, saved)
    return _after_saving(request, review, study)


@login_required
@require_http_methods(["GET", "POST"])
def consensus(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Show the cells on which two differ to those who may settle them."""
    review = access.review(request, slug)
    taking = standing.require_part(review, access.person(request))
    study = get_object_or_404(review.studies.select_related("review"), pk=pk)
    disputes, settled = pages.disputes(study, taking)
    if request.method == "GET":
        return _consensus_page(request, study, disputes, settled)
    form = _posted_form(request, disputes)
    if form is None:
        messages.warning(request, "This is not in conflict any more.")
        return redirect("screening:extraction_consensus", slug, pk)
    if form.is_valid():
        try:
            extraction_consensus.resolve(
                study, form.about, resolver=taking.user, **form.settled()
            )
        except extraction_consensus.NotInConflict as error:
            messages.warning(request, str(error))
            return redirect("screening:extraction_consensus", slug, pk)
        except extraction_consensus.ReasonMissing as error:
            form.add_error("reason", str(error))
        else:
            messages.success(request, f"{form.about} is settled.")
            return redirect("screening:extraction_consensus", slug, pk)
    return _consensus_page(request, study, disputes, settled, bound=form)


@login_required
@require_POST
def consensus_reopen(
    request: HttpRequest, slug: str, pk: int, field_pk: int
) -> HttpResponse:
    """Take the consensus on a cell back."""
    review = access.review(request, slug)
    standing.require_part(review, access.person(request))
    study = get_object_or_404(review.studies.select_related("review"), pk=pk)
    field = get_object_or_404(review.extraction_fields, pk=field_pk)
    try:
        opened = extraction_consensus.reopen(
            study,
            field,
            by=access.person(request),
            # What no database keeps in a text is left out.
            reason=request.POST.get("reason", "").replace("\x00", ""),
        )
    except extraction_consensus.ReasonMissing as error:
        messages.error(request, str(error))
    else:
        told = "is open again" if opened else "has no consensus to open again"
        messages.info(request, f"{field} {told}.")
    return redirect("screening:extraction_consensus", slug, pk)


def _cell_forms(
    request: HttpRequest, study: Study, sheet: Sheet
) -> dict[int, CellForm]:
    """Return a form for each cell that is open to the person, by field.

    One that was posted has its form too if it was closed meanwhile, so that what was
    written is told to be left out.
    """
    data = request.POST if request.method == "POST" else None
    shown = entering.all_own(study, access.person(request)) if data else {}
    forms = {
        field.pk: CellForm(
            data, field=field, entry=sheet.own.get(field.pk), shown=shown
        )
        for field in sheet.fields
    }
    return {
        key: form
        for key, form in forms.items()
        if key not in sheet.closed or form.was_posted
    }


def _sheet_page(
    request: HttpRequest,
    study: Study,
    sheet: Sheet,
    forms: dict[int, CellForm],
    *,
    status: int = 200,
) -> HttpResponse:
    is_included = study.review.studies.included().filter(pk=study.pk).exists()
    return render(
        request,
        "screening/extraction/extract.html",
        {
            "review": study.review,
            "study": study,
            "sheet": sheet,
            "is_included": is_included,
            "rows": [_row(field, sheet, forms) for field in sheet.fields],
            "token_form": TokenForm(),
            "wrong": [form for form in forms.values() if form.errors],
            "files": pages.full_texts(study),
        },
        status=status,
    )


def _row(
    field: ExtractionField, sheet: Sheet, forms: dict[int, CellForm]
) -> dict[str, Any]:
    return {
        "field": field,
        "form": forms.get(field.pk),
        "settled": sheet.settled.get(field.pk),
        "is_disputed": field.pk in sheet.disputed,
    }


def _tell(request: HttpRequest, study: Study, saved: entering.Saved) -> None:
    count = f"{saved.written} cell{'' if saved.written == 1 else 's'}"
    if saved.written:
        messages.success(request, f"Saved {count} of {study}.")
    elif not saved.closed:
        messages.info(request, "Nothing had changed.")
    for field in saved.closed:
        messages.warning(
            request,
            f"{field} was left as it is: two others have extracted it meanwhile.",
        )


def _after_saving(request: HttpRequest, review: Review, study: Study) -> HttpResponse:
    """Go on to the next study that waits, where that was asked for."""
    if "next" not in request.POST:
        return redirect("screening:extract", review.slug, study.pk)
    following = standing.next_waiting(review, access.person(request), after=study)
    if following is None:
        messages.info(request, "No other study waits for you.")
        return redirect("screening:extraction_list", review.slug)
    return redirect("screening:extract", review.slug, following.pk)


def _posted_form(request: HttpRequest, disputes: list[Dispute]) -> ConsensusForm | None:
    """Return the form of the cell that was posted, if it is in conflict still."""
    for dispute in disputes:
        form = ConsensusForm(request.POST, dispute=dispute)
        if form.add_prefix("field") in request.POST:
            return form
    return None


def _consensus_page(
    request: HttpRequest,
    study: Study,
    disputes: list[Dispute],
    settled: list[Dispute],
    *,
    bound: ConsensusForm | None = None,
) -> HttpResponse:
    forms = [
        bound
        if bound is not None and bound.about == dispute.field
        else ConsensusForm(dispute=dispute)
        for dispute in disputes
    ]
    return render(
        request,
        "screening/extraction/consensus.html",
        {
            "review": study.review,
            "study": study,
            "disputes": list(zip(disputes, forms, strict=True)),
            "settled": settled,
            "files": pages.full_texts(study),
        },
        status=422 if bound is not None else 200,
    )
