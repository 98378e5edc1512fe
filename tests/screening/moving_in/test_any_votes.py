"""Whatever votes are moved in, the verdicts are those of votes cast here one by one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from reviews.flow import counting, findings
from reviews.models import Criterion, Record, Report, Review, Role, Stage, User
from screening import decisions, replay
from screening.models import Choice
from screening.moving_in import moving
from tests.cast import Cast, create_cast, join, staff
from tests.factories import (
    create_criterion,
    create_record,
    create_report,
    create_review,
)
from tests.screening.moving_in.moved import looked_at, row, table

DAY = datetime(2024, 1, 1, tzinfo=UTC)
CODES = ("E1", "E2", "E3")


@dataclass(frozen=True)
class Said:
    """One vote: on which item, whose, what and why."""

    item: int
    who: int
    choice: str
    codes: tuple[str, ...]


VOTES = st.lists(
    st.builds(
        Said,
        item=st.integers(0, 2),
        who=st.integers(0, 2),
        choice=st.sampled_from(Choice.values[:3]),
        codes=st.lists(st.sampled_from(CODES), unique=True).map(tuple),
    ),
    min_size=1,
    max_size=12,
)
STAGES = st.sampled_from([Stage.TITLE_ABSTRACT, Stage.FULL_TEXT])


@dataclass(frozen=True)
class Team:
    """A review with three things to judge, and three who judge."""

    review: Review
    items: Sequence[Record | Report]
    people: Sequence[User]


def team(cast: Cast, stage: Stage, required: int, *, reasons_must_agree: bool) -> Team:
    review = create_review(
        owner=cast.alice,
        title_abstract_reviewers=required,
        full_text_reviewers=required,
        reasons_must_agree=reasons_must_agree,
    )
    staff(review, cast)
    join(review, cast.dan, Role.REVIEWER)
    for code in CODES:
        create_criterion(review=review, code=code, reason=f"Reason {code}")
    titles = ("A first trial", "A second trial", "A third trial")
    records = [create_record(review=review, title=title) for title in titles]
    if stage == Stage.FULL_TEXT:
        reports = [create_report(review=review, record=record) for record in records]
        return Team(review, reports, (cast.bob, cast.carol, cast.dan))
    return Team(review, records, (cast.bob, cast.carol, cast.dan))


def cast_here(here: Team, said: Sequence[Said]) -> None:
    """Cast the votes one by one, as people do on the pages."""
    for vote in said:
        codes = vote.codes if vote.choice == Choice.EXCLUDE else ()
        criteria = Criterion.objects.filter(review=here.review, code__in=codes)
        if here.items[0]._meta.model is Report and vote.choice == Choice.MAYBE:
            continue  # the page of a full text has no such button
        try:
            decisions.decide(
                here.items[vote.item],
                Choice(vote.choice),
                reviewer=here.people[vote.who],
                criteria=criteria,
            )
        except (decisions.JudgedByOthers, decisions.CriterionMissing):
            continue


def move_in(here: Team, said: Sequence[Said], stage: Stage) -> None:
    """Move the same votes in as a table, in no order but by their dates."""
    rows = [
        row(
            here.items[vote.item],
            f"Person {vote.who}",
            vote.choice,
            reason="; ".join(vote.codes),
            date=(DAY + timedelta(hours=number)).isoformat(),
        )
        for number, vote in enumerate(said)
    ]
    whom = {f"Person {vote.who}": here.people[vote.who] for vote in said}
    made = looked_at(
        here.review,
        table(sorted(rows)),
        by=here.review.created_by,
        people=dict(whom),
        stage=stage,
    )
    moving.move_in(made, by=here.review.created_by)


def verdicts(here: Team) -> list[tuple[str, str, str]]:
    found = []
    for item in here.items:
        item.refresh_from_db()
        reason = item.counted_reason.code if item.counted_reason else ""
        found.append((item.verdict, item.settlement, reason))
    return found


@pytest.mark.django_db
@settings(
    max_examples=40,
    phases=[Phase.generate],
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(said=VOTES, stage=STAGES, required=st.integers(1, 2), must_agree=st.booleans())
def test_votes_that_come_in_settle_as_those_that_are_cast_here(
    said: list[Said], stage: Stage, required: int, must_agree: bool
) -> None:
    with transaction.atomic():
        cast = create_cast()
        here, there = (
            team(cast, stage, required, reasons_must_agree=must_agree) for _ in range(2)
        )
        cast_here(here, said)
        move_in(there, said, stage)
        assert verdicts(there) == verdicts(here)
        # The records of reports are settled without votes by the factory.
        judged = str(there.items[0]._meta.model_name)
        assert [m for m in replay.check(there.review) if m.what == judged] == []
        found = counting.flow(there.review)
        assert [f for f in findings.find(found) if f.level == "error"] == []
        transaction.set_rollback(True)
