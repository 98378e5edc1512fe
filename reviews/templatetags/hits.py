from collections.abc import Iterable

from django import template

from reviews.terms import matching
from reviews.terms.asking import Asked, Field, Term
from reviews.terms.matching import Piece

register = template.Library()


@register.filter
def title_hits(text: str, asked: Asked) -> list[Piece]:
    """Cut a title where what was searched for begins and ends."""
    return matching.pieces(text, asked.marked_in("title"))


@register.filter
def terms_in(asked: Asked, field: Field) -> tuple[Term, ...]:
    """Return what was searched for that can be shown in a field."""
    return asked.marked_in(field)


@register.filter
def hits_of(text: str, terms: Iterable[Term]) -> list[Piece]:
    """Cut a text where what was searched for begins and ends."""
    return matching.pieces(text, terms)


@register.filter
def abstract_excerpt(text: str, asked: Asked) -> list[Piece]:
    """Return what stands around the first hit in an abstract."""
    return matching.excerpt(text, asked.marked_in("abstract"))


@register.filter
def note_hits(text: str, asked: Asked) -> list[Piece]:
    """Cut a note where what was searched for begins and ends."""
    return matching.pieces(text, asked.marked_in("note"))
