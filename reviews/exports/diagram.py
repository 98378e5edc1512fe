"""The flow diagram as the team wants it drawn, in every form and as every file.

The page and each file are of one drawing. A form that would leave a number of the
review out is refused where somebody asks for it, and where the team chose it, before
the review outgrew it, the diagram is drawn in the form that the review needs.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from django.urls import reverse

from reviews import diagrams, finality
from reviews.diagram import layout, prisma2009, prisma2020
from reviews.diagram.r_package import writing
from reviews.documents.table import Cell, Group, Row
from reviews.exports import charts
from reviews.exports import flow as flow_export
from reviews.exports.charts import Placed
from reviews.exports.options import CannotExport, Options, Writer, Writers
from reviews.flow import notes, official, older, stopped
from reviews.flow.balance.form import Counts, has_other, has_previous
from reviews.flow.counting import flow
from reviews.flow.figures import Flow
from reviews.models import Diagram, Review
from reviews.scopes import Scope

# The address behind a box of the flow.
Link = Callable[[str], str]


@dataclass(frozen=True, kw_only=True)
class Drawn(Placed):
    """The diagram of a review, with the numbers that stand in it."""

    flow: Flow
    counts: Counts
    labels: dict[str, str]
    link: Link | None = None


def draw(
    review: Review,
    found: Flow,
    options: Options | None = None,
    *,
    link: Link | None = None,
    wishes: Diagram | None = None,
) -> Drawn:
    """Draw a flow of the review as its team wants it, or as it is asked for.

    Without `wishes` it goes by those that are kept. Raises CannotExport for a form
    that would leave a number out, and NotFinal.
    """
    options = options or Options()
    wishes = wishes or diagrams.of(review)
    form = _form(found, wishes, options)
    final = options.final
    said = finality.footnotes(review, found) if final else notes.footnotes(found)
    return _drawn(
        found,
        form=form,
        title=title(review, form),
        wishes=wishes,
        notes=(
            *said,
            *stopped.footnotes(review, found),
            *wishes.footnotes.splitlines(),
        ),
        monochrome=options.monochrome or wishes.monochrome,
        link=link,
    )


def title(review: Review, form: str = "") -> str:
    """Return what the diagram is called."""
    year = 2009 if form == Diagram.Form.PRISMA2009 else 2020
    return f"PRISMA {year} flow diagram: {review.title}"


def why_not(found: Flow, form: str) -> str:
    """Say why a form would drop a number of this flow; empty if it holds them all.

    What a form asks for and the review does not know is drawn as not known.
    """
    if form in (Diagram.Form.AUTO, Diagram.Form.PRISMA2009, found.template):
        return ""
    if has_previous(found.template) and not has_previous(form):
        return (
            "This form has no column for the previous version, and the review has "
            "one: choose a form for an updated review."
        )
    if has_other(found.template) and not has_other(form):
        number = found.other.identified
        said = "1 record" if number == 1 else f"{number:,} records"
        return (
            "This form has no column for other methods, and the review searched by "
            f"them ({said}): choose a form with other methods."
        )
    return ""


def _form(found: Flow, wishes: Diagram, options: Options) -> str:
    if options.template and (problem := why_not(found, options.template)):
        raise CannotExport(problem)
    chosen = options.template or wishes.form
    return found.template if why_not(found, chosen) else chosen or found.template


def _drawn(
    found: Flow,
    *,
    form: str,
    title: str,
    wishes: Diagram,
    notes: Iterable[str],
    monochrome: bool,
    link: Link | None,
) -> Drawn:
    counts = _counts(found, form)
    labels = {**official.labels(found), **wishes.labels}
    if form == Diagram.Form.PRISMA2009:
        chart = prisma2009.chart(
            older.counts(found),
            title=title,
            links=_links(older.boxes_by_count(found), link),
            footnotes=older.footnotes(found, notes),
            labels={**older.labels(found), **_but_credit(wishes.labels)},
        )
    else:
        chart = prisma2020.chart(
            counts,
            template=form,
            title=title,
            links=_links(official.boxes_by_count(found), link),
            footnotes=tuple(notes),
            labels=labels,
        )
    return Drawn(
        form=form,
        flow=found,
        counts=counts,
        labels=labels,
        chart=chart,
        drawing=layout.place(chart),
        monochrome=monochrome,
        link=link,
    )


def _counts(found: Flow, form: str) -> Counts:
    """Return the counts; without a search by other methods there is nought of them."""
    counts = official.counts(found)
    if has_other(form) and not has_other(found.template):
        return replace(counts, other_specific={})
    return counts


def _links(boxes: dict[str, str], link: Link | None) -> dict[str, str]:
    return {count: link(box) for count, box in boxes.items()} if link else {}


def _but_credit(labels: dict[str, str]) -> dict[str, str]:
    """Return the team's labels without its words for the authors of other forms."""
    return {name: own for name, own in labels.items() if name != "credit" or not own}


def _row(line: flow_export.Line, link: Link | None) -> Row:
    url = link(line.box) if link and line.box else ""
    label = f"– {line.label}" if line.part else line.label
    return Row((Cell(label), Cell(f"{line.count:,}", url=url)))


def _html(drawn: Drawn, options: Options) -> bytes:
    sections = flow_export.sections(drawn.flow).items()
    return charts.html(
        drawn,
        tuple(
            Group(column, [_row(line, drawn.link) for line in lines])
            for column, lines in sections
        ),
    )


def _csv(drawn: Drawn, options: Options) -> bytes:
    # The file knows the forms of PRISMA 2020 alone.
    older_form = drawn.form == Diagram.Form.PRISMA2009
    template = drawn.flow.template if older_form else drawn.form
    text = writing.write(drawn.counts, template=template, labels=drawn.labels)
    return text.encode()


FILES: dict[str, Callable[[Drawn, Options], bytes]] = {
    **charts.PICTURES,
    ".html": _html,
    ".csv": _csv,
}

LINKING = (".svg", ".html")


def _link(review: Review, options: Options) -> Link | None:
    """Return the addresses of the boxes on the server that was named, if one was."""
    server, query = options.links.rstrip("/"), Scope(as_of=options.as_of).query

    def link(box: str) -> str:
        return server + reverse("reviews:flow_box", args=[review.slug, box]) + query

    return link if server else None


def _writer(suffix: str) -> Writer:
    def write(review: Review, options: Options) -> Iterable[bytes]:
        found = flow(review, as_of=options.as_of)
        # Only what is read in a browser leads anywhere, as on the page.
        link = _link(review, options) if suffix in LINKING else None
        return [FILES[suffix](draw(review, found, options, link=link), options)]

    return write


WRITERS: Writers = {"diagram": {suffix: _writer(suffix) for suffix in FILES}}
