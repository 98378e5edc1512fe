from collections.abc import Iterable

import pandas as pd
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, StreamingHttpResponse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET

from reviews import access
from reviews.exports import duplicates, records, table
from reviews.exports import flow as flow_export
from reviews.flow import opening
from reviews.flow.counting import box, flow
from reviews.models import Review
from reviews.models.record import RecordQuerySet
from reviews.views.scope import of_file


@login_required
@require_GET
def export_records(request: HttpRequest, slug: str) -> StreamingHttpResponse:
    """Download the records of the review, or (?box=) those of one box of the flow."""
    review = access.review(request, slug)
    chosen = _chosen(request, review)
    return _csv(review, _name("records", request), records.frames(chosen))


@login_required
@require_GET
def export_ris(request: HttpRequest, slug: str) -> StreamingHttpResponse:
    """Download the same as RIS."""
    review = access.review(request, slug)
    chosen = _chosen(request, review)
    name = f"{review.slug}-{_name('records', request)}.ris"
    return download(
        name, records.ris(chosen), "application/x-research-info-systems; charset=utf-8"
    )


@login_required
@require_GET
def export_flow(request: HttpRequest, slug: str) -> StreamingHttpResponse:
    review = access.review(request, slug)
    scope = of_file(request, review)
    found = flow(review, as_of=scope.as_of, wave=scope.wave)
    return _csv(review, "flow", flow_export.frame(found))


@login_required
@require_GET
def export_duplicates(request: HttpRequest, slug: str) -> StreamingHttpResponse:
    review = access.review(request, slug)
    return _csv(review, "duplicates", duplicates.frames(review))


def download(
    name: str, parts: Iterable[bytes], content_type: str
) -> StreamingHttpResponse:
    """Answer with a file that is sent while it is made."""
    return StreamingHttpResponse(
        parts,
        content_type=content_type,
        headers={"Content-Disposition": content_disposition_header(True, name)},
    )


def _csv(
    review: Review, name: str, frames: pd.DataFrame | Iterable[pd.DataFrame]
) -> StreamingHttpResponse:
    parts = table.csv(frames, for_spreadsheet=True)
    return download(f"{review.slug}-{name}.csv", parts, "text/csv; charset=utf-8")


def _chosen(request: HttpRequest, review: Review) -> RecordQuerySet:
    """Return the records that are asked for: those of a box, or all."""
    if not (name := request.GET.get("box")):
        return review.records.all()
    scope = of_file(request, review)
    try:
        found = box(review, name, as_of=scope.as_of, wave=scope.wave)
    except opening.UnknownBox as error:
        raise Http404(f"No box {name}.") from error
    if not isinstance(found, RecordQuerySet):
        raise Http404(f"No records stand in {name}.")
    return found


def _name(what: str, request: HttpRequest) -> str:
    box = request.GET.get("box", "")
    return f"{what}-{box}" if box else what
