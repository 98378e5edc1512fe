"""A stop certificate on paper, with the fonts that come with the product."""

import json
from collections.abc import Sequence
from dataclasses import asdict

from reviews.diagram import rendering
from screening.stopping.wording import Section

_PAGES = b"""\
#let doc = json(bytes(sys.inputs.doc))
#set document(title: doc.title, date: none)
#set page(paper: "a4", margin: (x: 22mm, y: 20mm), footer: context [
  #set text(8pt, fill: luma(90))
  #doc.foot #h(1fr) #counter(page).display("1 / 1", both: true)
])
#set text(font: ("Source Sans 3", "DejaVu Sans", "Droid Sans Fallback"),
  size: 10pt, lang: "en")
#show heading: set block(above: 1.4em, below: 0.7em)
= #doc.title
#text(11pt)[#doc.lead]
#if doc.warning != "" {
  block(inset: 8pt, stroke: 0.8pt, width: 100%)[*#doc.warning*]
}
#for section in doc.sections {
  heading(level: 2, section.title)
  table(columns: (52mm, 1fr), inset: (x: 0pt, y: 4pt),
    stroke: (x, y) => (bottom: 0.4pt + luma(210)),
    ..section.facts.map(fact => (text(fill: luma(70), fact.at(0)), fact.at(1)))
      .flatten())
}
"""


def pdf(
    title: str, lead: str, sections: Sequence[Section], *, warning: str, foot: str
) -> bytes:
    """Return the certificate as pages of A4; the same words give the same bytes."""
    told = {
        "title": title,
        "lead": lead,
        "warning": warning,
        "foot": foot,
        "sections": [asdict(section) for section in sections],
    }
    return rendering.typeset(_PAGES, {"doc": json.dumps(told)})
