"""What describes the archive: a README, RO-Crate 1.1 and CITATION.cff 1.2.0.

Nothing here is read off a clock: the date is that of the last event of the review.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string

from reviews.models import Review, User
from screening.archive.container import MANIFEST
from screening.archive.spreadsheets.layout import Spreadsheet

CRATE = "ro-crate-metadata.json"
_KINDS: Mapping[str, str] = {
    "bib": "application/x-bibtex",
    "cff": "application/yaml",
    "csv": "text/csv",
    "json": "application/json",
    "md": "text/markdown",
    "ndjson": "application/x-ndjson",
    "nbib": "text/plain",
    "pdf": "application/pdf",
    "py": "text/x-python",
    "R": "text/x-r",
    "ris": "application/x-research-info-systems",
    "svg": "image/svg+xml",
}


def dated(review: Review) -> datetime:
    """Return when something last happened in the review."""
    last = review.events.order_by("-at").values_list("at", flat=True).first()
    return (last or review.created_at).astimezone(UTC)


def authors(review: Review, *, public: bool) -> list[dict[str, str]]:
    """Return the authors as CITATION.cff names them; in the public form the team."""
    found = User.objects.filter(memberships__review=review).order_by("memberships__pk")
    if public or not found:
        return [{"name": f"The team of {_line(review.title)}"}]
    return [_author(person) for person in found]


def _author(person: User) -> dict[str, str]:
    if person.first_name and person.last_name:
        return {"family-names": person.last_name, "given-names": person.first_name}
    return {"name": _line(str(person))}


def citation(review: Review, *, public: bool) -> bytes:
    """Return CITATION.cff."""
    lines = [
        "cff-version: 1.2.0",
        "message: If you use these data, please cite them as below.",
        "type: dataset",
        f"title: {_scalar(review.title)}",
        f"date-released: {_scalar(dated(review).date().isoformat())}",
        "authors:",
    ]
    for author in authors(review, public=public):
        for number, (name, value) in enumerate(author.items()):
            lines.append(f"  {' ' if number else '-'} {name}: {_scalar(value)}")
    return ("\n".join(lines) + "\n").encode()


def _scalar(text: str) -> str:
    # A JSON string on one line is a YAML string too.
    return json.dumps(_line(text), ensure_ascii=False)


def _line(text: str) -> str:
    return " ".join(text.split())


def readme(
    review: Review,
    *,
    public: bool,
    tables: Iterable[Spreadsheet],
    lost: Iterable[str],
) -> bytes:
    """Return README.md."""
    context = {
        "title": _line(review.title),
        "notice": review.notice,
        "public": public,
        "tables": list(tables),
        "lost": list(lost),
        "version": settings.VERSION,
        "date": dated(review).date().isoformat(),
    }
    return render_to_string("screening/archive/README.md", context).encode()


def crate(
    review: Review, names: Iterable[str], *, public: bool, about: Mapping[str, str]
) -> bytes:
    """Return the RO-Crate metadata of all files."""
    files = [name for name in names if name != CRATE]
    graph: list[dict[str, Any]] = [
        {
            "@id": CRATE,
            "@type": "CreativeWork",
            "about": {"@id": "./"},
            "conformsTo": {"@id": "https://w3id.org/ro/crate/1.1"},
        },
        {
            "@id": "./",
            "@type": "Dataset",
            "name": _line(review.title),
            "description": "The data of a systematic review, "
            + ("in a public form." if public else "whole, to be restored."),
            "datePublished": dated(review).date().isoformat(),
            "license": {"@id": "#licence"},
            "author": [
                {"@id": f"#author-{number}"}
                for number, _ in enumerate(authors(review, public=public), start=1)
            ],
            "hasPart": [{"@id": name} for name in [*files, MANIFEST]],
        },
        {
            "@id": "#licence",
            "@type": "CreativeWork",
            "name": "Not stated; ask the authors",
        },
        *_crate_authors(review, public=public),
        *(_crate_file(name, about) for name in [*files, MANIFEST]),
    ]
    found = {"@context": "https://w3id.org/ro/crate/1.1/context", "@graph": graph}
    return (json.dumps(found, ensure_ascii=False, indent=1) + "\n").encode()


def _crate_authors(review: Review, *, public: bool) -> Iterator[dict[str, str]]:
    for number, author in enumerate(authors(review, public=public), start=1):
        given, family = author.get("given-names"), author.get("family-names")
        yield {
            "@id": f"#author-{number}",
            "@type": "Person" if not public else "Organization",
            "name": author.get("name") or f"{given} {family}",
        }


def _crate_file(name: str, about: Mapping[str, str]) -> dict[str, str]:
    kind = _KINDS.get(name.rpartition(".")[2], "application/octet-stream")
    found = {"@id": name, "@type": "File", "encodingFormat": kind}
    return {**found, "description": about[name]} if name in about else found
