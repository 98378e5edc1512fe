"""Related lists: references of other reviews, to ask what this one did not consider.

They are no records of this review: nothing of them is identified, screened or counted
(PRISMA 2020, item 16a). A list that is removed is kept, and can be brought back.
"""

from datetime import datetime
from pathlib import PurePath

from django.db import transaction
from django.db.models import Count, QuerySet
from django.utils import timezone

from reviews import access, events
from reviews.formats import reading
from reviews.formats.parsed import ParsedFile, ParsedRecord
from reviews.models import RelatedList, RelatedReference, Review, Role, User

LONGEST_NAME = 200
# A longer list is a search, not the references of a review.
MOST_REFERENCES = 5000
_BATCH = 500


class NameTaken(ValueError):
    """The review has a list of this name already."""


class NameMissing(ValueError):
    """A list is told by its name."""


class TooLong(ValueError):
    """The list has more references than those of a review."""


class HasErrors(ValueError):
    """The file has errors that must be mended first; nothing was added."""


def lists(review: Review) -> QuerySet[RelatedList]:
    """Return the lists in use, each with the number of its references."""
    return (
        review.related_lists.filter(removed_at=None)
        .annotate(number=Count("references"))
        .order_by("added_at", "pk")
    )


def removed(review: Review) -> QuerySet[RelatedList]:
    """Return the lists that were removed, the latest first."""
    return (
        review.related_lists.exclude(removed_at=None)
        .annotate(number=Count("references"))
        .order_by("-removed_at", "-pk")
    )


def add(
    review: Review,
    *,
    name: str,
    file_name: str,
    data: bytes,
    by: User,
    at: datetime | None = None,
) -> RelatedList:
    """Add the references of a file as a list.

    The file is read before the transaction begins. Raises WrongRole, NameMissing,
    NameTaken, TooLong, HasErrors or reviews.formats.parsed.UnreadableFile.
    """
    access.require(review, by, Role.OWNER)
    name = " ".join(name.split())[:LONGEST_NAME]
    if not name:
        raise NameMissing("Give the list a name, such as the review it is from.")
    parsed = reading.read(data)
    if broken := parsed.errors or parsed.gaps:
        first = broken[0]
        raise HasErrors(f"Line {first.line:,}: {first.message} Nothing was added.")
    if len(parsed.records) > MOST_REFERENCES:
        raise TooLong(
            f"The file holds {len(parsed.records):,} references; a list has at most "
            f"{MOST_REFERENCES:,}. Nothing was added."
        )
    return _store(review, name, PurePath(file_name).name, parsed, by=by, at=at)


@transaction.atomic
def _store(
    review: Review,
    name: str,
    file_name: str,
    parsed: ParsedFile,
    *,
    by: User,
    at: datetime | None,
) -> RelatedList:
    review = Review.objects.select_for_update(no_key=True).get(pk=review.pk)
    access.require(review, by, Role.OWNER)
    _require_free(review, name)
    moment = at or timezone.now()
    made = RelatedList.objects.create(
        review=review, name=name, file_name=file_name, added_at=moment
    )
    RelatedReference.objects.bulk_create(
        (_reference(made, record) for record in parsed.records), batch_size=_BATCH
    )
    _tell(made, "related_list.added", "Added", len(parsed.records), by=by, at=moment)
    return made


@transaction.atomic
def remove(made: RelatedList, *, by: User, at: datetime | None = None) -> RelatedList:
    """Take a list out of use; it is kept. Raises WrongRole."""
    made = _lock(made, by)
    if made.removed_at is None:
        made.removed_at = at or timezone.now()
        made.save(update_fields=["removed_at"])
        number = made.references.count()
        _tell(made, "related_list.removed", "Removed", number, by=by, at=at)
    return made


@transaction.atomic
def restore(made: RelatedList, *, by: User, at: datetime | None = None) -> RelatedList:
    """Bring a removed list back. Raises WrongRole or NameTaken."""
    made = _lock(made, by)
    if made.removed_at is not None:
        _require_free(made.review, made.name)
        made.removed_at = None
        made.save(update_fields=["removed_at"])
        number = made.references.count()
        _tell(made, "related_list.restored", "Brought back", number, by=by, at=at)
    return made


def _lock(made: RelatedList, by: User) -> RelatedList:
    review = Review.objects.select_for_update(no_key=True).get(pk=made.review_id)
    access.require(review, by, Role.OWNER)
    return review.related_lists.select_for_update().get(pk=made.pk)


def _require_free(review: Review, name: str) -> None:
    if review.related_lists.filter(name=name, removed_at=None).exists():
        raise NameTaken("The review has a list of this name already.")


def _reference(made: RelatedList, record: ParsedRecord) -> RelatedReference:
    return RelatedReference(
        related_list=made,
        source_id=record.source_id,
        title=record.title,
        authors=list(record.authors),
        year=record.year,
        journal=record.journal,
        volume=record.volume,
        issue=record.issue,
        pages=record.pages,
        doi=record.doi,
    )


def _tell(
    made: RelatedList,
    action: str,
    told: str,
    number: int,
    *,
    by: User,
    at: datetime | None,
) -> None:
    events.record(
        made.review,
        action,
        f"{told} the related list {made.name}: {number:,} references",
        by=by,
        subject=made,
        new={"name": made.name, "file": made.file_name, "references": number},
        at=at,
    )
