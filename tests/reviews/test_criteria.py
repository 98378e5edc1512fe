from datetime import timedelta

from django.test import TestCase
from django.utils import timezone

from reviews import access, criteria, protocol
from reviews.models import (
    Amendment,
    Criterion,
    CriterionVersion,
    Event,
    Record,
    Settlement,
    Verdict,
)
from tests.factories import create_record, create_staffed_review


class CriteriaTests(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, cls.cast = create_staffed_review()
        cls.first, cls.second, cls.third = (
            criteria.add(
                cls.review,
                kind=Criterion.Kind.EXCLUSION,
                code=code,
                text=f"Text {code}",
                reason=f"Reason {code}",
                by=cls.cast.alice,
            )
            for code in ("E1", "E2", "E3")
        )

    def begin(self) -> None:
        create_record(review=self.review)

    def change(self, criterion: Criterion, because: str = "", **new: str) -> Criterion:
        facts = {
            name: getattr(criterion, name)
            for name in ("kind", "code", "text", "reason")
        }
        return criteria.change(
            criterion, because=because, by=self.cast.alice, **{**facts, **new}
        )

    def codes(self) -> list[str]:
        return [each.code for each in self.review.criteria.in_force()]

    def exclude(self, criterion: Criterion, *, days: int) -> Record:
        record = create_record(review=self.review)
        record.verdict = Verdict.EXCLUDE
        record.settlement = Settlement.AGREEMENT
        record.counted_reason = criterion
        record.settled_at = timezone.now() + timedelta(days=days)
        record.save()
        return record

    def test_the_first_wording_is_version_one(self) -> None:
        version = CriterionVersion.objects.get(criterion=self.first)
        self.assertEqual((version.number, version.position), (1, 1))
        self.assertEqual((version.text, version.reason), ("Text E1", "Reason E1"))
        self.assertIsNone(version.amendment)

    def test_before_records_the_first_wording_is_mended_in_place(self) -> None:
        self.change(self.first, text="Better words", code="X1")
        version = CriterionVersion.objects.get(criterion=self.first)
        self.assertEqual((version.number, version.text), (1, "Better words"))
        self.first.refresh_from_db()
        self.assertEqual((self.first.version, self.first.code), (1, "X1"))

    def test_with_records_a_new_wording_is_an_amendment_and_a_version(self) -> None:
        self.begin()
        with self.assertRaises(protocol.ReasonMissing):
            self.change(self.first, text="Better words")
        self.change(self.first, "It was unclear.", text="Better words")
        old, new = self.first.versions.order_by("number")
        self.assertEqual((old.text, new.text), ("Text E1", "Better words"))
        self.assertEqual(new.amendment, Amendment.objects.get())
        self.assertEqual(new.amendment.reason, "It was unclear.")
        self.assertIn("“Better words” in place of “Text E1”", new.amendment.what)

    def test_with_records_code_and_kind_stay(self) -> None:
        self.begin()
        for new in ({"code": "X1"}, {"kind": Criterion.Kind.INCLUSION}):
            with self.assertRaises(criteria.FixedByNow):
                self.change(self.first, "Because.", **new)

    def test_a_code_stands_once_even_after_it_was_taken_out(self) -> None:
        self.begin()
        criteria.retire(self.first, because="Not needed.", by=self.cast.alice)
        with self.assertRaises(criteria.CodeTaken):
            criteria.add(
                self.review,
                kind=Criterion.Kind.EXCLUSION,
                code="e1",
                text="Again",
                reason="Again",
                because="Needed.",
                by=self.cast.alice,
            )

    def test_a_criterion_has_words(self) -> None:
        for new in ({"text": " "}, {"reason": ""}):
            with self.assertRaises(criteria.WordsMissing):
                self.change(self.first, **new)

    def test_moves_up_and_down_freely_before_records(self) -> None:
        criteria.move(self.third, up=True, by=self.cast.alice)
        self.assertEqual(self.codes(), ["E1", "E3", "E2"])
        criteria.move(self.first, up=False, by=self.cast.alice)
        self.assertEqual(self.codes(), ["E3", "E1", "E2"])
        for criterion in (self.first, self.second, self.third):
            criterion.refresh_from_db()
            version = criterion.versions.get()
            self.assertEqual(version.position, criterion.position)

    def test_the_first_cannot_move_up(self) -> None:
        for criterion, up in ((self.first, True), (self.third, False)):
            with self.assertRaises(criteria.NowhereToMove):
                criteria.move(criterion, up=up, by=self.cast.alice)

    def test_with_records_a_move_gives_both_a_new_version(self) -> None:
        self.begin()
        with self.assertRaises(protocol.ReasonMissing):
            criteria.move(self.second, up=True, by=self.cast.alice)
        criteria.move(
            self.second, up=True, because="It is plainer.", by=self.cast.alice
        )
        amendment = Amendment.objects.get()
        self.assertEqual(amendment.what, "Moved criterion E2 before E1")
        self.assertEqual(amendment.criterion_versions.count(), 2)
        places = list(
            self.first.versions.order_by("number").values_list("position", flat=True)
        )
        self.assertEqual(places, [1, 2])
        self.assertEqual(self.third.versions.count(), 1)

    def test_moves_where_two_have_the_same_place(self) -> None:
        Criterion.objects.filter(review=self.review).update(position=5)
        criteria.move(self.third, up=True, by=self.cast.alice)
        self.assertEqual(self.codes(), ["E1", "E3", "E2"])

    def test_before_records_a_criterion_leaves_only_its_event(self) -> None:
        criteria.retire(self.second, by=self.cast.alice)
        self.assertEqual(self.codes(), ["E1", "E3"])
        self.assertFalse(Criterion.objects.filter(code="E2").exists())
        self.assertEqual(Event.objects.latest("pk").action, "criterion.retired")

    def test_with_records_it_is_kept_and_can_come_back_to_its_place(self) -> None:
        self.begin()
        with self.assertRaises(protocol.ReasonMissing):
            criteria.retire(self.second, by=self.cast.alice)
        criteria.retire(self.second, because="Not needed.", by=self.cast.alice)
        self.assertEqual(self.codes(), ["E1", "E3"])
        criteria.reinstate(self.second, because="Needed.", by=self.cast.alice)
        self.assertEqual(self.codes(), ["E1", "E2", "E3"])
        self.assertEqual(Amendment.objects.count(), 2)

    def test_tells_what_relies_on_a_criterion_and_on_each_wording(self) -> None:
        self.exclude(self.first, days=-1)
        self.exclude(self.first, days=-1)
        self.change(self.first, "Because.", text="Better words")
        self.exclude(self.first, days=1)
        relied = criteria.relied(self.review)
        self.assertEqual(relied, {self.first.pk: criteria.Relied(records=3)})
        found = [
            (version.number, used.records)
            for version, used in criteria.wordings(self.first)
        ]
        self.assertEqual(found, [(2, 1), (1, 2)])

    def test_only_an_owner_writes_criteria(self) -> None:
        with self.assertRaises(access.WrongRole):
            criteria.move(self.second, up=True, by=self.cast.bob)
        with self.assertRaises(access.WrongRole):
            criteria.retire(self.second, by=self.cast.dan)
