"""The vocabulary of labels: written, renamed, merged and retired by the owners.

Each change is an event, and a merge is undone as it was done: what people put stays as
they put it. A private label leaves no event; sharing it gives away the word, and never
where it was put.
"""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from reviews import access, events
from reviews.models import Review, Role, User
from screening.labels.book import checked, vocabulary
from screening.models import Label


class NameTaken(ValueError):
    """There is a label of this name already: the two can be merged instead."""


class NotMergeable(ValueError):
    """The two are one label, or one of them was merged before."""


@transaction.atomic
def create(review: Review, name: str, *, by: User, at: datetime | None = None) -> Label:
    """Write a label into the vocabulary; only an owner can.

    Raises WrongRole, LabelRefused or NameTaken.
    """
    review = Review.objects.select_for_update(no_key=True).get(pk=review.pk)
    access.require(review, by, Role.OWNER)
    name, key = checked(name)
    _require_free(review, key)
    made = Label.objects.create(
        review=review, name=name, key=key, made_by=by, made_at=at or timezone.now()
    )
    _tell(made, "label.created", f"Made the label {made}", by=by, at=at)
    return made


@transaction.atomic
def rename(label: Label, name: str, *, by: User, at: datetime | None = None) -> Label:
    """Give a label another name, wherever it was put.

    Raises WrongRole, LabelRefused or NameTaken.
    """
    label = _lock(label, by)
    name, key = checked(name)
    if key != label.key:
        Review.objects.select_for_update(no_key=True).get(pk=label.review_id)
        _require_free(label.review, key, owner=label.owner)
    if name == label.name:
        return label
    old, label.name, label.key = label.name, name, key
    label.save(update_fields=["name", "key"])
    _tell(label, "label.renamed", f"Renamed the label {old} to {name}", by=by, at=at)
    return label


@transaction.atomic
def merge(label: Label, into: Label, *, by: User, at: datetime | None = None) -> Label:
    """Read a label of the vocabulary as another one, until this is undone.

    What was put stays as it was put. Raises WrongRole or NotMergeable.
    """
    first, second = sorted((label.pk, into.pk))
    Label.objects.select_for_update().get(pk=first)
    Label.objects.select_for_update().get(pk=second)
    label, into = _lock(label, by), _lock(into, by)
    if label.pk == into.pk or label.merged_into_id or into.merged_into_id:
        raise NotMergeable("One of the two was merged before.")
    if label.review_id != into.review_id or label.owner_id or into.owner_id:
        raise NotMergeable("Only labels of one vocabulary are merged.")
    label.merged_into = into
    label.save(update_fields=["merged_into"])
    _tell(label, "label.merged", f"Merged the label {label} into {into}", by=by, at=at)
    return label


@transaction.atomic
def unmerge(label: Label, *, by: User, at: datetime | None = None) -> Label:
    """Undo a merge: the label stands by itself again, where it was put."""
    label = _lock(label, by)
    if label.merged_into is not None:
        into, label.merged_into = label.merged_into, None
        label.save(update_fields=["merged_into"])
        what = f"Parted the label {label} from {into} again"
        _tell(label, "label.unmerged", what, by=by, at=at)
    return label


@transaction.atomic
def retire(label: Label, *, by: User, at: datetime | None = None) -> Label:
    """Offer a label no more; where it was put it stays."""
    label = _lock(label, by)
    if label.retired_at is None:
        label.retired_at = at or timezone.now()
        label.save(update_fields=["retired_at"])
        _tell(label, "label.retired", f"Retired the label {label}", by=by, at=at)
    return label


@transaction.atomic
def reinstate(label: Label, *, by: User, at: datetime | None = None) -> Label:
    """Offer a label again that was retired."""
    label = _lock(label, by)
    if label.retired_at is not None:
        label.retired_at = None
        label.save(update_fields=["retired_at"])
        _tell(label, "label.reinstated", f"Put back the label {label}", by=by, at=at)
    return label


@transaction.atomic
def share(label: Label, *, by: User, at: datetime | None = None) -> Label:
    """Give a private label to the vocabulary: the word, and not where it was put.

    Where the vocabulary has one of that name already, it is read as that one.
    """
    label = _lock(label, by)
    if label.owner_id is None or label.merged_into_id is not None:
        return label
    Review.objects.select_for_update(no_key=True).get(pk=label.review_id)
    there = vocabulary(label.review).filter(key=label.key).first()
    if there is not None:
        label.merged_into = there
        label.save(update_fields=["merged_into"])
        return label
    label.owner = None
    label.save(update_fields=["owner"])
    _tell(label, "label.created", f"Shared the label {label}", by=by, at=at)
    return label


def _require_free(review: Review, key: str, *, owner: User | None = None) -> None:
    taken = Label.objects.filter(review=review, key=key, owner=owner).first()
    if taken is not None:
        raise NameTaken(f"There is a label “{taken}” already.")


def _lock(label: Label, by: User) -> Label:
    """Lock a label for whoever may change it: its owner, or an owner of the review."""
    label = (
        Label.objects.select_related("review", "owner", "merged_into")
        .select_for_update(of=("self",))
        .get(pk=label.pk)
    )
    if label.owner_id is None:
        access.require(label.review, by, Role.OWNER)
    elif label.owner_id != by.pk:
        raise access.WrongRole("This label is somebody else's.")
    access.require(label.review, by, Role.VIEWER)
    return label


def _tell(
    label: Label, action: str, summary: str, *, by: User, at: datetime | None
) -> None:
    """Leave an event of the vocabulary; a private label leaves none."""
    if label.owner_id is None:
        events.record(
            label.review,
            action,
            summary,
            by=by,
            new={"name": label.name},
            at=at,
        )
