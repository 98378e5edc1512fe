"""A figure as files: whole as a picture, in pages as a document."""

from collections.abc import Callable
from dataclasses import dataclass

from reviews.exports.options import Options, Writer
from reviews.models import Review


@dataclass(frozen=True)
class Drawing:
    """A figure as SVG: the whole of it, and in pages no longer than a sheet."""

    whole: str
    pages: tuple[str, ...]
    title: str


Draw = Callable[[Review, Options], Drawing]
FILES: dict[str, Callable[[Drawing, Options], bytes]] = {
    ".svg": lambda drawing, options: drawing.whole.encode(),
}


def writers(draw: Draw) -> dict[str, Writer]:
    """Return the writers of a figure, by the ending of the file."""

    def writer(suffix: str) -> Writer:
        return lambda review, options: [FILES[suffix](draw(review, options), options)]

    return {suffix: writer(suffix) for suffix in FILES}
