"""Word lists: of the team or one's own, and switched off by each."""

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING
from unittest import mock

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import TestCase
from django.urls import reverse

from reviews import access
from reviews.models import Event, Protocol, Record, Review
from screening.models import WordList
from screening.words import lists
from screening.words.lists import Facts
from tests.cast import Cast
from tests.factories import create_criterion, create_record, create_staffed_review

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Answer

TEAM = Facts("Drugs", "intervention", "violet", "ketamine\nesketamine")
OWN = Facts("My words", "include", "green", "works")


class ListCase(TestCase):
    review: Review
    cast: Cast
    record: Record

    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, cls.cast = create_staffed_review()
        cls.record = create_record(
            review=cls.review, title="Ketamine", abstract="RESULTS: It works."
        )
        cls.team = lists.create(cls.review, TEAM, by=cls.cast.alice, is_shared=True)
        cls.own = lists.create(cls.review, OWN, by=cls.cast.bob)

    def shown(self, who: str) -> list[str]:
        found = lists.switched_on(self.review, getattr(self.cast, who))
        return [each.name for each in found]


class RuleTests(ListCase):
    def test_everybody_sees_the_teams_lists_and_their_own(self) -> None:
        self.assertEqual(self.shown("bob"), ["Drugs", "My words"])
        self.assertEqual(self.shown("carol"), ["Drugs"])

    def test_a_private_list_leaves_no_event(self) -> None:
        events = Event.objects.filter(action="word_list.created")
        self.assertEqual([each.new and each.new["name"] for each in events], ["Drugs"])

    def test_a_list_is_switched_off_for_one_person_alone(self) -> None:
        lists.switch(self.team, person=self.cast.bob, is_on=False)
        self.assertEqual(self.shown("bob"), ["My words"])
        self.assertEqual(self.shown("carol"), ["Drugs"])
        lists.switch(self.team, person=self.cast.bob, is_on=True)
        self.assertEqual(self.shown("bob"), ["Drugs", "My words"])

    def test_owners_alone_write_for_the_team_and_nobody_for_another(self) -> None:
        for act in (
            lambda: lists.create(self.review, OWN, by=self.cast.bob, is_shared=True),
            lambda: lists.change(self.team, OWN, by=self.cast.bob),
            lambda: lists.retire(self.own, by=self.cast.alice),
            lambda: lists.share(self.own, by=self.cast.bob),
            lambda: lists.switch(self.own, person=self.cast.carol, is_on=False),
            lambda: lists.create(self.review, OWN, by=self.cast.mallory),
        ):
            with self.assertRaises(access.WrongRole):
                act()

    def test_a_removed_list_is_put_back(self) -> None:
        lists.retire(self.own, by=self.cast.bob)
        self.assertEqual(self.shown("bob"), ["Drugs"])
        lists.reinstate(self.own, by=self.cast.bob)
        self.assertEqual(self.shown("bob"), ["Drugs", "My words"])

    def test_a_change_counts_at_once_and_needs_no_amendment(self) -> None:
        lists.change(self.team, Facts("New", "other", "grey", "x"), by=self.cast.alice)
        self.assertEqual(self.shown("carol"), ["New"])
        self.assertEqual(self.review.amendments.count(), 0)

    def test_the_lists_of_a_person_have_so_many_letters_together(self) -> None:
        long = Facts("Long", "include", "green", "nine more")
        bob = self.cast.bob
        held = len(self.team.words) + len(self.own.words)
        with mock.patch.object(lists, "MOST_LETTERS", held + 9):
            made = lists.create(self.review, long, by=bob)
            with self.assertRaises(lists.TooManyLetters):
                lists.create(self.review, replace(OWN, name="x"), by=bob)
            with self.assertRaises(lists.TooManyLetters):
                lists.change(made, replace(long, words="ten and more"), by=bob)
            lists.retire(made, by=bob)
            lists.change(self.own, replace(OWN, words="workshop"), by=bob)
            with self.assertRaises(lists.TooManyLetters):
                lists.reinstate(made, by=bob)
            # Others have their own room.
            lists.create(self.review, long, by=self.cast.carol)
            self.client.force_login(bob)
            page = reverse(
                "screening:word_list_edit", args=[self.review.slug, self.own.token]
            )
            words = "\n".join(f"word {number}" for number in range(9))
            typed = {"name": "x", "meaning": "include", "colour": "green"}
            answer = self.client.post(page, {**typed, "words": words})
            self.assertContains(answer, "letters together", status_code=422)
            page = reverse(
                "screening:word_list_reinstate", args=[self.review.slug, made.token]
            )
            answer = self.client.post(page, follow=True)
            self.assertContains(answer, "letters together")


class PageTests(ListCase):
    def get(self, name: str, who: str = "bob", **query: str) -> "Answer":
        self.client.force_login(getattr(self.cast, who))
        url = reverse(f"screening:{name}", args=[self.review.slug])
        return self.client.get(url, query)

    def post(self, name: str, who: str, data: Mapping[str, object]) -> "Answer":
        self.client.force_login(getattr(self.cast, who))
        url = reverse(f"screening:{name}", args=[self.review.slug])
        return self.client.post(url, data)

    def test_the_words_are_marked_on_the_judging_page_with_a_legend(self) -> None:
        page = self.get("screen")
        self.assertContains(
            page, 'data-meant="intervention" title="Drugs">Ketamine</mark>'
        )
        self.assertContains(page, 'title="My words">works</mark>')
        self.assertContains(page, "data-words-switch")
        self.assertNotContains(self.get("screen", "carol"), "My words")

    def test_the_list_page_shows_what_is_ones_own_to_change(self) -> None:
        page = self.get("word_list_list", "carol")
        self.assertContains(page, "Drugs")
        self.assertNotContains(page, "My words")
        self.assertContains(page, "by an owner")

    def test_a_list_is_tried_before_it_is_stored(self) -> None:
        data = {
            "name": "Tried",
            "meaning": "outcome",
            "colour": "amber",
            "words": "work*",
            "whole_words": "on",
            "preview": "this",
        }
        page = self.post("word_list_create", "bob", data)
        self.assertContains(page, 'title="Tried">works</mark>')
        self.assertFalse(WordList.objects.filter(name="Tried").exists())
        del data["preview"]
        self.post("word_list_create", "bob", data)
        made = WordList.objects.get(name="Tried")
        self.assertEqual((made.made_by, made.is_shared), (self.cast.bob, False))

    def test_words_that_cannot_be_looked_for_are_told_with_what_was_typed(self) -> None:
        data = {"name": "A", "meaning": "other", "colour": "grey", "words": "good\n*"}
        page = self.post("word_list_create", "bob", data)
        self.assertEqual(page.status_code, 422)
        self.assertContains(page, "nearly everything", status_code=422)
        self.assertContains(page, "good", status_code=422)

    def test_the_protocol_suggests_and_a_person_chooses(self) -> None:
        Protocol.objects.filter(review=self.review).update(
            population="Adults; children"
        )
        create_criterion(review=self.review, text="Animal studies")
        page = self.get("word_list_suggest")
        for word in ("population:adult*", "population:children", "exclude:animal"):
            self.assertContains(page, word)
        self.assertEqual(WordList.objects.count(), 2)
        self.post("word_list_suggest", "bob", {"words": ["population:adult*"]})
        made = WordList.objects.get(name="Population")
        self.assertEqual((made.words, made.is_shared), ("adult*", False))
        page = self.post("word_list_suggest", "bob", {"words": ["population:else"]})
        self.assertEqual(page.status_code, 422)

    def test_lists_travel_as_a_file(self) -> None:
        csv = b"".join(self.get("word_list_csv").streaming_content)
        self.assertIn(b"Drugs,intervention,violet,yes,no,esketamine", csv)
        WordList.objects.all().delete()
        file = SimpleUploadedFile("words.csv", csv)
        self.post("word_list_import", "carol", {"file": file})
        self.assertEqual(self.shown("carol"), ["Drugs", "My words"])
        bad = SimpleUploadedFile("words.csv", b"a,b\n1,2\n")
        page = self.post("word_list_import", "carol", {"file": bad})
        self.assertContains(page, "columns list and word", status_code=422)

    def test_anothers_private_list_is_not_there(self) -> None:
        self.client.force_login(self.cast.alice)
        for act in ("edit", "switch", "share", "retire", "reinstate"):
            url = reverse(
                f"screening:word_list_{act}", args=[self.review.slug, self.own.token]
            )
            self.assertEqual(self.client.post(url).status_code, 404)
