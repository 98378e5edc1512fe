"""What left the flow together since a moment, or came back together since."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime

from django.db.models import Q

from reviews.flow.rewound import Together
from reviews.models import JointlyRemoved, Review

_COLUMNS = ("pk", "removal", "restored_at")


def since(review: Review, at: datetime) -> Mapping[int, Together]:
    """Return it by the key of the removal, in two queries."""
    made = review.joint_removals.filter(Q(removed_at__gt=at) | Q(restored_at__gt=at))
    told = {pk: (why, back) for pk, why, back in made.values_list(*_COLUMNS)}
    left: defaultdict[int, list[int]] = defaultdict(list)
    came_back: defaultdict[int, list[int]] = defaultdict(list)
    if told:
        rows = JointlyRemoved.objects.filter(joint_removal__in=told)
        listed = rows.values_list("joint_removal_id", "record_id", "back_at")
        for key, record, back_at in listed.iterator(chunk_size=5000):
            left[key].append(record)
            # One that came back by itself has an event of its own.
            if back_at is not None and back_at == told[key][1]:
                came_back[key].append(record)
    return {
        key: Together(why, tuple(left[key]), tuple(came_back[key]))
        for key, (why, _) in told.items()
    }
