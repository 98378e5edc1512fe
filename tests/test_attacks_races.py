"""Two requests at the same instant, and a server that is killed.

Each race is run over HTTP many times: no answer is a failure, nothing is counted twice
and nothing that was acknowledged is lost.
"""

import tempfile
import threading
import time
import uuid
from collections.abc import Callable
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

import pytest
from django.db import connections
from django.test import Client, SimpleTestCase, TransactionTestCase
from django.urls import reverse

from reviews.imports import looking
from reviews.models import Import, SettledValue, User
from screening import decisions, replay
from screening.extraction import cells, entering
from screening.forms.extraction import named
from screening.models import Choice, Decision, ExtractionEntry, Resolution
from tests import databases
from tests.cast import PASSWORD
from tests.factories import (
    create_extraction_field,
    create_record,
    create_search,
    create_staffed_review,
    create_study,
)
from tests.own_server import OwnServer

ROUNDS = 6


def at_once(*acts: Callable[[], int]) -> list[int]:
    """Run the acts in threads that start together; return their answers."""
    barrier = threading.Barrier(len(acts))
    answers = [0] * len(acts)

    def run(number: int, act: Callable[[], int]) -> None:
        try:
            barrier.wait()
            answers[number] = act()
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=each) for each in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


class RaceTests(TransactionTestCase):
    def setUp(self) -> None:
        self.review, self.cast = create_staffed_review(slug="race")

    def sender(
        self, user: User, name: str, *arguments: object, **data: object
    ) -> Callable[[], int]:
        """Return what posts as this person; each has a browser of their own."""
        client = Client(raise_request_exception=False)
        client.force_login(user)
        url = reverse(name, args=["race", *arguments])
        return lambda: client.post(url, data).status_code

    def test_a_record_is_merged_while_it_is_judged(self) -> None:
        for _ in range(ROUNDS):
            one, other = (create_record(review=self.review) for _ in range(2))
            decide = "screening:decide"
            answers = at_once(
                self.sender(
                    self.cast.alice, "reviews:duplicate_add", other.pk, to=one.pk
                ),
                self.sender(self.cast.bob, decide, one.pk, choice="include"),
                self.sender(self.cast.carol, decide, other.pk, choice="exclude"),
            )
            self.assertEqual(answers[0], 302)
            self.assertLessEqual(set(answers), {302, 422})
            made = Decision.objects.filter(record__in=[one, other]).count()
            self.assertEqual(made, answers[1:].count(302))
        self.assertEqual(replay.check(self.review), [])

    def test_a_decision_is_taken_back_while_the_other_judges(self) -> None:
        for _ in range(ROUNDS):
            record = create_record(review=self.review)
            mine = decisions.decide(record, Choice.INCLUDE, reviewer=self.cast.bob)
            answers = at_once(
                self.sender(self.cast.bob, "screening:take_back", decision=mine.token),
                self.sender(
                    self.cast.carol, "screening:decide", record.pk, choice="include"
                ),
            )
            self.assertEqual(answers, [302, 302])
            record.refresh_from_db()
            self.assertEqual(record.verdict, "")
        self.assertEqual(replay.check(self.review), [])

    def test_a_file_is_taken_in_twice(self) -> None:
        search = create_search(review=self.review)
        for number in range(ROUNDS):
            made = looking.preview(
                search,
                file_name="one.ris",
                data=b"TY  - JOUR\nTI  - Number %d\nER  - \n" % number,
                by=self.cast.alice,
            )
            take_in = ("reviews:import_take_in", made.pk)
            answers = at_once(
                *(self.sender(self.cast.alice, *take_in) for _ in range(3)),
                self.sender(self.cast.alice, "reviews:import_discard", made.pk),
            )
            self.assertEqual(answers, [302] * 4)
            made.refresh_from_db()
            was_taken_in = made.state == Import.State.IMPORTED
            self.assertEqual(made.records.count(), int(was_taken_in))

    def test_two_settle_one_cell(self) -> None:
        field = create_extraction_field(review=self.review)
        for _ in range(ROUNDS):
            study = create_study(review=self.review)
            for who, value in ((self.cast.bob, "US"), (self.cast.carol, "UK")):
                entering.enter(study, field, reviewer=who, value=value)
            keys = [named(each) for each in cells.of_cell(study, field).readings]
            cell = f"field-{field.pk}"
            answers = at_once(
                *(
                    self.sender(
                        user,
                        "screening:extraction_consensus",
                        study.pk,
                        **{
                            f"{cell}-field": field.pk,
                            f"{cell}-pick": key,
                            f"{cell}-shown": ",".join(keys),
                            f"{cell}-token": uuid.uuid4(),
                        },
                    )
                    for user, key in zip(
                        (self.cast.dan, self.cast.carol), keys, strict=True
                    )
                )
            )
            self.assertEqual(answers, [302, 302])
            settled = ExtractionEntry.objects.filter(study=study).exclude(
                kind=ExtractionEntry.Kind.INDEPENDENT
            )
            self.assertEqual(settled.count(), 1)
            self.assertEqual(
                SettledValue.objects.get(study=study).value, settled.get().value
            )

    def test_a_member_is_removed_twice_while_they_judge(self) -> None:
        record = create_record(review=self.review)
        carol = self.review.members.get(user=self.cast.carol)
        remove = self.sender(self.cast.alice, "reviews:member_remove", carol.pk)
        again = self.sender(self.cast.alice, "reviews:member_remove", carol.pk)
        judge = self.sender(
            self.cast.carol, "screening:decide", record.pk, choice="include"
        )
        answers = at_once(remove, again, judge)
        self.assertLessEqual(set(answers[:2]), {302, 404})
        self.assertIn(answers[2], (302, 403, 404))
        self.assertEqual(Decision.objects.count(), int(answers[2] == 302))
        self.assertEqual(Resolution.objects.count(), 0)


SETUP = """
from tests.factories import create_record, create_staffed_review
review, _ = create_staffed_review(slug="crash")
for _ in range(200):
    create_record(review=review)
"""
AUDIT = """
from screening import replay
from screening.models import Decision
from reviews.models import Review
assert replay.check(Review.objects.get(slug="crash")) == []
print(" ".join(Decision.objects.exclude(note="").values_list("note", flat=True)))
"""


@pytest.mark.django_db
@pytest.mark.usefixtures("django_db_setup")
class CrashTests(SimpleTestCase):
    """A server of its own, on a database of its own, killed while people judge."""

    rounds = 3

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.server = OwnServer(folder.name)
        self.addCleanup(self.server.kill)
        databases.lay(Path(folder.name) / "own.sqlite3", self.server.environment)
        self.server.shell(SETUP)

    def ask(
        self, method: str, path: str, cookies: str = "", **data: str
    ) -> tuple[int, str]:
        """Return the status and the cookies that were set."""
        link = HTTPConnection("127.0.0.1", self.server.port, timeout=20)
        headers = {"Cookie": cookies} if cookies else {}
        headers["Content-Type"] = "application/x-www-form-urlencoded"
        link.request(method, path, urlencode(data) or None, headers)
        answer = link.getresponse()
        answer.read()
        given = answer.headers.get_all("Set-Cookie") or []
        link.close()
        return answer.status, "; ".join(each.partition(";")[0] for each in given)

    def sign_in(self, name: str) -> tuple[str, str]:
        _, cookies = self.ask("GET", "/accounts/login/")
        token = cookies.partition("csrftoken=")[2].partition(";")[0]
        status, cookies = self.ask(
            "POST",
            "/accounts/login/",
            cookies,
            login=name,
            password=PASSWORD,
            csrfmiddlewaretoken=token,
        )
        self.assertEqual(status, 302)
        return cookies, cookies.partition("csrftoken=")[2].partition(";")[0]

    def judge(self, name: str, keys: range, acknowledged: list[str]) -> None:
        """Judge until the server is gone."""
        cookies, token = self.signed_in[name]
        for key in keys:
            note = uuid.uuid4().hex
            try:
                status, _ = self.ask(
                    "POST",
                    f"/reviews/crash/records/{key}/decide/",
                    cookies,
                    choice="include",
                    note=note,
                    csrfmiddlewaretoken=token,
                )
            except OSError:
                return
            if status == 302:
                acknowledged.append(note)

    def test_what_was_acknowledged_is_there_after_a_kill(self) -> None:
        acknowledged: list[str] = []
        self.server.start()
        self.signed_in = {name: self.sign_in(name) for name in ("bob", "carol")}
        for number in range(self.rounds):
            keys = range(1 + 60 * number, 61 + 60 * number)
            people = [
                threading.Thread(target=self.judge, args=[name, keys, acknowledged])
                for name in self.signed_in
            ]
            for each in people:
                each.start()
            time.sleep(0.3)
            # On a busy machine the first answers take longer.
            while len(acknowledged) < 3 * (number + 1) and people[0].is_alive():
                time.sleep(0.05)
            self.server.kill()
            for each in people:
                each.join()
            self.server.start()
        self.server.kill()
        kept = set(self.server.shell(AUDIT).split())
        self.assertGreater(len(acknowledged), 5)
        self.assertEqual(set(acknowledged) - kept, set())
