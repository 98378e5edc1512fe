"""The one place where a drawing becomes part of a page.

Inline, its numbers are links of the page: they are reached by key and read out. It is
safe because it is drawn here: ElementTree escapes every text and attribute, and a link
is a path or a web address (see svg).
"""

from collections.abc import Mapping, Sequence

from django.utils.safestring import SafeString

from reviews.diagram import prisma2020
from reviews.flow.balance.form import Counts


def draw(
    counts: Counts,
    *,
    template: str,
    title: str,
    links: Mapping[str, str],
    footnotes: Sequence[str],
    labels: Mapping[str, str],
) -> SafeString:
    """Draw the flow for a page; see prisma2020.draw."""
    return SafeString(
        prisma2020.draw(
            counts,
            template=template,
            title=title,
            links=links,
            footnotes=footnotes,
            labels=labels,
        )
    )


def embed(svg: str) -> SafeString:
    """Make a drawing of this package, or of reviews.figures, part of a page."""
    return SafeString(svg)
