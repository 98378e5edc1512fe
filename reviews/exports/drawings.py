"""A figure as files: whole as a picture, in pages as a document."""

from collections.abc import Callable
from dataclasses import dataclass

from reviews.diagram import rendering
from reviews.exports.options import CannotExport, Options, Writer
from reviews.models import Review


@dataclass(frozen=True)
class Drawing:
    """A figure as SVG: the whole of it, and in pages no longer than a sheet."""

    whole: str
    pages: tuple[str, ...]
    title: str


Draw = Callable[[Review, Options], Drawing]


def _svg(drawing: Drawing, options: Options) -> bytes:
    return drawing.whole.encode()


def _png(drawing: Drawing, options: Options) -> bytes:
    try:
        return rendering.png(drawing.whole, dpi=options.dpi)
    except rendering.CannotRender as error:
        raise CannotExport(str(error)) from error


def _pdf(drawing: Drawing, options: Options) -> bytes:
    try:
        return rendering.pdf(drawing.pages, title=drawing.title, page=options.page)
    except rendering.CannotRender as error:
        raise CannotExport(str(error)) from error


FILES: dict[str, Callable[[Drawing, Options], bytes]] = {
    ".svg": _svg,
    ".png": _png,
    ".pdf": _pdf,
}


def writers(draw: Draw) -> dict[str, Writer]:
    """Return the writers of a figure, by the ending of the file."""

    def writer(suffix: str) -> Writer:
        return lambda review, options: [FILES[suffix](draw(review, options), options)]

    return {suffix: writer(suffix) for suffix in FILES}
