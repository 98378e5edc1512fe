import json
from typing import Any

from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext

from reviews.access import WrongRole
from reviews.duplicates import finding, listing, marking, members, merging, splitting
from reviews.duplicates import stored as duplicate_sets
from reviews.duplicates.finding import FoundNow
from reviews.duplicates.stored import ChangedMeanwhile
from reviews.formats.reading import read
from reviews.models import (
    DistinctPair,
    DuplicateSet,
    Event,
    Record,
    Review,
    Settlement,
    User,
    Verdict,
)
from tests.cast import Cast
from tests.factories import (
    create_duplicate_set,
    create_record,
    create_report,
    create_staffed_review,
)
from tests.shared import shared_path

FOUND, MERGED, SPLIT = DuplicateSet.State
ARTICLE: dict[str, Any] = {
    "title": "Ketamine for suicidal ideation in depression: a randomised trial",
    "authors": ["Brody, A", "Chen, B"],
    "year": 2024,
    "journal": "Journal of Trials",
    "volume": "12",
    "issue": "3",
    "pages": "100-110",
}


def create_copies(review: Review, number: int, **fields: Any) -> list[Record]:
    """Create records that repeat one article."""
    return [
        create_record(review=review, **{**ARTICLE, **fields}) for _ in range(number)
    ]


def settle(record: Record, verdict: Verdict) -> None:
    Record.objects.filter(pk=record.pk).update(
        verdict=verdict, settlement=Settlement.AGREEMENT, settled_at=record.added_at
    )


class DuplicateTestCase(TestCase):
    review: Review
    cast: Cast
    alice: User

    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, cls.cast = create_staffed_review()
        cls.alice = cls.cast.alice

    def find(self, *, everything: bool = False) -> FoundNow:
        return finding.find(self.review, by=self.alice, everything=everything)

    def only_set(self) -> DuplicateSet:
        return self.review.duplicate_sets.get()

    def merged(self, number: int = 2, **fields: Any) -> list[Record]:
        """Return copies of which the first is kept."""
        copies = create_copies(self.review, number, **fields)
        self.find()
        found = Record.objects.get(pk=copies[0].pk).duplicate_set
        assert found is not None
        merging.merge(found, keep=copies[0], by=self.alice)
        return self.again(copies)

    def again(self, records: list[Record]) -> list[Record]:
        return [Record.objects.get(pk=record.pk) for record in records]

    def assert_sets_hold(self) -> None:
        """A set is merged when exactly one of its records goes on."""
        for each in self.review.duplicate_sets.all():
            going_on = each.records.filter(duplicate_of=None).count()
            if each.state == MERGED:
                self.assertEqual(going_on, 1)
            elif each.state == FOUND:
                self.assertGreater(going_on, 1)
            else:
                self.assertEqual(each.records.duplicates().count(), 0)
        for copy in self.review.records.duplicates().select_related("duplicate_of"):
            assert copy.duplicate_of is not None
            self.assertIsNone(copy.duplicate_of.duplicate_of_id)
            self.assertEqual(copy.duplicate_of.duplicate_set_id, copy.duplicate_set_id)


class FindTests(DuplicateTestCase):
    def test_merges_a_certain_set_and_says_why(self) -> None:
        bare, fuller = create_copies(self.review, 2)
        Record.objects.filter(pk=fuller.pk).update(abstract="Background: pain.")
        other = create_record(review=self.review)

        found = self.find()

        self.assertEqual(found, FoundNow(compared=3, sets=1, records=2))
        stored = self.only_set()
        self.assertEqual((stored.number, stored.state), (1, MERGED))
        self.assertIsNone(stored.settled_by)
        self.assertIn("ame title", stored.basis)
        self.assertEqual(set(stored.records.all()), {bare, fuller})
        self.assertEqual(self.again([bare])[0].duplicate_of, fuller)
        self.assertIsNone(Record.objects.get(pk=other.pk).duplicate_set)
        merged = Event.objects.get(action="duplicates.merged")
        self.assertEqual(merged.by, self.alice)

    def test_what_was_merged_is_not_merged_again_after_a_person_undid_it(self) -> None:
        create_copies(self.review, 2)
        self.find()
        merging.unmerge(self.only_set(), by=self.alice)

        self.assertEqual(self.find(everything=True).sets, 0)
        self.assertEqual(self.only_set().state, FOUND)

        create_copies(self.review, 1)
        self.assertEqual(self.find(), FoundNow(compared=1, left=1))
        self.assertEqual(self.only_set().records.count(), 3)
        self.assertEqual(self.review.records.duplicates().count(), 0)

    def test_leaves_a_set_to_people_where_two_records_are_settled(self) -> None:
        copies = create_copies(self.review, 2)
        settle(copies[0], Verdict.INCLUDE)
        settle(copies[1], Verdict.EXCLUDE)

        self.assertEqual(self.find(), FoundNow(compared=2, left=1))
        self.assertEqual(self.only_set().state, FOUND)

    def test_keeps_the_one_record_that_is_settled(self) -> None:
        copies = create_copies(self.review, 2)
        settle(copies[1], Verdict.EXCLUDE)
        self.find()
        self.assertEqual(self.again(copies)[0].duplicate_of, copies[1])

    def test_run_again_adds_nothing_and_writes_no_event(self) -> None:
        create_copies(self.review, 3)
        create_record(review=self.review, **{**ARTICLE, "pmid": "1", "title": "Other"})
        self.find()
        events = Event.objects.count()

        again = self.find()

        self.assertEqual(again, FoundNow())
        self.assertEqual(self.review.duplicate_sets.count(), 1)
        self.assertEqual(Event.objects.count(), events)

    def test_a_pair_in_doubt_is_a_set_that_asks_to_be_checked(self) -> None:
        create_copies(self.review, 1, pmid="111")
        create_copies(self.review, 1, pmid="222")

        found = self.find()

        self.assertEqual((found.sets, found.to_check), (0, 1))
        self.assertTrue(self.only_set().basis.startswith(duplicate_sets.TO_CHECK))
        self.assertEqual(self.find().to_check, 0)

    def test_a_pair_in_doubt_is_asked_about_beside_the_set_that_was_merged(
        self,
    ) -> None:
        create_copies(self.review, 2, pmid="111")
        [doubtful] = create_copies(self.review, 1, pmid="222")

        found = self.find()

        self.assertEqual((found.sets, found.to_check, found.waiting), (1, 1, 0))
        grown = self.only_set()
        self.assertEqual(grown.state, FOUND)
        self.assertIn(doubtful, grown.records.all())
        self.assertEqual(self.review.records.duplicates().count(), 1)
        self.assert_sets_hold()

    def test_a_pair_in_doubt_waits_while_the_set_it_touches_is_a_question(self) -> None:
        for pmid in ("111", "222", "333"):
            create_copies(self.review, 1, pmid=pmid)

        self.assertEqual(self.find(), FoundNow(compared=3, to_check=1, waiting=2))

        merging.merge(self.only_set(), by=self.alice)
        found = self.find()
        self.assertEqual((found.to_check, found.waiting), (1, 0))
        self.assertEqual(self.only_set().records.count(), 3)

    def test_a_copy_found_later_is_merged_into_the_copy_that_was_kept(self) -> None:
        kept, copy = self.merged()
        [late] = create_copies(self.review, 1, abstract="Much fuller than the others.")

        found = self.find()

        self.assertEqual((found.compared, found.sets, found.records), (1, 1, 1))
        kept, copy, late = self.again([kept, copy, late])
        self.assertEqual((copy.duplicate_of, late.duplicate_of), (kept, kept))
        self.assertEqual(self.only_set().state, MERGED)
        self.assertIsNone(self.only_set().settled_by)

    def test_what_was_told_apart_is_not_found_again(self) -> None:
        create_copies(self.review, 2)
        self.find()
        splitting.tell_apart(self.only_set(), by=self.alice)

        self.assertEqual(self.find().sets, 0)
        self.assertEqual(self.only_set().state, SPLIT)

    def test_leaves_out_records_that_were_removed(self) -> None:
        create_copies(self.review, 1)
        create_copies(self.review, 1, removal="other", removal_reason="A test")
        self.assertEqual(self.find().sets, 0)

    def test_numbers_count_in_each_review(self) -> None:
        create_copies(self.review, 2)
        self.find()
        other = Review.objects.create(
            slug="other", title="Other", created_by=self.alice
        )
        create_copies(other, 2)
        finding.find(other, by=None)
        self.assertEqual(other.duplicate_sets.get().number, 1)

    def test_only_an_owner_finds_and_merges(self) -> None:
        create_duplicate_set(*create_copies(self.review, 2))
        with self.assertRaises(WrongRole):
            finding.find(self.review, by=self.cast.bob)
        with self.assertRaises(WrongRole):
            merging.merge(self.only_set(), by=self.cast.bob)
        self.assertEqual(self.review.records.duplicates().count(), 0)

    def test_the_number_of_queries_does_not_grow_with_the_sets(self) -> None:
        create_copies(self.review, 2)
        with CaptureQueriesContext(connection) as few:
            self.find()
        for number in range(30):
            create_copies(
                self.review, 2, title=f"Ketamine {number * 7919}", pages=f"{number}-99"
            )
        with self.assertNumQueries(len(few)):
            self.find()
        self.assertEqual(self.review.records.duplicates().count(), 31)


class DemoTests(TestCase):
    def test_finds_the_five_true_pairs_and_none_of_the_look_alikes(self) -> None:
        review, cast = create_staffed_review()
        file = shared_path("demo/combined.ris")
        truth = json.loads(shared_path("demo/duplicates.json").read_text())
        for parsed in read(file.read_bytes()).records:
            create_record(
                review=review,
                title=parsed.title,
                authors=list(parsed.authors),
                source_id=parsed.source_id,
                **{
                    name: getattr(parsed, name)
                    for name in duplicate_sets.COMPARED
                    if name not in ("title", "authors")
                },
            )

        found = finding.find(review, by=cast.alice)

        self.assertEqual(found.sets, 5)
        pairs = {
            frozenset(each.records.values_list("source_id", flat=True))
            for each in review.duplicate_sets.all()
        }
        self.assertEqual(pairs, {frozenset(pair["ids"]) for pair in truth["pairs"]})


class MergeTests(DuplicateTestCase):
    def test_the_others_point_at_the_copy_that_is_kept(self) -> None:
        copies = create_copies(self.review, 3)
        create_duplicate_set(*copies)

        merging.merge(self.only_set(), keep=copies[1], by=self.alice)

        first, kept, last = self.again(copies)
        self.assertEqual([first.duplicate_of, last.duplicate_of], [kept, kept])
        self.assertIsNone(kept.duplicate_of)
        merged = self.only_set()
        self.assertEqual((merged.state, merged.settled_by), (MERGED, self.alice))
        event = Event.objects.get(action="duplicates.merged")
        assert event.old is not None
        assert event.new is not None
        self.assertEqual(event.old["state"], FOUND)
        self.assertEqual(event.new["duplicate_of"][str(first.pk)], kept.pk)

    def test_merged_twice_leaves_one_event(self) -> None:
        copies = self.merged()
        merging.merge(self.only_set(), keep=copies[0], by=self.alice)
        self.assertEqual(Event.objects.filter(action="duplicates.merged").count(), 1)

    def test_another_copy_may_be_kept_later(self) -> None:
        first, second = self.merged()
        merging.merge(self.only_set(), keep=second, by=self.alice)
        first, second = self.again([first, second])
        self.assertEqual(first.duplicate_of, second)
        self.assert_sets_hold()

    def test_refuses_to_keep_a_record_of_another_set(self) -> None:
        create_copies(self.review, 2)
        self.find()
        with self.assertRaises(members.NotInASet):
            merging.merge(
                self.only_set(), keep=create_record(review=self.review), by=self.alice
            )

    def test_refuses_a_set_that_was_told_apart_meanwhile(self) -> None:
        create_copies(self.review, 2)
        self.find()
        seen = self.only_set()
        splitting.tell_apart(seen, by=self.alice)
        with self.assertRaises(ChangedMeanwhile):
            merging.merge(seen, by=self.alice)

    def test_keeps_the_fullest_copy_then_the_first(self) -> None:
        copies = create_copies(self.review, 2)
        fuller = create_copies(self.review, 1, abstract="Background: pain.")
        self.assertEqual(members.default_keep([*copies, *fuller]), fuller[0])
        self.assertEqual(members.default_keep(reversed(copies)), copies[0])

    def test_keeps_a_settled_copy_before_the_fullest(self) -> None:
        bare, _ = copies = create_copies(self.review, 2)
        excluded, _ = create_copies(self.review, 2)
        Record.objects.filter(pk=copies[1].pk).update(abstract="Background: pain.")
        settle(bare, Verdict.INCLUDE)
        settle(excluded, Verdict.EXCLUDE)
        self.assertEqual(members.default_keep(self.again([*copies, excluded])), bare)

    def test_merge_all_merges_the_certain_sets_and_leaves_the_questions(self) -> None:
        create_duplicate_set(*create_copies(self.review, 2))
        question = create_copies(self.review, 2, title="Esketamine for pain")
        create_duplicate_set(*question, basis=f"{duplicate_sets.TO_CHECK}same title")

        self.assertEqual(merging.merge_all(self.review, by=self.alice), 1)

        states = [each.state for each in self.review.duplicate_sets.order_by("number")]
        self.assertEqual(states, [MERGED, FOUND])
        self.assertEqual(self.review.records.duplicates().count(), 1)
        self.assert_sets_hold()

    def test_merge_all_refuses_when_the_sets_are_not_those_looked_at(self) -> None:
        create_duplicate_set(*create_copies(self.review, 2))
        with self.assertRaises(ChangedMeanwhile):
            merging.merge_all(self.review, by=self.alice, expected=2)
        self.assertEqual(self.review.records.duplicates().count(), 0)


class SplitTests(DuplicateTestCase):
    def test_a_copy_taken_out_goes_on_by_itself_and_is_told_apart(self) -> None:
        kept, copy, other = self.merged(3)

        splitting.split(copy, by=self.alice)

        kept, copy, other = self.again([kept, copy, other])
        self.assertIsNone(copy.duplicate_of)
        self.assertIsNone(copy.duplicate_set)
        self.assertEqual(other.duplicate_of, kept)
        self.assertEqual(DistinctPair.objects.count(), 2)
        self.assertEqual(self.find().sets, 0)
        self.assert_sets_hold()

    def test_when_the_kept_copy_goes_another_is_kept(self) -> None:
        kept, copy, other = self.merged(3)
        splitting.split(kept, by=self.alice)
        copy, other = self.again([copy, other])
        self.assertIsNone(copy.duplicate_of)
        self.assertEqual(other.duplicate_of, copy)
        self.assertEqual(self.only_set().state, MERGED)
        self.assert_sets_hold()

    def test_one_of_two_taken_out_splits_the_set(self) -> None:
        for_whom = self.merged(2)
        splitting.split(for_whom[0], by=self.alice)
        for record in self.again(for_whom):
            self.assertIsNone(record.duplicate_set)
            self.assertIsNone(record.duplicate_of)
        self.assertEqual(self.only_set().state, SPLIT)

    def test_a_late_copy_taken_out_leaves_the_set_merged(self) -> None:
        self.merged(2)
        [late] = create_copies(self.review, 1)
        self.find()
        splitting.split(late, by=self.alice)
        self.assertEqual(self.only_set().state, MERGED)
        self.assert_sets_hold()

    def test_a_record_in_no_set_cannot_be_taken_out(self) -> None:
        with self.assertRaises(members.NotInASet):
            splitting.split(create_record(review=self.review), by=self.alice)

    def test_unmerge_lets_all_copies_go_on_and_asks_again(self) -> None:
        self.merged(3)
        merging.unmerge(self.only_set(), by=self.alice)
        self.assertEqual(self.review.records.duplicates().count(), 0)
        self.assertEqual(self.only_set().state, FOUND)
        with self.assertRaises(merging.NotMerged):
            merging.unmerge(self.only_set(), by=self.alice)

    def test_told_apart_can_be_put_back(self) -> None:
        kept, _ = self.merged(2)
        splitting.tell_apart(self.only_set(), by=self.alice)
        self.assertEqual(self.review.records.duplicates().count(), 0)
        self.assertEqual(DistinctPair.objects.count(), 1)

        splitting.put_back(self.only_set(), by=self.alice)

        self.assertEqual(self.only_set().state, FOUND)
        self.assertEqual(DistinctPair.objects.count(), 0)
        splitting.split(kept, by=self.alice)
        with self.assertRaises(splitting.NotToldApart):
            splitting.put_back(self.only_set(), by=self.alice)

    def test_a_split_keeps_the_verdict_and_the_report(self) -> None:
        copies = create_copies(self.review, 2)
        report = create_report(review=self.review, record=copies[1])
        self.find()
        merging.merge(self.only_set(), keep=copies[0], by=self.alice)
        self.assertFalse(self.review.reports.sought().exists())

        splitting.split(copies[0], by=self.alice)

        self.assertEqual(self.review.reports.sought().get(), report)
        self.assertEqual(self.again(copies)[1].verdict, Verdict.INCLUDE)


class AddTests(DuplicateTestCase):
    def test_marks_a_record_as_a_duplicate_by_hand(self) -> None:
        one, other = (create_record(review=self.review) for _ in range(2))
        marking.add(other, to=one, by=self.alice)
        one, other = self.again([one, other])
        self.assertEqual(other.duplicate_of, one)
        self.assertEqual(self.only_set().state, MERGED)
        self.assertEqual(self.only_set().basis, marking.BY_HAND)
        self.assert_sets_hold()

    def test_joins_the_set_of_the_other_and_brings_its_own_copies(self) -> None:
        first, first_copy = self.merged(2)
        second, second_copy = self.merged(2, title="Esketamine for pain", year=2001)
        marking.add(second, to=first_copy, by=self.alice)
        first, first_copy, second, second_copy = self.again(
            [first, first_copy, second, second_copy]
        )
        for copy in (first_copy, second, second_copy):
            self.assertEqual(copy.duplicate_of, first)
        self.assertEqual(self.only_set().records.count(), 4)
        self.assert_sets_hold()

    def test_what_is_still_a_question_stays_one(self) -> None:
        one, other = create_copies(self.review, 2)
        create_duplicate_set(one, other)
        third = create_record(review=self.review)
        marking.add(third, to=one, by=self.alice)
        self.assertIsNone(self.again([other])[0].duplicate_of)
        self.assertEqual(self.only_set().state, FOUND)
        self.assert_sets_hold()

    def test_takes_back_that_the_two_were_told_apart(self) -> None:
        one, other = create_copies(self.review, 2)
        self.find()
        splitting.tell_apart(self.only_set(), by=self.alice)
        marking.add(other, to=one, by=self.alice)
        self.assertFalse(DistinctPair.objects.exists())
        self.assertEqual(self.again([other])[0].duplicate_of, one)

    def test_refuses_itself_another_review_and_a_removed_record(self) -> None:
        record = create_record(review=self.review)
        removed = create_record(
            review=self.review, removal="other", removal_reason="A test"
        )
        elsewhere = create_record(
            review=Review.objects.create(slug="o", title="O", created_by=self.alice)
        )
        for wrong in (record, removed, elsewhere):
            with self.assertRaises(marking.CannotBeCopies):
                marking.add(wrong, to=record, by=self.alice)
        self.assertFalse(DuplicateSet.objects.exists())


class MarkingTests(TestCase):
    def test_a_reviewer_marks_a_duplicate_while_screening(self) -> None:
        review, cast = create_staffed_review()
        record = create_record(review=review, title="A tiral")
        other = create_record(review=review, title="A tiral: subtitle")
        found = marking.alike(record, marking.others(record))
        self.assertEqual(list(found), [other])
        made = marking.add(record, to=other, by=cast.bob)
        self.assertEqual(made.state, "merged")
        with self.assertRaises(WrongRole):
            marking.add(other, to=record, by=cast.vera)

    def test_what_is_merged_already_is_not_offered_again(self) -> None:
        review, cast = create_staffed_review()
        kept, copy, another = (create_record(review=review) for _ in range(3))
        marking.add(copy, to=kept, by=cast.bob)
        copy.refresh_from_db()
        for record in (kept, copy):
            self.assertEqual(list(marking.others(record)), [another])

    def test_who_marked_a_copy_takes_it_out_again_and_no_other_reviewer(self) -> None:
        review, cast = create_staffed_review()
        record, other = create_record(review=review), create_record(review=review)
        marking.add(record, to=other, by=cast.bob)
        for name in (cast.carol, cast.vera):
            with self.assertRaises(WrongRole):
                splitting.split(record, by=name)
        with self.assertRaises(WrongRole):
            splitting.split(other, by=cast.bob)
        split = splitting.split(record, by=cast.bob)
        self.assertIsNone(split.duplicate_of)
        self.assertTrue(DistinctPair.objects.filter(said_by=cast.bob).exists())

    def test_who_marked_a_copy_leaves_it_once_the_set_is_touched(self) -> None:
        review, cast = create_staffed_review()
        record, other = create_record(review=review), create_record(review=review)
        marking.add(record, to=other, by=cast.bob)
        marking.add(create_record(review=review), to=other, by=cast.carol)
        with self.assertRaises(WrongRole):
            splitting.split(record, by=cast.bob)

    def test_who_brought_copies_along_leaves_the_split_to_an_owner(self) -> None:
        review, cast = create_staffed_review()
        record, other = create_record(review=review), create_record(review=review)
        marking.add(create_record(review=review), to=record, by=cast.bob)
        marking.add(record, to=other, by=cast.bob)
        with self.assertRaises(WrongRole):
            splitting.split(record, by=cast.bob)


class RowTests(DuplicateTestCase):
    def test_one_row_a_record_with_the_number_of_its_set(self) -> None:
        kept, copy = self.merged(2)
        single = create_record(review=self.review)
        asked = create_copies(self.review, 2, title="Esketamine for pain")
        create_duplicate_set(*asked, basis=f"{duplicate_sets.TO_CHECK}same title")

        rows = {row["record"]: row for row in listing.rows(self.review)}

        self.assertEqual(len(rows), 5)
        told = ("source_id", "set", "to_check", "state", "kept")
        for record, expected in (
            (kept, (1, "", "merged", "yes")),
            (copy, (1, "", "merged", "no")),
            (single, ("", "", "", "yes")),
            (asked[0], ("", 2, "to check", "yes")),
        ):
            self.assertEqual(
                tuple(rows[record.pk][name] for name in told),
                (record.source_id, *expected),
            )

    def test_what_was_told_apart_has_no_set(self) -> None:
        create_copies(self.review, 2)
        self.find()
        splitting.tell_apart(self.only_set(), by=self.alice)
        self.assertEqual({row["set"] for row in listing.rows(self.review)}, {""})
