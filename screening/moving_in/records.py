"""The records of a file of votes that the review does not have, without its votes.

The original text of an imported record is shown to the whole team. So what is offered
for import is written anew from the record's own fields: no decision, reason, label or
note of the file comes along.
"""

from collections.abc import Iterator
from dataclasses import replace

from reviews.formats import reading as records
from reviews.formats import ris_writing
from reviews.formats.parsed import ParsedRecord, UnreadableFile
from reviews.formats.votes import rayyan_zip, told
from reviews.formats.votes.rows import open_rows
from reviews.models import Stage
from screening.models import VoteImport
from screening.moving_in import files, finding
from screening.moving_in.finding import Index, NotFound
from screening.moving_in.reading import mapping_of


def missing(made: VoteImport) -> bytes:
    """Return a RIS file of the records that the file has and the review lacks."""
    return "".join(ris_writing.write(_missing(made))).encode()


def _missing(made: VoteImport) -> Iterator[ParsedRecord]:
    index = Index(made.review, Stage.TITLE_ABSTRACT)
    seen: set[tuple[object, ...]] = set()
    for record in _records(made):
        found = index.find(told.key(record))
        known = (record.doi, record.pmid, record.title, record.year)
        if (
            isinstance(found, NotFound)
            and found.why == finding.NOWHERE
            and record.title
            and known not in seen
        ):
            seen.add(known)
            # The source's number alone may be how votes are told apart.
            yield replace(record, original="", keywords=())


def _records(made: VoteImport) -> Iterator[ParsedRecord]:
    data = files.data_of(made)
    try:
        if made.format == "zip":
            data, _ = rayyan_zip.unpacked(data)
        if made.format != "ris":
            for row in open_rows(data, mapping_of(made))[1]:
                yield row.record
            return
        for item in records.open_file(data, format_hint="ris").items:
            if isinstance(item, ParsedRecord):
                yield item
    except UnreadableFile:
        return
