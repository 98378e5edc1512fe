"""Nobody learns another's judgment before both have judged.

Two kinds of proof. Planted words: carol's open judgments carry notes and reasons that
no page, export or admin list may show to the others. And non-interference: everything
that bob can fetch is the same, byte for byte, whether carol has judged this, that or
nothing (after what changes with every request, such as tokens, is put aside).
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import urldefrag, urljoin, urlparse

import time_machine
from django.db import transaction
from django.test import Client, TestCase
from django.urls import reverse

from reviews import reports
from reviews.instruments import loading
from reviews.models import Instrument, Review, Role, User
from screening import decisions
from screening.models import (
    AppraisalAnswer,
    Choice,
    Decision,
    ExtractionEntry,
)
from tests.cast import PASSWORD, join
from tests.factories import (
    create_criterion,
    create_extraction_field,
    create_record,
    create_report,
    create_staffed_review,
    create_study,
)

PLANTED = "Zanzibarmarmalade"
# What differs with every request, whoever judged what.
CHANGING = [
    re.compile(rb'name="csrfmiddlewaretoken" value="[^"]+"'),
    re.compile(rb'"X-CSRFToken": ?"[^"]+"|X-CSRFToken&quot;: ?&quot;[^&]+'),
    re.compile(rb"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"),
    re.compile(rb'nonce="[^"]+"'),
]
NOT_FOLLOWED = re.compile(r"/accounts/|/static/|/media/|^mailto:")
MOST_PAGES = 2000
WAITING = re.compile(r"/waiting/|/judged-by/|/pilots/begin/|/members/\d+/")
Seen = dict[str, tuple[int, bytes]]


def crawl(
    client: Client, start: list[str], *, skip: re.Pattern[str] | None = None
) -> dict[str, tuple[int, bytes]]:
    """Return every page that can be reached by links, with its status and body."""
    found: dict[str, tuple[int, bytes]] = {}
    waiting = list(start)
    while waiting and len(found) < MOST_PAGES:
        url = waiting.pop(0)
        if url in found or NOT_FOLLOWED.search(url) or (skip and skip.search(url)):
            continue
        response = client.get(url)
        body = (
            b"".join(response.streaming_content)
            if response.streaming
            else response.content
        )
        found[url] = (response.status_code, body)
        if response.status_code in (301, 302):
            waiting.append(urljoin(url, response["Location"]))
        links = (
            re.findall(rb'\s(?:href|src|data|action|hx-get)="([^"#]+)"', body)
            if b"<" in body[:500]
            else []
        )
        for link in links:
            address = urldefrag(urljoin(url, link.decode().replace("&amp;", "&"))).url
            if not urlparse(address).netloc:
                waiting.append(address)
    assert len(found) < MOST_PAGES, "The crawl does not end: look at its links."
    return found


def steady(body: bytes) -> bytes:
    for pattern in CHANGING:
        body = pattern.sub(b"", body)
    return body


def without_waiting(seen: Seen) -> Seen:
    """Leave out what tells an owner who does not judge that somebody has judged."""
    return {url: seen[url] for url in seen if not WAITING.search(url)}


class BlindWorld(TestCase):
    """A review in the middle of its work, and the worlds that could be of it."""

    review: Review

    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, cls.cast = create_staffed_review(slug="blind")
        cls.criteria = [
            create_criterion(review=cls.review, reason=reason)
            for reason in ("Wrong population", "Wrong design")
        ]
        cls.records = [create_record(review=cls.review) for _ in range(4)]
        cls.reports = [create_report(review=cls.review) for _ in range(2)]
        cls.field = create_extraction_field(review=cls.review)
        cls.study = create_study(review=cls.review)
        key = "jbi_case_series"
        cls.instrument = Instrument.objects.create(
            review=cls.review,
            key=key,
            name="JBI",
            unit="study",
            definition=loading.definition(key),
        )
        cls.target = cls.study.appraisal_targets.create(instrument=cls.instrument)
        # One that bob has judged alone, and one closed to both.
        decisions.decide(cls.records[3], Choice.INCLUDE, reviewer=cls.cast.bob)
        closed = create_record(review=cls.review)
        for reviewer in (cls.cast.bob, cls.cast.carol):
            decisions.decide(closed, Choice.EXCLUDE, reviewer=reviewer)

    def carol_judges(self, choice: Choice, note: str) -> None:
        """Let carol judge what bob has not judged."""
        for item in (*self.records[:3], *self.reports):
            decisions.decide(
                item,
                choice,
                reviewer=self.cast.carol,
                criteria=[self.criteria[0 if choice == Choice.INCLUDE else 1]],
                note=note,
            )
        ExtractionEntry.objects.create(
            study=self.study,
            field=self.field,
            field_version=1,
            reviewer=self.cast.carol,
            value=note,
            note=note,
        )
        AppraisalAnswer.objects.create(
            target=self.target,
            domain="D1",
            reviewer=self.cast.carol,
            answers={"1": "Y" if choice == Choice.INCLUDE else "N"},
            support=note,
        )

    @contextmanager
    def world(self, happens: Callable[[], object]) -> Iterator[None]:
        """Play something, look at it, and take the world back."""
        with transaction.atomic():
            happens()
            yield
            transaction.set_rollback(True)

    def seen_by(self, user: User) -> dict[str, tuple[int, bytes]]:
        client = Client()
        client.login(username=user.username, password=PASSWORD)
        return crawl(client, ["/", self.review.get_absolute_url()])


@time_machine.travel("2026-03-01T12:00:00Z", tick=False)
class BlindingTests(BlindWorld):
    def test_staff_finds_no_trace_in_the_admin_console(self) -> None:
        self.cast.bob.is_staff = True
        self.cast.bob.save()
        with self.world(lambda: self.carol_judges(Choice.EXCLUDE, PLANTED)):
            client = Client()
            client.login(username="bob", password=PASSWORD)
            for url, (_, body) in crawl(client, ["/admin/"]).items():
                self.assertNotIn(PLANTED.encode(), body, url)

    def test_carol_herself_sees_what_she_said(self) -> None:
        with self.world(lambda: self.carol_judges(Choice.EXCLUDE, PLANTED)):
            self.client.force_login(self.cast.carol)
            page = self.client.get(reverse("screening:my_decisions", args=["blind"]))
            self.assertContains(page, PLANTED)

    def test_all_that_bob_fetches_is_the_same_whatever_carol_said(self) -> None:
        seen = self.assert_nothing_tells(self.cast.bob)
        # The crawl reaches the whole review.
        self.assertGreater(len(seen), 25)
        self.assertEqual({status for status, _ in seen.values()} & {500, 404}, set())

    def test_all_that_an_owner_fetches_is_the_same_whatever_carol_said(self) -> None:
        # She does not judge: she may know that somebody has judged, and never what
        # (screening/allocation/knowing.py).
        self.assert_nothing_tells(self.cast.alice, but=without_waiting)

    def test_all_that_an_adjudicator_fetches_is_the_same_whatever_carol_said(
        self,
    ) -> None:
        self.assert_nothing_tells(self.cast.dan)

    def test_all_that_a_viewer_fetches_is_the_same_whatever_carol_said(self) -> None:
        self.assert_nothing_tells(self.cast.vera)

    def assert_nothing_tells(
        self, user: User, but: Callable[[Seen], Seen] = lambda seen: seen
    ) -> Seen:
        """Look at all in three worlds, and return what is seen where nothing is said.

        What carol said is planted in two of them, and found in neither.
        """
        with self.world(lambda: None):
            nothing = self.seen_by(user)
        with self.world(lambda: self.carol_judges(Choice.INCLUDE, f"One {PLANTED}")):
            one_thing = self.seen_by(user)
        with self.world(lambda: self.carol_judges(Choice.EXCLUDE, f"Other {PLANTED}")):
            self.assertTrue(Decision.objects.filter(note__contains=PLANTED).exists())
            another = self.seen_by(user)
        for seen in (one_thing, another):
            for url, (_, body) in seen.items():
                self.assertNotIn(PLANTED.encode(), body, f"{user} at {url}")
        self.assert_alike(one_thing, another, user)
        self.assert_alike(but(nothing), but(another), user)
        return nothing

    def assert_alike(self, one: Seen, other: Seen, user: User) -> None:
        self.assertEqual(sorted(one), sorted(other), user)
        for url, (status, body) in one.items():
            self.assertEqual(status, other[url][0], f"{user} at {url}")
            self.assertEqual(steady(body), steady(other[url][1]), f"{user} at {url}")

    def test_a_third_reviewer_sees_no_difference_either(self) -> None:
        third = User.objects.create_user("erin", "erin@example.org", PASSWORD)
        join(self.review, third, Role.REVIEWER)
        with self.world(lambda: None):
            before = self.seen_by(third)
        with self.world(lambda: self.carol_judges(Choice.INCLUDE, "One thing")):
            after = self.seen_by(third)
        self.assert_alike(before, after, third)

    def test_retrieval_and_settled_facts_are_seen_by_all(self) -> None:
        report = reports.mark_not_retrieved(
            self.reports[0], reason="No copy anywhere", by=self.cast.alice
        )
        self.client.force_login(self.cast.vera)
        self.assertContains(
            self.client.get(report.get_absolute_url()), "No copy anywhere"
        )
