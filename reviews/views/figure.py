"""Figures: the settled appraisal, tables of robvis, and the overlap of sources."""

from collections.abc import Iterable, Sequence
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from reviews import access, appraisals
from reviews.appraisals import Settled
from reviews.diagram import inline
from reviews.exports import appraisal as appraisal_export
from reviews.exports import drawings, formats, upset
from reviews.exports.options import CannotExport, Options
from reviews.figures import summary
from reviews.figures.appraisal import Appraisal, Domain
from reviews.figures.levels import Level
from reviews.formats import delimited
from reviews.formats.delimited import Unreadable
from reviews.forms.figure import FigureForm, RobvisForm
from reviews.models import Review
from reviews.robvis import reading
from reviews.views.export import download
from reviews.views.tables import send

PICTURES = [(suffix[1:], formats.NAMES[suffix]) for suffix in drawings.FILES]
TABLES = [("xlsx", "Excel"), ("docx", "Word"), ("csv", "CSV for robvis")]


@login_required
@require_GET
def appraisal_figures(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a figure of what is settled, with the numbers that it shows as a table."""
    review = access.review(request, slug)
    found = appraisals.appraisals(review)
    form = FigureForm(request.GET or {"kind": "traffic"}, review=review, found=found)
    context = {"review": review, "form": form, "found": found}
    if not found or not form.is_valid():
        return render(
            request,
            "reviews/figure/appraisal.html",
            context,
            status=200 if form.is_valid() else 422,
        )
    settled = _settled(found, form)
    link = _link(review, settled)
    drawn = appraisal_export.draw(settled.appraisal, form.choice(), link=link)
    context |= {
        "settled": settled,
        "drawing": inline.embed(drawn.whole),
        "bars": _bars(settled.appraisal, link),
        "left_out": summary.left_out(settled.appraisal),
        "pictures": PICTURES,
        "tables": TABLES,
        "query": request.GET.urlencode(),
        "instrument": urlencode(_of_table(settled, form)),
    }
    return render(request, "reviews/figure/appraisal.html", context)


@login_required
@require_GET
def appraisal_file(
    request: HttpRequest, slug: str, suffix: str
) -> HttpResponse | StreamingHttpResponse:
    """Download the figure that is shown, or the table of its instrument."""
    review = access.review(request, slug)
    if f".{suffix}" not in appraisal_export.WRITERS["appraisal"]:
        raise Http404(f"No file appraisal.{suffix}.")
    if f".{suffix}" not in drawings.FILES:
        writer = appraisal_export.WRITERS["appraisal"][f".{suffix}"]
        options = Options(
            instrument=request.GET.get("instrument", ""),
            weight=request.GET.get("weight", ""),
        )
        return send(request, review, f"appraisal.{suffix}", writer, options)
    found = appraisals.appraisals(review)
    form = FigureForm(request.GET or {"kind": "traffic"}, review=review, found=found)
    if not found or not form.is_valid():
        raise Http404("No such figure.")
    shown = _settled(found, form).appraisal.unlinked()
    drawn = appraisal_export.draw(shown, form.choice())
    name = f"{review.slug}-appraisal-{form.choice().kind}.{suffix}"
    return _picture(name, f".{suffix}", drawn)


@login_required
@require_GET
def appraisal_behind(request: HttpRequest, slug: str) -> HttpResponse:
    """List what stands behind a number: the appraised at a level of a domain."""
    review = access.review(request, slug)
    found = appraisals.appraisals(review)
    key, code = request.GET.get("domain", ""), request.GET.get("level", "")
    try:
        settled = appraisals.choose(found, request.GET.get("instrument", ""))
        targets = settled.behind(key, code)
    except (appraisals.UnknownInstrument, KeyError) as error:
        raise Http404("No such number.") from error
    columns = {domain.key: domain for domain in settled.appraisal.domains}
    return render(
        request,
        "reviews/figure/behind.html",
        {
            "review": review,
            "settled": settled,
            "domain": columns[key],
            "level": {each.code: each for each in settled.appraisal.legend}.get(code),
            "targets": targets,
        },
    )


@login_required
@require_http_methods(["GET", "POST"])
def appraisal_robvis(
    request: HttpRequest, slug: str
) -> HttpResponse | StreamingHttpResponse:
    """Draw a table of robvis that is sent along; nothing of it is stored."""
    review = access.review(request, slug)
    is_sent = request.method == "POST"
    form = RobvisForm(*((request.POST, request.FILES) if is_sent else ()))
    context: dict[str, object] = {"review": review, "form": form}
    if not is_sent or not form.is_valid():
        status = 422 if is_sent else 200
        return render(request, "reviews/figure/robvis.html", context, status=status)
    data = form.data_to_read()
    try:
        found = reading.read(data, tool=form.cleaned_data["tool"])
    except Unreadable as error:
        context["problems"] = error.problems
        return render(request, "reviews/figure/robvis.html", context, status=422)
    drawn = appraisal_export.draw(found, form.choice())
    suffix = f".{request.POST.get('suffix', '')}"
    if suffix in drawings.FILES:
        return _picture(f"appraisal-{form.choice().kind}{suffix}", suffix, drawn)
    context |= {
        "appraisal": found,
        "drawing": inline.embed(drawn.whole),
        "bars": _bars(found, None),
        "pictures": PICTURES,
        # What the next file is drawn from, as nothing is kept here.
        "again": {**form.cleaned_data, "text": delimited.text(data)},
    }
    return render(request, "reviews/figure/robvis.html", context)


@login_required
@require_GET
def overlap_figure(request: HttpRequest, slug: str) -> HttpResponse:
    """Show which sources found the same, as an UpSet figure."""
    review = access.review(request, slug)
    context: dict[str, object] = {"review": review, "pictures": PICTURES}
    try:
        drawn = upset.drawing(review, Options(), with_links=True)
    except CannotExport:
        return render(request, "reviews/figure/overlap.html", context)
    context["drawing"] = inline.embed(drawn.whole)
    return render(request, "reviews/figure/overlap.html", context)


@login_required
@require_GET
def overlap_file(
    request: HttpRequest, slug: str, suffix: str
) -> HttpResponse | StreamingHttpResponse:
    """Download the UpSet figure, in colour or (?colour=no) without."""
    review = access.review(request, slug)
    writer = upset.WRITERS["upset"].get(f".{suffix}")
    if writer is None:
        raise Http404(f"No file overlap.{suffix}.")
    options = Options(monochrome=request.GET.get("colour") == "no")
    return send(request, review, f"overlap.{suffix}", writer, options)


def _settled(found: Sequence[Settled], form: FigureForm) -> Settled:
    chosen = appraisals.choose(found, form.cleaned_data.get("instrument", ""))
    weights = form.choice().weights
    return appraisals.weighed(chosen, weights) if weights else chosen


def _of_table(settled: Settled, form: FigureForm) -> dict[str, str]:
    """Return what names the table of a figure: its instrument, and its weights."""
    weights = form.choice().weights
    named = {"instrument": settled.instrument.key}
    return named | {"weight": weights.code} if weights else named


def _picture(name: str, suffix: str, drawn: drawings.Drawing) -> StreamingHttpResponse:
    parts = [drawings.FILES[suffix](drawn, Options())]
    return download(name, parts, formats.TYPES[suffix])


def _link(review: Review, settled: Settled) -> summary.Link:
    page = reverse("reviews:appraisal_behind", args=[review.slug])

    def link(domain: Domain, level: Level) -> str:
        what = {"domain": domain.key, "level": level.code}
        return f"{page}?{urlencode({'instrument': settled.instrument.key, **what})}"

    return link


def _bars(
    appraisal: Appraisal, link: summary.Link | None
) -> Iterable[tuple[Domain, list[tuple[Level, int, str, str]]]]:
    """Yield each domain with its levels: how many, their share, where they open."""
    for bar in summary.bars(appraisal):
        yield (
            bar.domain,
            [
                (
                    part.level,
                    part.count,
                    summary.percent(part.share),
                    link(bar.domain, part.level) if link else "",
                )
                for part in bar.parts
            ],
        )
