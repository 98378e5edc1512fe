"""Labels: one's own until the record is settled, words and all."""

import uuid

from django.db import DatabaseError, transaction
from django.test import TestCase
from django.urls import reverse

from reviews import access
from reviews.models import Event, Record, Review
from screening import conflicts, decisions
from screening.labels import book, putting, reading, vocabulary
from screening.labels.book import Book, LabelRefused
from screening.models import Choice, Decision, Label, Labelling
from tests.cast import Cast
from tests.factories import create_record, create_staffed_review


class LabelCase(TestCase):
    review: Review
    cast: Cast
    record: Record

    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, cls.cast = create_staffed_review()
        cls.record = create_record(review=cls.review, title="A trial")

    def names(self, reader: str) -> list[tuple[str, str]]:
        found = reading.of(self.fresh(), getattr(self.cast, reader))
        return [(put.name, put.person.username) for put in found]

    def fresh(self) -> Record:
        return Record.objects.select_related("review").get(pk=self.record.pk)

    def judge(self, **choices: str) -> None:
        for name, choice in choices.items():
            person = getattr(self.cast, name)
            decisions.decide(self.fresh(), Choice(choice), reviewer=person)


class PuttingTests(LabelCase):
    def test_a_word_typed_in_passing_is_private(self) -> None:
        putting.put(self.record, ["Dose?", " dose? "], person=self.cast.bob)
        label = Label.objects.get()
        self.assertEqual((label.name, label.owner), ("Dose?", self.cast.bob))
        self.assertEqual(Labelling.objects.count(), 1)
        self.assertEqual(Event.objects.filter(action__startswith="label").count(), 0)
        carols = Book(self.review, self.cast.carol).offered()
        self.assertEqual(carols, [])

    def test_what_is_put_and_taken_off_is_appended(self) -> None:
        putting.put(self.record, ["Dose"], person=self.cast.bob)
        putting.put(self.record, ["Dose"], person=self.cast.bob)
        putting.put(self.record, [], off=["dose"], person=self.cast.bob)
        putting.put(self.record, ["dose"], person=self.cast.bob)
        lines = Labelling.objects.order_by("pk").values_list("is_on", flat=True)
        self.assertEqual(list(lines), [True, False, True])
        self.assertEqual(self.names("bob"), [("Dose", "bob")])

    def test_the_database_refuses_an_edit(self) -> None:
        putting.put(self.record, ["Dose"], person=self.cast.bob)
        with self.assertRaises(DatabaseError), transaction.atomic():
            Labelling.objects.update(is_on=False)

    def test_only_reviewers_put_labels(self) -> None:
        for name in ("vera", "mallory", "alice"):
            with self.assertRaises(access.WrongRole):
                putting.put(self.record, ["x"], person=getattr(self.cast, name))
        with self.assertRaises(LabelRefused):
            putting.put(self.record, ["x" * 61], person=self.cast.bob)
        self.assertEqual(Label.objects.count(), 0)

    def test_nobody_sees_the_labels_of_others_on_what_is_open(self) -> None:
        putting.put(self.record, ["Dose"], person=self.cast.bob)
        for name in ("carol", "dan", "alice", "vera"):
            self.assertEqual(self.names(name), [])
        self.judge(bob="include")
        self.assertEqual(self.names("carol"), [])

    def test_labels_open_with_the_settled_record(self) -> None:
        putting.put(self.record, ["Dose"], person=self.cast.bob)
        self.judge(bob="include", carol="include")
        self.assertEqual(self.names("vera"), [("Dose", "bob")])

    def test_labels_open_to_those_who_may_settle_the_conflict(self) -> None:
        putting.put(self.record, ["Dose"], person=self.cast.bob)
        self.judge(bob="include", carol="exclude")
        self.assertTrue(conflicts.may_see(self.fresh(), self.cast.carol))
        self.assertEqual(self.names("carol"), [("Dose", "bob")])
        self.assertEqual(self.names("dan"), [("Dose", "bob")])
        self.assertEqual(self.names("vera"), [])


class VocabularyTests(LabelCase):
    def test_owners_write_rename_merge_and_undo(self) -> None:
        alice = self.cast.alice
        early = vocabulary.create(self.review, "Early", by=alice)
        late = vocabulary.create(self.review, "Late", by=alice)
        putting.put(self.record, ["early"], person=self.cast.bob)
        vocabulary.merge(early, late, by=alice)
        self.assertEqual(self.names("bob"), [("Late", "bob")])
        with self.assertRaises(vocabulary.NotMergeable):
            vocabulary.merge(late, early, by=alice)
        # Typed again, it is the label that it was merged into.
        putting.put(self.record, ["Early"], person=self.cast.bob)
        self.assertEqual(Labelling.objects.count(), 1)
        vocabulary.unmerge(early, by=alice)
        self.assertEqual(self.names("bob"), [("Early", "bob")])
        vocabulary.rename(early, "Too early", by=alice)
        self.assertEqual(self.names("bob"), [("Too early", "bob")])
        with self.assertRaises(vocabulary.NameTaken):
            vocabulary.rename(late, "too EARLY", by=alice)
        actions = Event.objects.filter(action__startswith="label.")
        self.assertEqual(actions.count(), 5)

    def test_others_do_not_write_the_vocabulary(self) -> None:
        label = vocabulary.create(self.review, "Early", by=self.cast.alice)
        with self.assertRaises(access.WrongRole):
            vocabulary.create(self.review, "Mine", by=self.cast.bob)
        with self.assertRaises(access.WrongRole):
            vocabulary.rename(label, "Mine", by=self.cast.bob)
        with self.assertRaises(access.WrongRole):
            vocabulary.retire(label, by=self.cast.bob)

    def test_sharing_gives_the_word_and_not_where_it_was_put(self) -> None:
        putting.put(self.record, ["Dose"], person=self.cast.bob)
        mine = book.private(self.review, self.cast.bob).get()
        with self.assertRaises(access.WrongRole):
            vocabulary.share(mine, by=self.cast.alice)
        vocabulary.share(mine, by=self.cast.bob)
        offered = Book(self.review, self.cast.carol).offered()
        self.assertEqual([label.name for label in offered], ["Dose"])
        counted = reading.counted(self.review, offered, self.cast.carol)
        self.assertEqual([number for _, number in counted], [0])

    def test_two_people_with_one_word_have_one_label_once_it_is_shared(self) -> None:
        for person in (self.cast.bob, self.cast.carol):
            putting.put(self.record, ["dose"], person=person)
        shared = vocabulary.share(
            book.private(self.review, self.cast.bob).get(), by=self.cast.bob
        )
        self.judge(bob="include", carol="include")
        self.assertEqual(self.names("vera"), [("dose", "bob"), ("dose", "carol")])
        ((_, number),) = reading.counted(self.review, [shared], self.cast.vera)
        self.assertEqual(number, 1)

    def test_a_retired_label_stays_where_it_was_put(self) -> None:
        label = vocabulary.create(self.review, "Early", by=self.cast.alice)
        putting.put(self.record, ["early"], person=self.cast.bob)
        vocabulary.retire(label, by=self.cast.alice)
        self.assertEqual(Book(self.review, self.cast.carol).offered(), [])
        self.assertEqual(self.names("bob"), [("Early", "bob")])
        vocabulary.reinstate(label, by=self.cast.alice)
        self.assertEqual(len(Book(self.review, self.cast.carol).offered()), 1)


class PageTests(LabelCase):
    def post(self, who: str, data: dict[str, object], **headers: str) -> str:
        self.client.force_login(getattr(self.cast, who))
        url = reverse("screening:label_record", args=[self.review.slug, self.record.pk])
        answer = self.client.post(url, data, headers=headers or None, follow=True)
        return answer.content.decode()

    def test_without_a_script_a_half_written_note_comes_back(self) -> None:
        page = self.post(
            "bob", {"labels_were": "", "new_label": "Dose", "note": "half written"}
        )
        self.assertIn("half written", page)
        self.assertIn('<li class="tf-tag">Dose</li>', page)

    def test_only_the_difference_counts(self) -> None:
        putting.put(self.record, ["meanwhile", "old"], person=self.cast.bob)
        self.post("bob", {"labels_were": "old\r\nolder", "labels": ["older"]})
        self.assertEqual(self.names("bob"), [("meanwhile", "bob")])

    def test_a_script_gets_the_picker_alone(self) -> None:
        page = self.post(
            "bob", {"labels_were": "", "new_label": "Dose"}, **{"HX-Request": "true"}
        )
        self.assertTrue(page.strip().startswith('<div class="tf-labels"'), page[:200])

    def test_labels_left_in_the_form_come_with_the_decision(self) -> None:
        vocabulary.create(self.review, "Early", by=self.cast.alice)
        self.client.force_login(self.cast.bob)
        url = reverse("screening:decide", args=[self.review.slug, self.record.pk])
        self.client.post(
            url, {"choice": "include", "labels_were": "", "labels": ["Early"]}
        )
        self.assertEqual(self.names("bob"), [("Early", "bob")])

    def test_a_label_that_is_refused_never_refuses_the_decision(self) -> None:
        self.client.force_login(self.cast.bob)
        url = reverse("screening:decide", args=[self.review.slug, self.record.pk])
        sent = {"choice": "include", "labels_were": "", "new_label": "x" * 61}
        page = self.client.post(url, sent, follow=True)
        self.assertContains(page, "A label has at most 60 characters")
        self.assertContains(page, "x" * 61)
        self.assertEqual(Decision.objects.get().choice, "include")
        sent |= {"choice": "maybe", "token": str(uuid.uuid4())}
        json = {"Accept": "application/json"}
        told = self.client.post(url, sent, headers=json).json()["told"]
        self.assertIn("x" * 61, told["text"])
        htmx = {"HX-Request": "true"}
        swap = self.client.post(url, sent, headers=htmx)
        self.assertContains(swap, "A label has at most 60 characters")

    def test_a_decision_that_is_refused_leaves_the_labels_typed_and_unsaved(
        self,
    ) -> None:
        vocabulary.create(self.review, "Early", by=self.cast.alice)
        self.client.force_login(self.cast.bob)
        url = reverse("screening:decide", args=[self.review.slug, self.record.pk])
        sent = {"labels_were": "", "labels": ["Early"], "new_label": "Dose"}
        page = self.client.post(url, sent)
        self.assertContains(page, "Nothing was saved", status_code=422)
        self.assertContains(page, 'value="Early" checked', status_code=422)
        self.assertContains(page, 'value="Dose"', status_code=422)
        self.assertEqual(self.names("bob"), [])

    def test_my_decisions_are_filtered_by_label(self) -> None:
        other = create_record(review=self.review, title="Another")
        putting.put(self.record, ["dose"], person=self.cast.bob)
        self.judge(bob="include")
        decisions.decide(other, Choice.INCLUDE, reviewer=self.cast.bob)
        self.client.force_login(self.cast.bob)
        token = Label.objects.get().token
        url = reverse("screening:my_decisions", args=[self.review.slug])
        page = self.client.get(url, {"label": str(token)})
        self.assertContains(page, "A trial")
        self.assertNotContains(page, "Another")

    def test_the_pages_show_what_is_settled_and_no_more(self) -> None:
        vocabulary.create(self.review, "Early", by=self.cast.alice)
        putting.put(self.record, ["early", "bobs word"], person=self.cast.bob)
        self.client.force_login(self.cast.carol)
        token = Label.objects.get(key="early").token
        pages = [
            reverse("screening:label_list", args=[self.review.slug]),
            reverse("screening:label_detail", args=[self.review.slug, token]),
            self.fresh().get_absolute_url(),
            reverse("screening:judge_record", args=[self.review.slug, self.record.pk]),
        ]
        for url in pages:
            page = self.client.get(url)
            self.assertNotContains(page, "bobs word")
            self.assertNotContains(page, "A trial", status_code=200) if (
                "labels" in url
            ) else None
        self.judge(bob="include", carol="include")
        page = self.client.get(self.fresh().get_absolute_url())
        self.assertContains(page, "bobs word")
        page = self.client.get(pages[1])
        self.assertContains(page, "A trial")

    def test_anothers_label_is_not_there(self) -> None:
        putting.put(self.record, ["mine"], person=self.cast.bob)
        token = Label.objects.get().token
        for who in ("carol", "alice"):
            self.client.force_login(getattr(self.cast, who))
            for page in ("detail", "rename", "share", "retire"):
                url = reverse(f"screening:label_{page}", args=[self.review.slug, token])
                ask = self.client.get if page == "detail" else self.client.post
                self.assertEqual(ask(url).status_code, 404)


class WithoutNamesTests(LabelCase):
    def pages(self, reader: str) -> list[str]:
        self.client.force_login(getattr(self.cast, reader))
        label = Label.objects.get()
        detail = reverse("screening:label_detail", args=[self.review.slug, label.token])
        pages = (
            self.client.get(url) for url in (self.record.get_absolute_url(), detail)
        )
        return [page.content.decode() for page in pages]

    def test_who_settles_without_names_is_not_told_who_put_a_label(self) -> None:
        label = vocabulary.create(self.review, "Pain", by=self.cast.alice)
        putting.put(self.record, [label.name], person=self.cast.bob)
        self.judge(bob="include", carol="include")
        for page in self.pages("dan"):
            self.assertIn("Pain", page)
            self.assertIn("Bob", page)
        self.review.plan.hides_judges = True
        self.review.plan.save()
        for page in self.pages("dan"):
            self.assertIn("Pain", page)
            self.assertNotIn("Bob", page)
        for page in self.pages("carol"):
            self.assertIn("Bob", page)
