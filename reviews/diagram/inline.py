"""The one place where a drawing becomes part of a page.

Inline, its numbers are links of the page: they are reached by key and read out. It is
safe because it is drawn here: ElementTree escapes every text and attribute, and a link
is a path or a web address (see svg).
"""

from django.utils.safestring import SafeString


def embed(svg: str) -> SafeString:
    """Make a drawing of this package, or of reviews.figures, part of a page."""
    return SafeString(svg)
