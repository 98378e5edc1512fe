"""The flow diagram as files, as the team wants it, and drawn from a CSV."""

from dataclasses import replace

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_POST,
)

from reviews import access, diagrams
from reviews.diagram import inline
from reviews.diagram.r_package import reading
from reviews.exports import diagram as diagram_export
from reviews.exports import formats, sheet
from reviews.exports.diagram import Link
from reviews.exports.options import CannotExport, Options
from reviews.flow import counting, opening, synthesis
from reviews.flow.balance.checking import check
from reviews.flow.figures import Flow
from reviews.formats import delimited
from reviews.formats.delimited import Unreadable
from reviews.forms.diagram import DiagramForm, SheetForm, TakeForm
from reviews.models import Diagram, Review, Role
from reviews.scopes import Scope
from reviews.views.export import download
from reviews.views.scope import asked, of_file

TYPES = [(suffix[1:], formats.NAMES[suffix]) for suffix in diagram_export.FILES]


@login_required
@require_GET
def diagram(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the diagram as it would be taken along, with every file of it."""
    review = access.review(request, slug)
    scope = asked(request, review)
    found = counting.flow(review, as_of=scope.as_of, wave=scope.wave)
    form = _take_form(request, review, found)
    context: dict[str, object] = {
        "review": review,
        "scope": scope,
        "form": form,
        "may_edit": access.has_role(review, access.person(request), Role.OWNER),
        "files": TYPES,
    }
    if form.is_valid():
        try:
            link = _link(review, scope)
            drawn = diagram_export.draw(review, found, _options(form), link=link)
            context |= {"drawn": drawn, "drawing": inline.embed(drawn.svg)}
            context["query"] = request.GET.urlencode()
        except CannotExport as error:
            context["why"] = str(error)
    status = 200 if "drawn" in context and not scope.problem else 422
    return render(request, "reviews/diagram/detail.html", context, status=status)


@login_required
@require_GET
def diagram_file(
    request: HttpRequest, slug: str, suffix: str
) -> HttpResponse | StreamingHttpResponse:
    """Download the diagram in one of its formats, as the page showed it."""
    review = access.review(request, slug)
    if f".{suffix}" not in diagram_export.FILES:
        raise Http404(f"No file diagram.{suffix}.")
    scope = of_file(request, review)
    found = counting.flow(review, as_of=scope.as_of, wave=scope.wave)
    form = _take_form(request, review, found)
    name = f"{review.slug}-flow.{suffix}"
    if not form.is_valid():
        return _refused(request, review, name, "No such form, colour or size.")
    options = _options(form)
    # A page that stands alone leads into the review; a picture does where wanted.
    far = _link_from_afar(request, _link(review, scope))
    wanted = suffix == "html" or (suffix == "svg" and form.cleaned_data["links"])
    link = far if wanted else None
    try:
        drawn = diagram_export.draw(review, found, options, link=link)
        written = diagram_export.FILES[f".{suffix}"](drawn, options)
    except CannotExport as error:
        return _refused(request, review, name, str(error))
    return download(name, [written], formats.TYPES[f".{suffix}"])


@login_required
@require_http_methods(["GET", "POST"])
def diagram_edit(request: HttpRequest, slug: str) -> HttpResponse:
    """Say how the diagram is drawn; a draft of it is shown before it is kept."""
    review = access.review(request, slug, role=Role.OWNER)
    kept = diagrams.of(review)
    form = DiagramForm(request.POST or None, review=review, diagram=kept)
    is_draft = "preview" in request.POST
    if request.method == "POST" and form.is_valid() and not is_draft:
        try:
            diagrams.write(review, **form.wishes(), by=access.person(request))
        except diagrams.CannotKeep as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "The diagram is drawn so from now on.")
            return redirect("reviews:diagram_edit", review.slug)
    wishes = kept
    if form.is_bound and form.is_valid():
        wishes = diagrams.draft(review, **form.wishes())
    drawn = diagram_export.draw(review, _flow(review, wishes), wishes=wishes)
    return render(
        request,
        "reviews/diagram/edit.html",
        {
            "review": review,
            "form": form,
            "drawing": inline.embed(drawn.svg),
            "drawn": drawn,
            "is_draft": is_draft,
            "is_official": diagrams.is_official(review),
            "set_aside": diagrams.set_aside(kept),
            "other_form": diagram_export.why_not(drawn.flow, wishes.form),
        },
        status=422 if form.errors and not is_draft else 200,
    )


@login_required
@require_POST
def diagram_reset(request: HttpRequest, slug: str) -> HttpResponse:
    """Give the diagram back to the official form and words."""
    review = access.review(request, slug, role=Role.OWNER)
    diagrams.reset(review, by=access.person(request))
    messages.success(request, "The diagram has the official form and words again.")
    return redirect("reviews:diagram_edit", review.slug)


@login_required
@require_POST
def diagram_take_up(request: HttpRequest, slug: str) -> HttpResponse:
    """Wish again for what the last reset set aside."""
    review = access.review(request, slug, role=Role.OWNER)
    try:
        diagrams.take_up(review, by=access.person(request))
    except diagrams.NothingSetAside as error:
        messages.warning(request, str(error))
    else:
        messages.success(request, "The diagram has your form and words again.")
    return redirect("reviews:diagram_edit", review.slug)


@login_required
@require_http_methods(["GET", "POST"])
def diagram_csv(
    request: HttpRequest, slug: str
) -> HttpResponse | StreamingHttpResponse:
    """Draw a CSV of the R package that is sent along; nothing of it is stored."""
    review = access.review(request, slug)
    form = SheetForm(request.POST or None, request.FILES or None)
    context: dict[str, object] = {"review": review, "form": form, "files": sheet.TYPES}
    page = "reviews/diagram/csv.html"
    if request.method == "GET" or not form.is_valid():
        status = 200 if request.method == "GET" else 422
        return render(request, page, context, status=status)
    data = form.data_to_read()
    try:
        found = reading.read(data)
        options = _options(form)
        drawn = sheet.draw(found, options)
        if (suffix := f".{request.POST.get('suffix', '')}") in sheet.FILES:
            written = sheet.FILES[suffix](drawn, options)
            return download(f"flow{suffix}", [written], formats.TYPES[suffix])
    except Unreadable as error:
        context["problems"] = error.problems
        return render(request, page, context, status=422)
    except CannotExport as error:
        context["problems"] = [str(error)]
        return render(request, page, context, status=422)
    context |= {
        "drawn": drawn,
        "drawing": inline.embed(drawn.svg),
        "findings": check(found.counts, drawn.form),
        # What the next file is drawn from, as nothing is kept here.
        "again": {**form.cleaned_data, "text": delimited.text(data)},
    }
    return render(request, page, context)


def _take_form(request: HttpRequest, review: Review, found: Flow) -> TakeForm:
    chosen = diagrams.of(review).form
    form = found.template if diagram_export.why_not(found, chosen) else chosen
    names = dict(Diagram.Form.choices)
    usual = f"{'The team’s choice' if chosen else 'As the review needs'}: "
    said = {"dpi": str(Options().dpi), **request.GET.dict()}
    return TakeForm(said, usual=usual + names[form or found.template].lower())


def _options(form: TakeForm | SheetForm) -> Options:
    data = form.cleaned_data
    return Options(
        template=data["template"],
        dpi=form.dots(),
        page=data["paper"],
        monochrome=data["colour"] == "no",
        final=data.get("final", False),
    )


def _link(review: Review, scope: Scope) -> Link:
    def link(box: str) -> str:
        return reverse("reviews:flow_box", args=[review.slug, box]) + scope.query

    return link


def _link_from_afar(request: HttpRequest, link: Link) -> Link:
    """Return the same links with the server's name, as a file needs them."""
    return lambda box: request.build_absolute_uri(link(box))


def _refused(request: HttpRequest, review: Review, name: str, why: str) -> HttpResponse:
    context = {"review": review, "name": name, "why": why}
    return render(request, "reviews/tables/refused.html", context, status=409)


def _flow(review: Review, wishes: Diagram) -> Flow:
    """Return the flow of today with the box of synthesis that is wished for."""
    found = counting.flow(review)
    read = synthesis.read(
        review,
        field=wishes.synthesis_field_id,
        instrument=wishes.synthesis_instrument_id,
    )
    if read is None:
        return replace(found, synthesis=())
    included = opening.find(review, "studies_included").rows(review)
    studies = list(included.order_by("pk").values_list("pk", flat=True))
    return replace(found, synthesis=read.parts(studies))
