"""The manuscript: how the team writes the review up, and its abbreviations.

An abbreviation is explained under a table in which it stands, and nowhere else. The
citation style is that of the reference list and of every table with citations.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import transaction

from reviews import access, events
from reviews.models import Manuscript, Review, Role, User
from reviews.references import styles

LONGEST = 1_000_000  # characters of a text that is pasted
_SEPARATOR = re.compile(r"\s*(?::|,|;|=|\t| [–—-] )\s*")


class NotAnAbbreviation(ValueError):
    """A line has no abbreviation with its meaning."""


class TooLong(ValueError):
    """A text is longer than any manuscript."""


def of(review: Review) -> Manuscript:
    """Return the manuscript as it is described, else as it is before anybody did."""
    return Manuscript.objects.filter(review=review).first() or Manuscript(review=review)


def parse(text: str) -> dict[str, str]:
    """Return each abbreviation with its meaning, one a line: "TRD: …".

    Raises NotAnAbbreviation.
    """
    found: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        short, *rest = _SEPARATOR.split(line.strip(), maxsplit=1)
        if not short or not rest or not rest[0]:
            raise NotAnAbbreviation(
                f"Line {number} has no meaning: write it as “TRD: treatment-resistant "
                "depression”."
            )
        if short in found:
            raise NotAnAbbreviation(f"Line {number}: {short} is explained already.")
        found[short] = rest[0]
    return found


def abbreviations(review: Review) -> Mapping[str, str]:
    """Return the abbreviations of the review with their meanings."""
    return parse(of(review).abbreviations)


def used(known: Mapping[str, str], texts: Iterable[str]) -> dict[str, str]:
    """Return those that stand as words of their own in a text, by the alphabet."""
    said = list(texts)
    found = {
        short: meaning
        for short, meaning in known.items()
        if any(map(re.compile(rf"(?<!\w){re.escape(short)}s?(?!\w)").search, said))
    }
    return dict(sorted(found.items(), key=lambda pair: pair[0].casefold()))


def note(explained: Mapping[str, str]) -> str:
    """Return the abbreviations as a note under a table."""
    return "; ".join(f"{short}, {meaning}" for short, meaning in explained.items())


@transaction.atomic
def write(
    review: Review,
    *,
    citation_style: str,
    abbreviations: str,
    abstract: str,
    body: str,
    by: User,
    at: datetime | None = None,
) -> Manuscript:
    """Say how the review is written up.

    Raises WrongRole, styles.UnknownStyle, NotAnAbbreviation or TooLong.
    """
    Review.objects.select_for_update(no_key=True).get(pk=review.pk)
    access.require(review, by, Role.OWNER)
    styles.find(citation_style)
    parse(abbreviations)
    if max(len(abstract), len(body)) > LONGEST:
        raise TooLong(f"A text has {LONGEST:,} characters at most.")
    manuscript = of(review)
    new = {
        "citation_style": citation_style,
        "abbreviations": abbreviations.strip(),
        "abstract": abstract.strip(),
        "body": body.strip(),
    }
    changed = {name for name in new if getattr(manuscript, name) != new[name]}
    if not changed:
        return manuscript
    old = {name: getattr(manuscript, name) for name in changed}
    for name in changed:
        setattr(manuscript, name, new[name])
    manuscript.save()
    events.record(
        review,
        "manuscript.changed",
        f"Changed the manuscript: {', '.join(_told(changed))}",
        by=by,
        subject=manuscript,
        old=old,
        new={name: new[name] for name in changed},
        at=at,
    )
    return manuscript


def _told(names: Iterable[str]) -> list[str]:
    return sorted(name.replace("_", " ") for name in names)
