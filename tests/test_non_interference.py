"""Two worlds, alike in all but what carol judged: bob cannot tell them apart.

In both the clock, the seeds and all that bob did are the same; carol judges the same
open items in one way in the first and in another in the second. Status, headers and
body of all that bob can fetch are compared byte for byte. That this would find a leak
is shown too: leaks are planted, and each must be found.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from typing import Any
from unittest import mock

import time_machine
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase as HypothesisTestCase

from reviews.models import Review, User
from screening import decisions, finding, queues
from screening.labels import putting
from screening.models import Choice, Decision
from screening.views import decision as pages
from tests.cast import PASSWORD
from tests.factories import create_criterion, create_record, create_staffed_review
from tests.test_blinding import BlindWorld, crawl, steady

Answer = tuple[int, dict[str, str], bytes]
Seen = Mapping[str, Answer]
CHOICES = st.sampled_from([Choice.INCLUDE, Choice.MAYBE, Choice.EXCLUDE])
# What a client sends changes with every request, whoever judged what.
NEVER_ALIKE = ("Set-Cookie", "Content-Length", "Content-Security-Policy")
# `test_blinding` crawls all; here only what titles and abstracts could leak into.
OTHER_PARTS = re.compile(
    r"/(criteria|fields|instruments|tables?|references|manuscript|diagram|checklist"
    r"|appraisal|extraction|studies|archive|figures|searches|imports|table1)/"
)


def fetched(user: User, addresses: list[str]) -> dict[str, Answer]:
    """Return what the person gets at the addresses."""
    client = Client()
    client.login(username=user.username, password=PASSWORD)
    found = {}
    for address in addresses:
        response = client.get(address)
        body = (
            b"".join(response.streaming_content)
            if response.streaming
            else response.content
        )
        headers = {
            name: value for name, value in response.items() if name not in NEVER_ALIKE
        }
        found[address] = response.status_code, headers, steady(body)
    return found


def differing(one: Seen, other: Seen) -> list[str]:
    """Return the addresses at which the two worlds are not the same."""
    return [address for address in one if one[address] != other.get(address)]


def asked_too(review: Review) -> list[str]:
    """Return addresses that no link leads to: searches, orders, fragments, nonsense."""
    base = f"/reviews/{review.slug}"
    # What carol notes, what bob notes too, what stands in records, and nonsense.
    found = "screen/list/?mine=any&text="
    searches = [
        *(f"records/?text={text}" for text in ("include", "record*+-exclude")),
        *(f"decisions/mine/?text={text}" for text in ("note:zebra", "-note:include")),
        *(f"{found}{text}" for text in ("include", "-include", "note:exclude")),
        *(f"{found}{text}" for text in ("zebra+-note:in*", "label:include", "%22")),
        "reports/?text=include",
        "screen/list/?mine=judged&text=zebra",
        "screen/list/?text=record*+-exclude",
        *(f"screen/list/?mine={mine}" for mine in ("any", "later", "exclude")),
    ]
    return [
        *(f"{base}/{search}" for search in searches),
        f"{base}/decisions/mine/?choice=exclude",
        f"{base}/screen/?page=2",
        f"{base}/conflicts/?stage=title_abstract",
        f"{base}/agreement/",
        f"{base}/exports/decisions.csv",
        f"{base}/records/999999/judge/",
    ]


@time_machine.travel("2026-03-01T12:00:00Z", tick=False)
class PlantedLeaksTests(BlindWorld):
    """Leaks are planted; the comparison of the two worlds finds each."""

    def differences(self) -> list[str]:
        base = self.review.get_absolute_url()
        seen = []
        for choice in (Choice.INCLUDE, Choice.EXCLUDE):
            said = choice.value
            with self.world(lambda said=said: self.carol_judges(Choice(said), said)):  # type: ignore[misc]  # mypy infers no lambda with a default
                client = Client()
                client.login(username="bob", password=PASSWORD)
                addresses = [
                    *(f"{base}{page}" for page in ("screen/", "progress/", "records/")),
                    *asked_too(self.review),
                ]
                seen.append(fetched(self.cast.bob, addresses))
        return differing(*seen)

    def leaks(self) -> Iterator[tuple[str, AbstractContextManager[Any]]]:
        """Yield each leak by its name."""
        queue, progress, render = queues.queue, queues.progress, pages.render

        def excluded_by_carol() -> list[int]:
            made = Decision.objects.filter(
                reviewer=self.cast.carol, choice="exclude", record__in=self.records[:3]
            )
            return list(made.values_list("record", flat=True))

        def without_what_she_excluded(*args: Any, **kw: Any) -> Any:
            return queue(*args, **kw).exclude(pk__in=excluded_by_carol())

        def what_she_excluded_last(*args: Any, **kw: Any) -> Any:
            found = queue(*args, **kw)
            return found.order_by("-pk") if excluded_by_carol() else found

        def counted(*args: Any) -> queues.Progress:
            found = progress(*args)
            waiting = found.waiting - len(excluded_by_carol())
            return queues.Progress(found.judged, waiting)

        def with_a_header(request: HttpRequest, *args: Any, **kw: Any) -> HttpResponse:
            response = render(request, *args, **kw)
            response["X-Version"] = str(len(excluded_by_carol()))
            return response

        def notes_of_all(own: QuerySet[Decision]) -> QuerySet[Decision]:
            return Decision.objects.exclude(note="").exclude(record=None).order_by()

        yield "notes are searched", mock.patch.object(finding, "_notes", notes_of_all)
        yield (
            "membership",
            mock.patch.object(queues, "queue", without_what_she_excluded),
        )
        yield "order", mock.patch.object(queues, "queue", what_she_excluded_last)
        yield "count", mock.patch.object(queues, "progress", counted)
        yield "header", mock.patch.object(pages, "render", with_a_header)

    def test_without_a_leak_the_worlds_are_the_same(self) -> None:
        self.assertEqual(self.differences(), [])

    def test_each_planted_leak_is_found(self) -> None:
        for name, leak in self.leaks():
            with self.subTest(name), leak:
                self.assertNotEqual(self.differences(), [])


class ManyWorldsTests(HypothesisTestCase):
    """Whatever bob did, and whatever carol judged in either world."""

    def setUp(self) -> None:
        self.review, self.cast = create_staffed_review(slug="worlds")
        self.criteria = [create_criterion(review=self.review) for _ in range(2)]
        self.records = [create_record(review=self.review) for _ in range(8)]
        client = Client()
        client.login(username="bob", password=PASSWORD)
        pages = crawl(client, ["/", self.review.get_absolute_url()], skip=OTHER_PARTS)
        self.addresses = [*pages, *asked_too(self.review)]

    @settings(
        max_examples=3,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(
        bobs=st.lists(CHOICES, max_size=4),
        hers=st.lists(st.tuples(CHOICES, CHOICES), min_size=1, max_size=4),
        ticked=st.booleans(),
    )
    @time_machine.travel("2026-03-01T12:00:00Z", tick=False)
    def test_bob_cannot_tell_which_of_two_worlds_he_is_in(
        self, bobs: list[Choice], hers: list[tuple[Choice, Choice]], *, ticked: bool
    ) -> None:
        with_both = BlindWorld.world
        bob, carol = self.cast.bob, self.cast.carol
        for record, choice in zip(self.records, bobs, strict=False):
            decisions.decide(record, choice, reviewer=bob, note="A zebra, include")
        # Hers are on what bob has not judged, from the end.
        theirs = list(reversed(self.records))[: len(hers)]

        def judges(world: int) -> Callable[[], None]:
            def play() -> None:
                for record, choices in zip(theirs, hers, strict=True):
                    criteria = self.criteria[world : world + 1] if ticked else []
                    decisions.decide(
                        record,
                        choices[world],
                        reviewer=carol,
                        criteria=criteria,
                        note=f"{choices[world]} zebra"[world:],
                    )
                    putting.put(record, [choices[world].value], person=carol)

            return play

        seen: list[Seen] = []
        for world in (0, 1):
            with with_both(self, judges(world)):  # type: ignore[arg-type]  # no world of its own
                seen.append(fetched(bob, self.addresses))
        self.assertEqual(differing(*seen), [])
