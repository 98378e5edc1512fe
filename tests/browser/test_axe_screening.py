"""The pages of screening keep WCAG 2.2 A and AA, as far as a machine can tell.

And none of them is scrolled sideways: on a desk in light, on a telephone in dark.
"""

import uuid
from collections.abc import Callable, Sequence
from datetime import timedelta
from itertools import product

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from reviews.models import Record, Review, Role, ScreeningPlan, Stage
from screening import (
    conflicts,
    decisions,
    judging,
    postponements,
    quotes,
    statements,
)
from screening.allocation import changing, planning
from screening.bulk import deciding
from screening.bulk.deciding import Chosen
from screening.labels import putting, vocabulary
from screening.models import Choice, PilotRound, Resolution
from screening.pilots import rounds
from screening.self_checks import setting
from screening.stopping import sampling, stops
from screening.words import lists
from tests.browser.axe import problems
from tests.browser.conftest import follow, sign_in
from tests.cast import PASSWORD, Cast, join
from tests.factories import create_criterion, create_record, create_staffed_review
from tests.screening.stopping.made import BEGIN, create_ranked_review, judge, screen

pytestmark = pytest.mark.django_db(transaction=True)

# Who looks, and at what.
Looks = Sequence[tuple[str, Sequence[str]]]
SCREENS = ((1280, "light"), (390, "dark"))
TA = Stage.TITLE_ABSTRACT
ABSTRACT = "METHODS: Ketamine was given. " * 4 + "RESULTS: Mood rose in 40 adults."


def address(name: str, review: Review, *keys: object, **query: object) -> str:
    return reverse(f"screening:{name}", args=[review.slug, *keys], query=query)


def plan(review: Review, **facts: object) -> None:
    ScreeningPlan.objects.filter(review=review).update(**facts)
    review.refresh_from_db()


def create_desk(number: int) -> tuple[Review, Cast, list[Record]]:
    review, cast = create_staffed_review(slug="looked-at")
    for code in ("E1", "E2"):
        create_criterion(review=review, code=code, text=f"Fails {code}")
    records = [
        create_record(review=review, title=f"Ketamine {each}", abstract=ABSTRACT)
        for each in range(number)
    ]
    return Review.objects.get(pk=review.pk), cast, records


def reading_and_marking() -> Looks:
    """The list, what is marked in a text, what was put off, several at once."""
    review, cast, records = create_desk(8)
    plan(review, bulk_decisions=True)
    own, team = (
        lists.create(
            review,
            lists.Facts(name, "include", "green", f"{name}\nmood*"),
            by=by,
            is_shared=by == cast.alice,
        )
        for name, by in (("adults", cast.bob), ("ketamine", cast.alice))
    )
    label = vocabulary.create(review, "For the background", by=cast.alice)
    putting.put(records[0], [label.name, "A private one"], person=cast.bob)
    quotes.mark(records[0], "abstract", "Mood rose in 40 adults", person=cast.bob)
    postponements.postpone(records[1], reviewer=cast.bob)
    made = deciding.begin(
        review,
        [Chosen(record, None) for record in records[5:]],
        Choice.MAYBE,
        reviewer=cast.bob,
        note="Read together",
        token=uuid.uuid4(),
    )
    deciding.carry_out(made)
    setting.choose(review, share=10, is_shared=True, by=cast.bob)
    shared = (
        address("word_list_list", review),
        address("label_list", review),
        address("label_detail", review, label.token),
    )
    return (
        (
            "bob",
            (
                address("screen", review),
                address("screen_list", review),
                address("screen_list", review, text="mood"),
                address("screen_bulk", review, made.token),
                address("judge_record", review, records[0].pk),
                address("later", review),
                address("my_decisions", review),
                address("my_consistency", review),
                address("word_list_create", review),
                address("word_list_edit", review, own.token),
                address("word_list_suggest", review),
                *shared,
                reverse("screening:desk"),
            ),
        ),
        (
            "alice",
            (
                *shared,
                address("word_list_edit", review, team.token),
                reverse("reviews:plan_edit", args=[review.slug]),
                reverse("reviews:record_list", args=[review.slug]),
                reverse("reviews:record_detail", args=[review.slug, records[0].pk]),
            ),
        ),
    )


def ranking_and_stopping() -> Looks:
    """The order, what the rule says, the sample that is drawn."""
    review, cast, records = create_ranked_review(60, audit_size=6)
    screen(records, cast, relevant=10, read=48)
    before = [
        address("stopping", review),
        *(
            address("stopping_records", review, what)
            for what in ("read", "relevant", "since", "unread")
        ),
        address("stopping_missed", review),
        address("ranking", review),
        address("progress", review),
        reverse("reviews:plan_edit", args=[review.slug]),
    ]
    stop = stops.begin(review, by=cast.alice)
    drawn = [
        address("stop_detail", review, stop.number),
        address("stop_records", review, stop.number),
    ]
    return (
        ("alice", (*before, *drawn)),
        ("bob", (address("screen", review), address("ranking", review))),
    )


def a_certificate() -> Looks:
    """A stop that was signed, and what was never screened for it."""
    review, cast, records = create_ranked_review(60, audit_size=6)
    screen(records, cast, relevant=10, read=48)
    stop = stops.begin(review, by=cast.alice)
    since = BEGIN + timedelta(days=1)
    judge(sampling.records(stop), cast, Choice.EXCLUDE, since=since)
    stops.sign(stop, by=cast.alice)
    return (
        (
            "alice",
            (
                address("stop_detail", review, stop.number),
                address("stop_records", review, stop.number),
                address("stop_never_screened", review, stop.number),
                address("stopping", review),
                address("stopping_missed", review),
                address("agreement", review),
                address("agreement_drift", review),
            ),
        ),
        ("bob", (address("screen", review),)),
    )


def who_judges_what() -> Looks:
    """Shares, what waits for whom, who leaves, how many judge."""
    review, cast, records = create_desk(12)
    join(review, cast.vera, Role.REVIEWER)
    shares = {cast.bob.pk: 100, cast.carol.pk: 50, cast.vera.pk: 50}
    changing.change(review, TA, "share", planning.by_share(shares), by=cast.alice)
    for record in records[:4]:
        decisions.decide(record, Choice.INCLUDE, reviewer=cast.bob)
    member = review.members.get(user=cast.carol)
    return (
        (
            "alice",
            (
                address("allocation", review),
                *(
                    address("allocation_change", review, way=way)
                    for way in ("open", "share", "pair", "batch", "person")
                ),
                *(
                    address("waiting", review, list=listed)
                    for listed in ("second", "stuck")
                ),
                address("leaving", review, member.pk),
                address("number_change", review, TA, 1),
                reverse("reviews:member_list", args=[review.slug]),
            ),
        ),
        ("bob", (address("waiting", review), address("allocation", review))),
    )


def pilot_rounds() -> Looks:
    """A round that is closed, one that is open, and the gate."""
    review, cast, _ = create_desk(12)
    plan(review, gate_measure="kappa", gate_value=80)
    criterion = review.criteria.earliest("pk")

    def begin(*, counts: bool) -> PilotRound:
        people = [cast.bob, cast.carol]
        return rounds.begin(
            review, TA, size=4, people=people, counts=counts, by=cast.alice
        )

    closed = begin(counts=False)
    drawn = [each.record for each in closed.items.order_by("position") if each.record]
    for place, record in enumerate(drawn):
        judging.judge(record, Choice.INCLUDE, reviewer=cast.bob, pilot=closed.number)
        judging.judge(
            record,
            Choice.EXCLUDE if place % 2 else Choice.INCLUDE,
            reviewer=cast.carol,
            criteria=[criterion] if place % 2 else [],
            pilot=closed.number,
        )
    rounds.close(closed, by=cast.alice)
    opened = begin(counts=True)
    shared = (
        address("pilot_list", review),
        address("pilot_detail", review, closed.pk),
        address("pilot_detail", review, opened.pk),
    )
    return (
        (
            "alice",
            (
                *shared,
                address("pilot_begin", review, Stage.FULL_TEXT),
                address("pilot_end", review, opened.pk),
                reverse("reviews:plan_edit", args=[review.slug]),
            ),
        ),
        ("bob", (*shared, address("screen", review))),
    )


def the_conflict_room() -> Looks:
    """Both sides, what is stated first, no names; wordings, agreement and ledger."""
    review, cast, records = create_desk(6)
    plan(review, states_reason_first=True, hides_judges=True)
    criterion = review.criteria.earliest("pk")
    for record in records[:4]:
        decisions.decide(record, Choice.INCLUDE, reviewer=cast.bob, note="Keep it")
        decisions.decide(
            record,
            Choice.EXCLUDE,
            reviewer=cast.carol,
            criteria=[criterion],
            note="A quote of mine",
        )
    plan(review, states_reason_first=False)
    settled = review.records.get(pk=records[0].pk)
    conflicts.resolve(
        settled,
        Choice.EXCLUDE,
        resolver=cast.dan,
        reason="Children only.",
        criterion=criterion,
        cause=Resolution.Cause.WORDING,
    )
    plan(review, states_reason_first=True)
    # Of one both have stated it: that one is open, and can be settled.
    for reviewer in (cast.bob, cast.carol):
        stated = review.records.get(pk=records[2].pk)
        statements.state(stated, by=reviewer, criterion=criterion, quote="In adults")
    room = (
        address("conflict_list", review),
        address("conflict_list", review, show="settled"),
        address("conflict_record", review, records[0].pk),
        address("conflict_record", review, records[1].pk),
        address("conflict_record", review, records[2].pk),
    )
    return (
        ("bob", room),
        ("dan", room),
        (
            "alice",
            (
                address("wordings", review),
                address("wording_conflicts", review, criterion.pk),
                address("agreement", review),
                address("agreement_drift", review),
                address("ledger", review),
            ),
        ),
    )


@pytest.mark.parametrize(
    "scene",
    [
        reading_and_marking,
        ranking_and_stopping,
        a_certificate,
        who_judges_what,
        pilot_rounds,
        the_conflict_room,
    ],
)
def test_the_pages_of_screening(
    person: Callable[..., Page], scene: Callable[[], Looks]
) -> None:
    found: list[str] = []
    for (name, addresses), (width, scheme) in product(scene(), SCREENS):
        page = person(viewport={"width": width, "height": 844}, color_scheme=scheme)
        sign_in(page, name, PASSWORD)
        for each in addresses:
            page.goto(each)
            found += problems(page)
            wide = page.evaluate("document.documentElement.scrollWidth")
            if wide > width:
                found.append(f"{page.url}: {wide} pixels wide")
    assert found == []


@pytest.mark.parametrize(("width", "scheme"), SCREENS)
def test_what_is_shown_before_it_is_done(
    person: Callable[..., Page], width: int, scheme: str
) -> None:
    review, *_ = create_desk(6)
    page = person(viewport={"width": width, "height": 844}, color_scheme=scheme)
    sign_in(page, "alice", PASSWORD)
    page.goto(address("allocation_change", review, way="share"))
    follow(page.get_by_role("button", name="See what it does"))
    expect(page.get_by_text("Nothing is changed yet")).to_be_visible()
    found = problems(page)
    assert found == []
