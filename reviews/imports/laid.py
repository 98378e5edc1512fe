"""Records of a long file that lie in the database, and that nobody sees yet."""

from django.db.models import QuerySet

from reviews.models import Import, Record

AT_ONCE = 2000


def of(made: Import) -> QuerySet[Record]:
    """Return what was laid down of a file and not brought into the review."""
    return Record.stored.filter(source_import=made, in_review=False)


def remove(made: Import) -> None:
    """Remove it batch by batch, so that nobody waits long."""
    while keys := list(of(made).values_list("pk", flat=True)[:AT_ONCE]):
        Record.stored.filter(pk__in=keys, in_review=False).delete()
    made.already_there.all().delete()
