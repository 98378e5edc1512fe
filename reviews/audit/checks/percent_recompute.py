"""Percentages recomputed from their counts, rounded as they are printed."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from reviews.audit.facts import Facts
from reviews.audit.finding import Certainty, Finding, Severity, Subject
from reviews.audit.wording import percentages, rounded, short

NAME = "percent_recompute"
TITLE = "Percentages recomputed"
DEFINITION = (
    "Where a count, its denominator and a percentage stand together, 100 × count / "
    "denominator gives the percentage, rounded half up or half to even to the decimals "
    "printed; and no count exceeds its denominator."
)

_N = r"(\d[\d,]*)"
_OF = r"\s*(?:/|of|out of)\s*(?:the\s+)?"
_P = r"(\d{1,3}(?:\.\d+)?)\s?%"
_WORDS = r"(?:\s+(?!of\b|and\b|or\b)[A-Za-z]+){0,3}"
# "19 of 41 patients (46.5%)", "19/41, printed 46.5%", "46.5% (19/41)",
# "19 (46.5%) of 41".
_FORMS = (
    re.compile(
        rf"(?<![\d.,/]){_N}{_OF}{_N}{_WORDS}[\s,:;=(\[]{{1,3}}(?:printed )?{_P}"
    ),
    re.compile(rf"(?<![\d.]){_P}\s*[(\[,;]\s*(?:n\s*=\s*)?{_N}{_OF}{_N}"),
    re.compile(rf"(?<![\d.,/]){_N}{_WORDS}\s*[(\[]{_P}[)\]]\s*of\s+(?:the\s+)?{_N}"),
)
_ORDERS = ((1, 2, 3), (2, 3, 1), (1, 3, 2))
_FEWEST_LIKELY = 2000


@dataclass(frozen=True)
class Claim:
    """A percentage with its count and denominator, as printed."""

    count: int
    denominator: int
    percent: str
    quoted: str

    @property
    def decimals(self) -> int:
        return len(self.percent.partition(".")[2])


def claims(text: str) -> list[Claim]:
    """Return the percentages of a text that stand with their count and denominator."""
    found: dict[tuple[int, int, str], Claim] = {}
    for form, (count, denominator, percent) in zip(_FORMS, _ORDERS, strict=True):
        for match in form.finditer(text):
            numbers = [int(match[i].replace(",", "")) for i in (count, denominator)]
            claim = Claim(numbers[0], numbers[1], match[percent], match[0])
            found.setdefault((claim.count, claim.denominator, claim.percent), claim)
    return list(found.values())


def check(facts: Facts) -> Iterator[Finding]:
    for study in facts.studies:
        for field in facts.fields:
            for text in study.values.get(field.pk) or ():
                where = f"{field.label} of {study.label}"
                yield from _wrong(text, where, (study.subject,), cited=False)
    texts = (("Abstract", facts.abstract, True), ("Text", facts.body, False))
    for where, text, cited in texts:
        yield from _wrong(text, where, (), cited=cited)
    yield from _nothing_to_read(facts)


def _wrong(
    text: str, where: str, subjects: tuple[Subject, ...], *, cited: bool
) -> Iterator[Finding]:
    for claim in claims(text):
        if claim.denominator == 0 or claim.count > claim.denominator:
            yield Finding(
                check=NAME,
                code=f"more/{where}",
                severity=Severity.MAJOR,
                what=f"A count is larger than what it is a part of: {claim.quoted}.",
                where=where,
                arithmetic=f"{claim.count} > {claim.denominator}",
                subjects=subjects,
            )
            continue
        right = rounded(claim.count, claim.denominator, claim.decimals)
        if claim.percent in right:
            continue
        exact = 100 * claim.count / claim.denominator
        points = abs(Decimal(claim.percent) - Decimal(right[0]))
        severity = Severity.MAJOR if points >= 1 else Severity.MINOR
        yield Finding(
            check=NAME,
            code=f"percent/{where}/{claim.percent}",
            severity=Severity.CRITICAL if cited else severity,
            what=(
                f"{claim.count} of {claim.denominator} is {right[0]}%, but "
                f"{claim.percent}% is printed."
            ),
            where=f"{where}: “{short(claim.quoted)}”",
            arithmetic=(
                f"{claim.count} / {claim.denominator} = {exact:.2f}% → {right[0]}, "
                f"printed {claim.percent} (off by {points} points)"
                f"{_hint(claim)}"
            ),
            subjects=subjects,
        )


def _hint(claim: Claim) -> str:
    """Name a denominator near by that would fit, as a help to find the slip."""
    if claim.denominator > _FEWEST_LIKELY:
        return ""
    near = range(max(claim.count, claim.denominator - 5), claim.denominator + 6)
    fitting = [
        n
        for n in near
        if n and claim.percent in rounded(claim.count, n, claim.decimals)
    ]
    if fitting:
        return f"; {claim.percent}% fits {claim.count} of {fitting[0]}"
    part = float(claim.percent) * claim.denominator / 100
    return f"; {claim.percent}% of {claim.denominator} is {part:.1f}"


def _nothing_to_read(facts: Facts) -> Iterator[Finding]:
    cells = [
        text
        for study in facts.studies
        for values in study.values.values()
        for text in values or ()
    ]
    if facts.studies and not any(
        percentages(text) for text in (*cells, facts.abstract, facts.body)
    ):
        yield Finding(
            check=NAME,
            code="no_text",
            severity=Severity.INFO,
            certainty=Certainty.OPEN,
            what="No percentage stands in the settled values or in the text of the "
            "manuscript, so there is none to recompute.",
            where="Table 1 and manuscript",
        )
