"""Arrangements: which optional ways of working are in use, asked all at once.

Most reviews have no pilot round open, deal nothing out and stop nowhere. Whoever judges
in one of them is not to pay for what nobody uses: one question tells what is in use at
the stage, and only that is looked at further.
"""

from dataclasses import dataclass

from django.db import connection, models

from reviews.models import Member, MemberRole, Review, Role, Stage, User
from screening.models import (
    Allocation,
    Choice,
    Decision,
    Label,
    PilotRound,
    Postponement,
    Quote,
    SelfCheckSetting,
    Stop,
    WordList,
)


@dataclass(frozen=True)
class Arrangements:
    """What is in use at a stage, and what one reviewer uses there."""

    has_round: bool
    has_sample: bool
    is_dealt: bool
    has_put_off: bool
    # Also where the person asked for self-checks once, and does no longer.
    checks_self: bool
    # Whether the person ever took a decision back at the stage.
    has_taken_back: bool
    has_words: bool
    has_labels: bool
    has_quotes: bool
    # How many may judge at the stage today.
    people: int
    # How many other members ever judged at the stage.
    others: int


def of(review: Review, stage: Stage, reviewer: User) -> Arrangements:
    """Return what is in use for the reviewer at the stage."""
    asked: dict[str, int | str] = {
        "review": review.pk,
        "stage": stage.value,
        "person": reviewer.pk,
        "open": PilotRound.State.OPEN.value,
        "sampling": Stop.State.SAMPLING.value,
        "withdrawn": Choice.WITHDRAWN.value,
        "judge": Role.REVIEWER.value,
    }
    with connection.cursor() as cursor:
        cursor.execute(QUESTION, asked)
        row = cursor.fetchone()
    return Arrangements(*map(bool, row[:-2]), *row[-2:])


def _any(model: type[models.Model], condition: str) -> str:
    return f"EXISTS (SELECT 1 FROM {model._meta.db_table} WHERE {condition})"


HERE = "review_id = %(review)s"
AT = f"{HERE} AND stage = %(stage)s"
OWN = f"{AT} AND reviewer_id = %(person)s"
OF_MEMBER = "member_id = m.id AND role = %(judge)s AND stage IN ('', %(stage)s)"
MEMBERS = f"SELECT COUNT(*) FROM {Member._meta.db_table} m WHERE m.{HERE}"
# It is asked with each decision, and in the words of the ORM so many questions take
# longer to be put into SQL than to be answered.
QUESTION = f"""
    SELECT
        {_any(PilotRound, f"{AT} AND state = %(open)s")},
        {_any(Stop, f"{HERE} AND state = %(sampling)s")},
        {_any(Allocation, AT)},
        {_any(Postponement, f"{OWN} AND ended_at IS NULL")},
        {_any(SelfCheckSetting, f"{HERE} AND user_id = %(person)s")},
        {_any(Decision, f"{OWN} AND choice = %(withdrawn)s")},
        {_any(WordList, HERE)},
        {_any(Label, HERE)},
        {_any(Quote, f"{HERE} AND person_id = %(person)s")},
        ({MEMBERS} AND removed_at IS NULL AND {_any(MemberRole, OF_MEMBER)}),
        ({MEMBERS} AND user_id <> %(person)s
            AND {_any(Decision, f"{AT} AND reviewer_id = m.user_id")})
"""
