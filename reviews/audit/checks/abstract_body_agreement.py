"""Abstract against body: what both tell, they tell alike."""

from collections.abc import Iterator

from reviews.audit.coding import holds
from reviews.audit.facts import Facts
from reviews.audit.finding import Certainty, Finding, Severity
from reviews.audit.wording import YEARS, counts_of_included, listed, percentages

NAME = "abstract_body_agreement"
TITLE = "Abstract against body"
DEFINITION = (
    "The count of studies, the years, the sources and the percentages of the abstract "
    "are those of the body. Different is major, missing is minor."
)


def check(facts: Facts) -> Iterator[Finding]:
    if not (facts.abstract and facts.body):
        missing = [
            name
            for name, text in (("abstract", facts.abstract), ("body", facts.body))
            if not text
        ]
        yield Finding(
            check=NAME,
            code="no_text",
            severity=Severity.INFO,
            certainty=Certainty.OPEN,
            what=f"There is no text of the {listed(missing)} to read.",
            where="Manuscript",
        )
        return
    for name, of_abstract, of_body in (
        (
            "count of included studies",
            {str(count) for count, _ in counts_of_included(facts.abstract)},
            {str(count) for count, _ in counts_of_included(facts.body)},
        ),
        ("years", _years(facts.abstract), _years(facts.body)),
        ("percentages", set(percentages(facts.abstract)), set(percentages(facts.body))),
        ("sources", _sources(facts, facts.abstract), _sources(facts, facts.body)),
    ):
        yield from _compare(name, of_abstract, of_body)


def _compare(name: str, of_abstract: set[str], of_body: set[str]) -> Iterator[Finding]:
    only = of_abstract - of_body
    # The body may tell more percentages and years than the abstract has room for.
    lacks = of_body and not of_abstract and name not in ("percentages", "years")
    if not only and not lacks:
        return
    is_missing = not of_abstract or not of_body
    yield Finding(
        check=NAME,
        code=name,
        severity=Severity.MINOR if is_missing else Severity.MAJOR,
        certainty=Certainty.CHECK,
        what=(
            f"The abstract does not tell the {name}."
            if lacks
            else f"The {name} of the abstract are not those of the body: "
            f"{', '.join(sorted(only))}."
        ),
        where="Abstract and body",
        arithmetic=(
            f"abstract: {', '.join(sorted(of_abstract)) or 'none'}; "
            f"body: {', '.join(sorted(of_body)) or 'none'}"
        ),
    )


def _years(text: str) -> set[str]:
    return {f"{found[1]}–{found[2]}" for found in YEARS.finditer(text)}


def _sources(facts: Facts, text: str) -> set[str]:
    named = {name for search in facts.searches for name in search.sources}
    return {name for name in named if holds(text, name.split("(")[0])}
