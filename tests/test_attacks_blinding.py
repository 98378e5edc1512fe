"""Nobody learns another's judgment by what is refused, nor by what counts.

`test_blinding` looks at all that can be fetched. Here the others send: every POST that
could answer otherwise because carol has judged, and pages of what is judged after she
has, where a number that counts would tell of hers.
"""

import re
import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import time_machine
from django.contrib.auth.models import Permission
from django.db import transaction
from django.test import Client
from django.urls import reverse

from reviews.models import Role, User
from screening import decisions
from screening.appraisal import answering
from screening.extraction import entering
from screening.models import AppraisalAnswer, Choice
from tests.cast import PASSWORD, join
from tests.factories import create_extraction_field, create_record
from tests.test_blinding import BlindWorld, crawl, steady

Answer = tuple[int, str, bytes]
# What these lead to may differ: they can complete what carol has begun.
COMPLETING = ("screening:decide", "screening:decide_report", "screening:extract")


# Of the admin console: everything but sorting, and one filter at a time.
BEYOND = re.compile(r"&|_changelist_filters|[?](o|q|all)=|^/(?!admin/)")
# What htmx sends as well.
SWAPPED = ("screening:decide", "screening:take_back", "screening:appraise_domain")


@time_machine.travel("2026-03-01T12:00:00Z", tick=False)
class PostTests(BlindWorld):
    """The same answer to every POST, whatever carol said."""

    def requests(self) -> list[tuple[str, Sequence[object], Mapping[str, Any]]]:
        record, report = self.records[0].pk, self.reports[0].pk
        criteria = [each.pk for each in self.criteria]
        study, field, target = self.study.pk, self.field.pk, self.target.pk
        domain = appraisal_domain(self)
        cell = f"field-{field}"
        return [
            ("screening:decide", [record], {"choice": "include"}),
            ("screening:decide", [record], {"choice": "exclude", "note": "No"}),
            ("screening:decide", [record], {}),
            (
                "screening:decide_report",
                [report],
                {"choice": "exclude", "criteria": criteria},
            ),
            ("screening:decide_report", [report], {"choice": "exclude"}),
            *(
                ("screening:take_back", [], {"decision": given})
                for given in (1, 2, 3, uuid.UUID(int=7), "")
            ),
            *(
                (f"screening:{name}_{kind}", [pk], data)
                for name in ("conflict", "reopen")
                for kind, pk in (("record", record), ("report", report))
                for data in (
                    {"choice": "include", "reason": "So", "seen": "1"},
                    {"resolution": 1, "reason": "So"},
                    {},
                )
            ),
            ("screening:extract", [study], {}),
            (
                "screening:extract",
                [study],
                {f"{cell}-shown": "", f"{cell}-value": "X", "token": uuid.uuid4()},
            ),
            (
                "screening:extraction_consensus",
                [study],
                {f"{cell}-field": field, f"{cell}-pick": "1", f"{cell}-shown": "1"},
            ),
            ("screening:extraction_reopen", [study, field], {"reason": "So"}),
            ("screening:appraise_domain", [target, domain], {}),
            ("screening:appraisal_preview", [target, domain], {}),
            ("screening:appraisal_consensus", [target], {"domain": domain}),
            ("screening:appraisal_remove", [target], {}),
            (
                "screening:appraisal_add",
                [study, self.instrument.pk],
                {"outcome": "Pain"},
            ),
            ("screening:appraisal_prepare", [self.instrument.pk], {}),
            (
                "reviews:record_remove",
                [record],
                {"removal": "other", "reason": "Retracted"},
            ),
            (
                "reviews:report_retrieval",
                [report],
                {"retrieval": "not_retrieved", "reason": "No copy"},
            ),
            ("reviews:duplicate_add", [record], {"to": self.records[1].pk}),
            ("reviews:duplicate_add", [self.records[1].pk], {"to": record}),
            ("reviews:duplicate_find", [], {}),
            ("reviews:criterion_retire", criteria[:1], {"because": "So"}),
            (
                "reviews:criterion_edit",
                criteria[:1],
                {
                    "kind": "inclusion",
                    "code": "N9",
                    "text": "New",
                    "reason": "R",
                    "because": "So",
                },
            ),
            ("reviews:field_retire", [field], {"because": "So"}),
            (
                "reviews:field_edit",
                [field],
                {"label": "New", "kind": "number", "because": "So"},
            ),
            ("reviews:instrument_retire", [self.instrument.pk], {"because": "So"}),
            (
                "reviews:review_settings",
                [],
                {
                    "title": "T",
                    "title_abstract_reviewers": 1,
                    "full_text_reviewers": 1,
                    "appraisal_reviewers": 1,
                    "extraction_reviewers": 1,
                    "reasons_must_agree": "on",
                },
            ),
            *(
                (name, [self.review.members.get(user=self.cast.carol).pk], data)
                for name, data in (
                    ("reviews:member_remove", {}),
                    ("reviews:member_edit", {"reviewer": "full_text"}),
                    ("reviews:member_edit", {}),
                )
            ),
            (
                "reviews:study_edit",
                [study],
                {"label": "Other", "design": "", "notes": ""},
            ),
            ("reviews:study_move", [self.study.reports.get().pk], {"study": ""}),
        ]

    def answers(self, user: User) -> list[tuple[str, Answer]]:
        """Send everything, each in a world of its own, and look at what it led to."""
        client = Client(raise_request_exception=False)
        client.login(username=user.username, password=PASSWORD)
        found: list[tuple[str, Answer]] = []
        for name, arguments, data in self.requests():
            url = reverse(name, args=[self.review.slug, *arguments])
            swapped = [{"HX-Request": "true"}] if name in SWAPPED else []
            for headers in ({}, *swapped):
                with transaction.atomic():
                    response = client.post(url, data, headers=headers)
                    found.append((name, answer(response)))
                    if response.status_code == 302 and name not in COMPLETING:
                        for look in ("/", self.review.get_absolute_url()):
                            found.append(
                                (f"{name}, then {look}", answer(client.get(look)))
                            )
                    transaction.set_rollback(True)
        return found

    def people(self) -> list[User]:
        # alice also reviews and settles, so that nothing stops her but the blinding;
        # erin is a third reviewer.
        join(self.review, self.cast.alice, Role.REVIEWER, Role.ADJUDICATOR)
        erin = User.objects.create_user("erin", "erin@example.org", PASSWORD)
        join(self.review, erin, Role.REVIEWER)
        cast = self.cast
        return [cast.bob, cast.alice, cast.dan, cast.vera, erin]

    def test_every_post_is_answered_the_same_whatever_carol_said(self) -> None:
        worlds: list[Callable[[], object]] = [
            lambda: None,
            lambda: self.carol_judges(Choice.EXCLUDE, "Something"),
        ]
        for user in self.people():
            seen = []
            for happens in worlds:
                with self.world(happens):
                    seen.append(self.answers(user))
            for (name, mine), (_, theirs) in zip(*seen, strict=True):
                self.assertEqual(mine, theirs, f"{user} at {name}")

    def test_what_bob_judges_after_carol_looks_as_if_she_had_not(self) -> None:
        later = create_record(review=self.review)
        hers = create_extraction_field(review=self.review, label="Hers")
        bob, carol = self.cast.bob, self.cast.carol

        def bob_judges() -> None:
            decisions.decide(later, Choice.EXCLUDE, reviewer=bob)
            entering.enter(self.study, self.field, reviewer=bob, value="Of bob")
            AppraisalAnswer.objects.create(
                target=self.target, domain="D2", reviewer=bob, answers={"1": "Y"}
            )

        def carol_judges_first() -> None:
            # Other items: what both have judged is no secret between them.
            for item in (*self.records[:3], *self.reports):
                decisions.decide(item, Choice.INCLUDE, reviewer=carol)
            entering.enter(self.study, hers, reviewer=carol, value="Of carol")
            AppraisalAnswer.objects.create(
                target=self.target, domain="D1", reviewer=carol, answers={"1": "N"}
            )
            bob_judges()

        seen = []
        for happens in (bob_judges, carol_judges_first):
            with self.world(happens):
                seen.append(self.seen_by(bob))
        self.assertEqual(sorted(seen[0]), sorted(seen[1]))
        for url, (_, body) in seen[0].items():
            self.assertEqual(steady(body), steady(seen[1][url][1]), url)

    def test_staff_with_every_permission_finds_nothing_by_any_page(self) -> None:
        bob = self.cast.bob
        bob.is_staff = True
        bob.save()
        bob.user_permissions.set(Permission.objects.all())
        carol = reverse("admin:reviews_user_delete", args=[self.cast.carol.pk])
        seen = []
        for happens in (
            lambda: None,
            lambda: self.carol_judges(Choice.EXCLUDE, "Zanzibarmarmalade"),
        ):
            with self.world(happens):
                client = Client()
                client.login(username="bob", password=PASSWORD)
                pages = crawl(client, ["/admin/", carol], skip=BEYOND)
                seen.append({url: steady(body) for url, (_, body) in pages.items()})
        self.assertEqual(seen[0], seen[1])

    def test_no_header_tells(self) -> None:
        seen = []
        for happens in (
            lambda: None,
            lambda: self.carol_judges(Choice.EXCLUDE, "Something"),
        ):
            with self.world(happens):
                client = Client()
                client.force_login(self.cast.bob)
                headers = {}
                for name in ("screening:screen", "reviews:record_list"):
                    response = client.get(reverse(name, args=[self.review.slug]))
                    headers[name] = {
                        key: value
                        for key, value in response.items()
                        if key not in ("Set-Cookie", "Content-Length")
                    }
                    self.assertNotIn("ETag", response)
                    self.assertNotIn("Last-Modified", response)
                seen.append(headers)
        self.assertEqual(seen[0], seen[1])


def answer(response: Any) -> Answer:
    return (
        response.status_code,
        response.get("Location", ""),
        steady(response.content),
    )


def appraisal_domain(case: PostTests) -> str:
    return answering.of(case.target).domains[0].id
