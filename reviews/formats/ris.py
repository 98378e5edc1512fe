"""RIS, in the dialects that databases and reference managers really write.

Nothing is guessed: a DOI is taken where a line is one, a PMID where the file says
that it is one, a year where four digits can be a year. What has no column stays in
the record's original text.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

from reviews.formats import values
from reviews.formats.fields import nameless
from reviews.formats.parsed import Item, ParsedRecord, Problem, Severity
from reviews.formats.tagged import Dialect, Field, TaggedRecord, TaggedText

TITLE = ("TI", "T1", "CT", "BT", "ST", "TT")
AUTHORS = ("AU", "A1")
OTHER_AUTHORS = ("A2", "A3", "A4", "ED")
JOURNAL = ("T2", "JF", "JO", "JA", "J2", "J1", "BT")
YEAR = ("PY", "Y1", "DA")
ABSTRACT = ("AB", "N2")
VOLUME = ("VL", "VO")
ISSUE = ("IS", "CP")
SOURCE_ID = ("ID", "AN")
URL = ("UR", "L1", "L2")
PLAIN_DOI = ("L3", "M3", "UR", "LK", "L2", "L1", "N1")

_KNOWN = (
    "TY|ID|TI|T1|T2|T3|CT|BT|ST|TT|AU|A1|A2|A3|A4|ED|AD|AB|N1|N2|KW|PY|Y1|Y2|DA|"
    "JF|JO|JA|J1|J2|VL|VO|IS|CP|SP|EP|SN|DO|UR|L1|L2|L3|L4|LK|LA|LB|AN|CN|CY|DB|DP|"
    "ET|M1|M2|M3|NV|OP|PB|PM|PP|RI|RN|RP|SE|TA|C1|C2|C3|C4|C5|C6|C7|C8|U1|U2|U3|U4|"
    "U5|NL|AV|CA|ER"
)
_BEGINNING = re.compile(r"(?:^|[\r\n])\ufeff?TY([ \t\xa0]{0,4})-")
_ENDING = re.compile(r"[\r\n]ER[ \t\xa0]{1,4}-")
_CUT_BEGINNING = re.compile(r"[\r\n]T(?:Y[ \t\xa0]{0,4})?\Z")

# Two letters, two blanks and a dash are a tag, whatever follows. "TY -" and "ER -"
# with fewer blanks count where nothing else can stand on the line.
_TAGGED = (
    r"[A-Z][A-Z0-9][ \t\xa0]{2,4}-"
    r"|TY[ \t\xa0]{0,4}-[ \t]*[A-Z]{3,8}\s*$"
    r"|ER[ \t\xa0]{0,4}-\s*$"
)
_SPLIT = r"([A-Z][A-Z0-9])[ \t\xa0]{0,4}-(.*)"
_STRICT = re.compile(rf"(?={_TAGGED}){_SPLIT}", re.DOTALL)
# A file that itself writes "TY - JOUR": known tags only, since wrapped text may
# begin with "IL - 6".
_LOOSE = re.compile(
    rf"(?={_TAGGED}|(?:{_KNOWN})[ \t\xa0]{{0,4}}-(?:\s|$)){_SPLIT}", re.DOTALL
)
# One that writes small letters or indents its tags.
_ODD_BEGINNING = re.compile(
    r"(?:^|[\r\n])\ufeff?[ \t]{0,8}ty[ \t]{0,4}-[ \t]*[a-z]{3,8}[ \t]*(?=[\r\n]|$)",
    re.IGNORECASE,
)
_ODD = re.compile(
    rf"[ \t]{{0,8}}(?={_TAGGED}|(?:{_KNOWN})[ \t]{{1,4}}-(?:\s|$)){_SPLIT}",
    re.DOTALL | re.IGNORECASE,
)
# Ovid writes the short name of the journal behind the end of the record.
_AFTER_END = frozenset({"NL"})
_BEGIN = frozenset({"TY"})

# Rayyan writes "DO  - 10.1000/x     LK  - https://…" on one line.
_GLUED = re.compile(r"(?<!\s)\s{2,}([A-Z][A-Z0-9])  ?- ")
_GLUABLE = frozenset({"DO", "UR", "LK", "AN", "SN", "L1", "L2", "L3", "L4", "U1", "U2"})

# Mendeley writes several on one line, "https://a; https://b".
_ADDRESS = re.compile(r"(?:https?|ftp)://\S+?(?=[;,]?\s|$)", re.IGNORECASE)
_DIGITS = re.compile(r"[1-9][0-9]{0,7}")
_SAYS_PMID = re.compile(r"\bPMID\s*:?\s*([1-9][0-9]{0,7})\b", re.IGNORECASE)
# EBSCO's note begins with its own number and names PubMed's where it is there;
# Ovid writes PubMed's number with its address behind it.
_EBSCO_PMID = re.compile(
    r"Accession Number: .*?\bPMID: (?:NLM)?([1-9][0-9]{0,7})\b", re.DOTALL
)
_OVID_PMID = re.compile(
    r"([1-9][0-9]{0,7}) \[https?://(?:www\.)?ncbi\.nlm\.nih\.gov/pubmed/\S*\]"
)
_CENTRAL_PMID = re.compile(r"\bPUBMED\s+([1-9][0-9]{0,7})\b")
_PUBMED_ADDRESS = re.compile(
    r"https?://(?:www\.)?(?:pubmed\.ncbi\.nlm\.nih\.gov|ncbi\.nlm\.nih\.gov/pubmed)/"
    r"([1-9][0-9]{0,7})/?",
    re.IGNORECASE,
)
_MEDLINE = re.compile(r"\b(?:PubMed|MEDLINE|NLM)\b", re.IGNORECASE)

# All on one line: "Ng, Ann; Li, Bo", or as PEDro has it, "Ng A, O'Brien BC, Li D".
_FAMILY_FIRST = re.compile(r"[^,;]+,[^,;]+(?:;[^,;]+,[^,;]+)+;?")
_INITIALS_LAST = re.compile(
    r"[^\W\d_][^,;]* [A-Z]{1,3}(?:, ?[^\W\d_][^,;]* [A-Z]{1,3})+"
)

Tags = dict[str, list[Field]]


def parse(text: str) -> Iterator[Item]:
    """Yield the records of a RIS text and every problem met."""
    source = tagged(text)
    previous: TaggedRecord | None = None
    some_ended = several = False
    for record in source:
        if not _is_real(record):
            # Tagged lines between records that are no record themselves.
            source.outside.extend(range(record.first_line, record.last_line + 1))
            continue
        if previous:
            several = True
            some_ended = some_ended or previous.ended
            yield from _read(previous)
            yield from _end_problems(previous, record)
        previous = record
    if previous:
        _accept_short_end(previous)
        yield from _read(previous)
        if not previous.ended:
            yield _last_problem(previous, unusual=some_ended or not several)
    yield from _outside_problems(text, source.outside)


def _read(record: TaggedRecord) -> Iterator[Item]:
    tags = _by_tag(record.fields)
    parsed = _record(tags, record)
    yield parsed
    yield from _content_problems(parsed, tags, record)


def looks_like_ris(text: str) -> bool:
    """Say whether lines of the text begin and end records as RIS does."""
    return any(sign.search(text) for sign in (_BEGINNING, _ENDING, _ODD_BEGINNING))


def tagged(original: str) -> TaggedText:
    """Return the tagged lines of a RIS text."""
    return TaggedText(original, _dialect(original))


def leftovers(original: str) -> list[tuple[str, str]]:
    """Return tag and value of each line that no column of the record carries."""
    found = list(tagged(original))
    if len(found) != 1 or not found[0].begun:
        return []
    tags = _by_tag(found[0].fields)
    record = _record(tags, found[0])
    return [
        (field.tag, values.one_line(field.value))
        for fields in tags.values()
        for field in fields
        if not _is_carried(field, record)
    ]


def _is_carried(field: Field, record: ParsedRecord) -> bool:
    """Say whether a column of the record holds all that the line says."""
    text = values.plain_text(field.value)
    match field.tag:
        case "TY" | "ER" | "KW":
            return True
        case "DO":
            return values.doi_in(text) == record.doi and values.doi_alone(text) != ""
        case "AB" | "N2":
            return text in record.abstract
        case "SP" | "EP" | "C7":
            return text in record.pages
        case "LA":
            return text in record.language
        case "PM":
            return text == record.pmid
        case "PY" | "Y1":
            return text.strip("/ ") == str(record.year)
        case "VL" | "VO":
            return text == record.volume
        case "IS" | "CP":
            return text == record.issue
    if field.tag in (*AUTHORS, *OTHER_AUTHORS):
        return all(name in record.authors for name in _names(text))
    if field.tag in SOURCE_ID:
        return values.one_line(field.value) == record.source_id
    if field.tag in URL:
        return values.one_line(field.value) == record.url
    # A book's own title may be its container's title too.
    return not text or (
        (field.tag in TITLE and text == record.title)
        or (field.tag in JOURNAL and text == record.journal)
    )


def _dialect(text: str) -> Dialect:
    blanks = [len(match[1]) for match in _BEGINNING.finditer(text)]
    if not blanks and _ODD_BEGINNING.search(text):
        pattern = _ODD
    else:
        pattern = _LOOSE if blanks and min(blanks) < 2 else _STRICT
    return Dialect(pattern, begin=_BEGIN, end="ER", after_end=_AFTER_END)


def _is_real(record: TaggedRecord) -> bool:
    has_content = {f.tag for f in record.fields} & {*TITLE, *AUTHORS}
    return bool(record.begun or record.ended or has_content)


def _accept_short_end(last: TaggedRecord) -> None:
    """Take "ER" without its dash for an end where the file stops there."""
    lines = last.fields[-1].lines
    if not last.ended and len(lines) > 1 and lines[-1].rstrip() == "ER":
        lines.pop()
        last.ended = True


def _by_tag(fields: Iterable[Field]) -> Tags:
    tags: Tags = defaultdict(list)
    for field in fields:
        if field.tag in _GLUABLE and "- " in field.value:
            for part in _unglued(field):
                tags[part.tag].append(part)
        else:
            tags[field.tag].append(field)
    return tags


def _unglued(field: Field) -> list[Field]:
    first, *rest = _GLUED.split(field.value)
    parts = [Field(field.tag, [first], field.line)]
    for tag, value in zip(rest[::2], rest[1::2], strict=True):
        parts.append(Field(tag, [value], field.line))
    return parts


def _record(tags: Tags, source: TaggedRecord) -> ParsedRecord:
    return ParsedRecord(
        source_id=_raw(tags, SOURCE_ID),
        title=_text(tags, TITLE),
        abstract=_abstract(tags),
        authors=_authors(tags),
        year=_year(tags),
        journal=_text(tags, JOURNAL),
        volume=_text(tags, VOLUME),
        issue=_text(tags, ISSUE),
        # C7 is the number of an article that has no pages.
        pages=values.page_range(_text(tags, ("SP",)), _text(tags, ("EP",)))
        or _text(tags, ("C7",)),
        doi=_doi(tags),
        pmid=_pmid(tags),
        keywords=_keywords(tags),
        language="; ".join(_texts(tags, ("LA",))),
        publication_type=_text(tags, ("TY",)),
        url=_url(tags),
        original=source.original,
        first_line=source.first_line,
    )


def _fields(tags: Tags, names: Iterable[str]) -> list[Field]:
    return [field for name in names if name in tags for field in tags[name]]


def _texts(tags: Tags, names: Iterable[str]) -> list[str]:
    texts = (values.plain_text(field.value) for field in _fields(tags, names))
    return [text for text in texts if text]


def _text(tags: Tags, names: Iterable[str]) -> str:
    for field in _fields(tags, names):
        if text := values.plain_text(field.value):
            return text
    return ""


def _raw(tags: Tags, names: Iterable[str]) -> str:
    for field in _fields(tags, names):
        if text := values.one_line(field.value):
            return text
    return ""


def _abstract(tags: Tags) -> str:
    for name in ABSTRACT:
        if texts := _texts(tags, (name,)):
            return " ".join(texts)
    return ""


def _authors(tags: Tags) -> tuple[str, ...]:
    # AU and A1 may alternate; the order of the lines is the order of the names.
    fields = sorted(_fields(tags, AUTHORS), key=lambda field: field.line)
    names = [values.plain_text(field.value) for field in fields]
    apart = [name for text in names if text for name in _names(text)]
    return tuple(apart) or tuple(_texts(tags, OTHER_AUTHORS))


def _names(text: str) -> list[str]:
    """Return the names on a line, which holds one unless their form shows several."""
    if _FAMILY_FIRST.fullmatch(text):
        return [name for part in text.split(";") if (name := part.strip())]
    if _INITIALS_LAST.fullmatch(text):
        return [name.strip() for name in text.split(",")]
    return [text]


def _year(tags: Tags) -> int | None:
    years = (values.year_in(text) for text in _texts(tags, YEAR))
    return next((year for year in years if year), None)


def _doi(tags: Tags) -> str:
    for field in tags.get("DO", ()):
        if doi := values.doi_in(field.value):
            return doi
    for field in _fields(tags, PLAIN_DOI):
        if doi := values.doi_alone(field.value):
            return doi
    return ""


def _pmid(tags: Tags) -> str:
    """Return the PMID where a line says that it is one."""
    for field in tags.get("PM", ()):
        if match := _DIGITS.match(values.one_line(field.value)):
            return match[0]
    source = _raw(tags, ("DB",)), _raw(tags, ("DP",))
    stated = [("C2", _DIGITS)] if source[0] == "Scopus" else []
    if any(map(_MEDLINE.search, source)):
        stated.append(("AN", _DIGITS))
    for tag, pattern in (*stated, ("UR", _PUBMED_ADDRESS), ("L2", _PUBMED_ADDRESS)):
        for field in tags.get(tag, ()):
            if match := pattern.fullmatch(values.one_line(field.value)):
                return match[match.re.groups]
    for tag in ("AN", "ID", "C1", "C2", "C3", "M1", "M2", "U1", "U2"):
        for field in tags.get(tag, ()):
            text = field.value.strip()
            if match := _SAYS_PMID.search(text) or _OVID_PMID.match(text):
                return match[1]
    for field in tags.get("N1", ()):  # a note may name another paper's PMID
        text = values.one_line(field.value)
        if match := _SAYS_PMID.fullmatch(text) or _EBSCO_PMID.match(text):
            return match[1]
    for field in tags.get("C3", ()):
        if match := _CENTRAL_PMID.search(field.value):
            return match[1]
    return ""


def _keywords(tags: Tags) -> tuple[str, ...]:
    # EndNote and Rayyan write one tag and then a keyword on each line.
    lines = (line for field in tags.get("KW", ()) for line in field.lines)
    return tuple(filter(None, map(values.plain_text, lines)))


def _url(tags: Tags) -> str:
    for field in _fields(tags, URL):
        text = values.one_line(values.unescape(field.value))
        if match := _ADDRESS.match(text):
            return match[0]
    return ""


def _content_problems(
    parsed: ParsedRecord, tags: Tags, source: TaggedRecord
) -> Iterable[Problem]:
    yield from nameless(parsed)
    if not source.begun:
        yield Problem(
            source.first_line,
            "This record begins without a TY line, so its type is not known.",
            Severity.WARNING,
        )
    for field in tags.get("TY", ()):
        for offset, line in enumerate(field.lines[1:], start=1):
            if line.strip():
                message = (
                    f"“{_excerpt(line.strip())}” stands without a tag after the TY "
                    "line, and was read as part of the type."
                )
                yield Problem(field.line + offset, message, Severity.WARNING)
    if parsed.year is None:
        for field in _fields(tags, YEAR):
            if text := values.one_line(field.value):
                message = f"No year can be read from “{_excerpt(text)}”."
                yield Problem(field.line, message, Severity.WARNING)
                break
    for field in tags.get("DO", ()):
        text = values.one_line(field.value)
        if text and not values.doi_in(text):
            message = f"“{_excerpt(text)}” is not a DOI."
            yield Problem(field.line, message, Severity.WARNING)


def _excerpt(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:59]}…"


def _end_problems(record: TaggedRecord, following: TaggedRecord) -> Iterable[Problem]:
    if not record.ended:
        yield Problem(
            following.first_line,
            f"The record that begins on line {record.first_line} has no ER line; "
            "it was ended here, where the next begins.",
            Severity.WARNING,
        )


def _last_problem(last: TaggedRecord, *, unusual: bool) -> Problem:
    """Name a last record without an ER line: it may have been cut off."""
    if unusual:
        return Problem(
            last.last_line,
            f"The file ends within the record that begins on line {last.first_line}: "
            "its ER line is missing, so it may have been cut off.",
            Severity.INCOMPLETE,
        )
    return Problem(
        last.last_line,
        "No record of this file has an ER line, so nothing shows whether the "
        "last record is whole.",
        Severity.WARNING,
    )


def _outside_problems(text: str, outside: Iterable[int]) -> Iterable[Problem]:
    numbers = sorted(outside)
    if not numbers:
        return
    if _CUT_BEGINNING.search(text):
        yield Problem(
            numbers.pop(),
            "The file ends where a record begins: it has been cut off.",
            Severity.INCOMPLETE,
        )
    if numbers:
        more = f" The same goes for {len(numbers) - 1} more." if numbers[1:] else ""
        message = f"This line stands outside the records and was not read.{more}"
        yield Problem(numbers[0], message, Severity.WARNING)
