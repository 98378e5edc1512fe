"""A review whose records came in a file and are screened by two, for tests."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

from reviews.models import (
    Import,
    JointRemoval,
    Record,
    Review,
    ScreeningPlan,
    Search,
    User,
)
from screening import decisions
from screening.models import Choice, Stop, StopCertificate
from screening.stopping import certificate, reading, rule
from tests.cast import Cast
from tests.factories import create_record, create_search, create_staffed_review

BEGIN = datetime(2026, 3, 2, 9, tzinfo=UTC)


def create_import(search: Search, number: int, *, at: datetime = BEGIN) -> list[Record]:
    """Take a file with so many records in."""
    made = Import.objects.create(
        search=search,
        size=1,
        file_name=f"file-{search.imports.count() + 1}.ris",
        sha256=f"{search.imports.count():064}",
        state=Import.State.IMPORTED,
        imported_at=at,
        uploaded_by=search.review.created_by,
    )
    return [
        create_record(
            review=search.review, search=search, source_import=made, added_at=at
        )
        for _ in range(number)
    ]


def create_ranked_review(
    number: int = 40, **plan: object
) -> tuple[Review, Cast, list[Record]]:
    """Create a review with records that come by predicted relevance."""
    review, cast = create_staffed_review()
    plan = {"order": "relevance", "stopping": "recall", "target_recall": 80} | plan
    ScreeningPlan.objects.filter(review=review).update(**plan)
    records = create_import(create_search(review=review), number)
    return review, cast, records


def judge(
    records: Iterable[Record],
    cast: Cast,
    choice: Choice,
    *,
    since: datetime = BEGIN + timedelta(hours=1),
) -> None:
    """Let bob and carol say the same of each, one after the other."""
    for place, record in enumerate(records):
        at = since + timedelta(minutes=place)
        for reviewer in (cast.bob, cast.carol):
            decisions.decide(record, choice, reviewer=reviewer, at=at)


def screen(records: Sequence[Record], cast: Cast, relevant: int, read: int) -> None:
    """Let both include the first ones and exclude what follows, up to `read`."""
    judge(records[:relevant], cast, Choice.INCLUDE)
    since = BEGIN + timedelta(hours=1, minutes=relevant)
    judge(records[relevant:read], cast, Choice.EXCLUDE, since=since)


def create_certificate(review: Review, *, by: User) -> StopCertificate:
    """Write down a stop that was signed, of a review with any records."""
    plan = ScreeningPlan.objects.get(review=review)
    found = reading.read(review)
    said = rule.say(plan, found)
    stop = Stop.objects.create(
        review=review, number=1, seed=1, rest_count=0, begun_by=by, facts={}
    )
    facts = certificate.of_stop(
        stop, plan, found, said, never_screened=0, by=by, at=BEGIN
    )
    stop.state = Stop.State.SIGNED
    stop.save(update_fields=["state"])
    return StopCertificate.objects.create(
        stop=stop,
        facts=facts,
        sha256=certificate.fingerprint(facts),
        removal=JointRemoval.objects.create(
            review=review, removal="other", reason="Stopped", removed_by=by
        ),
        signed_by=by,
    )
