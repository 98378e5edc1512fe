"""The people of an archive: by user name, or in its public form by a number."""

from collections.abc import Iterator

from reviews.models import Review, User
from screening.archive import rows
from screening.archive.tables import PERSON_COLUMNS, TABLES, referring


def keys(review: Review) -> set[int]:
    """Return the keys of everybody whom a row of the review names."""
    found: set[int] = set()
    for model in TABLES:
        selected = rows.selected(model, review, None).order_by()
        for column in referring(model):
            named = selected.values_list(column.attname, flat=True).distinct()
            found.update(key for key in named if key is not None)
    return found


def names(review: Review) -> dict[int, str]:
    """Return the user name of everybody who took part, by key."""
    found = User.objects.filter(pk__in=keys(review))
    return dict(found.values_list("pk", "username"))


def lines(review: Review) -> Iterator[bytes]:
    """Yield a line for each person, in the order of the user names."""
    found = User.objects.filter(pk__in=keys(review)).values(*PERSON_COLUMNS)
    # Not in the database, which orders letters by its own language.
    for person in sorted(found, key=lambda each: each["username"]):
        yield (rows.canonical(person) + "\n").encode()


def pseudonyms(review: Review) -> dict[int, str]:
    """Return "Reviewer 1" and so on, the same in every export.

    In the order in which people joined; who took part without ever being on the team
    comes after them.
    """
    joined = list(review.members.order_by("pk").values_list("user", flat=True))
    others = {key: name for key, name in names(review).items() if key not in joined}
    order = [*joined, *sorted(others, key=others.__getitem__)]
    return {key: f"Reviewer {number}" for number, key in enumerate(order, start=1)}
