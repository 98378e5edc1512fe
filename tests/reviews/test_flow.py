"""The flow counts what is there, each number is its box, and nothing is hidden."""

import random
from dataclasses import replace
from typing import Any

from django.test import TestCase
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase as HypothesisTestCase

from reviews.flow import (
    boxes,
    counting,
    findings,
    names,
    notes,
    official,
    opening,
    waiting,
)
from reviews.flow.figures import Flow
from reviews.models import (
    Criterion,
    DuplicateSet,
    Record,
    Report,
    Review,
    Search,
    Settlement,
    Verdict,
)
from tests.cast import create_cast
from tests.factories import (
    create_criterion,
    create_included_report,
    create_record,
    create_report,
    create_review,
    create_search,
    create_study,
)

SETTLED: dict[str, Any] = {"settlement": Settlement.AGREEMENT}


def settled(verdict: Verdict, **fields: Any) -> dict[str, Any]:
    return {"verdict": verdict, **SETTLED, "settled_at": timezone.now(), **fields}


def exclude_report(review: Review, reason: Criterion, **fields: Any) -> Report:
    return create_report(
        review=review, **settled(Verdict.EXCLUDE, counted_reason=reason), **fields
    )


def mark_copy(record: Record, *, of: Record) -> None:
    number = record.review.duplicate_sets.count() + 1
    of.duplicate_set = of.duplicate_set or DuplicateSet.objects.create(
        review=record.review,
        number=number,
        state=DuplicateSet.State.MERGED,
        settled_at=timezone.now(),
    )
    of.save()
    record.duplicate_set, record.duplicate_of = of.duplicate_set, of
    record.save()


class FlowTests(TestCase):
    review: Review
    design: Criterion
    population: Criterion

    @classmethod
    def setUpTestData(cls) -> None:
        cls.review = create_review(owner=create_cast().alice)
        # Made in another order than that of the protocol.
        cls.design = create_criterion(
            review=cls.review, code="E2", position=2, reason="Wrong design"
        )
        cls.population = create_criterion(
            review=cls.review, code="E1", position=1, reason="Wrong population"
        )

    def flow(self) -> Flow:
        return counting.flow(self.review)

    def other_record(self, **fields: Any) -> Record:
        search = self.review.searches.filter(kind="citation").first() or create_search(
            review=self.review, name="Citations", kind=Search.Kind.CITATION
        )
        return create_record(review=self.review, search=search, **fields)

    def test_an_empty_review_counts_nothing_and_has_nothing_to_mend(self) -> None:
        found = self.flow()
        self.assertEqual(set(found.numbers.values()), {0})
        self.assertEqual(findings.find(found), ())
        self.assertEqual(found.template, "new_v1")
        self.assertFalse(waiting.is_final(found))

    def test_a_review_from_search_to_study(self) -> None:
        kept = create_record(review=self.review, **settled(Verdict.EXCLUDE))
        mark_copy(create_record(review=self.review), of=kept)
        create_record(review=self.review, removal="automation", removal_reason="A tool")
        create_record(review=self.review, removal="other", removal_reason="Retracted")
        exclude_report(self.review, self.design)
        exclude_report(self.review, self.population)
        exclude_report(self.review, self.population)
        create_report(
            review=self.review,
            retrieval=Report.Retrieval.NOT_RETRIEVED,
            not_retrieved_reason="No copy",
        )
        create_study(review=self.review)
        found = self.flow()
        self.assertEqual(found.identified, 9)
        self.assertEqual(found.duplicates, 1)
        self.assertEqual(found.removed_by_automation, 1)
        self.assertEqual(found.removed_for_other_reasons, 1)
        self.assertEqual((found.screened, found.excluded), (6, 1))
        self.assertEqual((found.sought, found.not_retrieved, found.assessed), (5, 1, 4))
        self.assertEqual(
            [(reason.code, reason.label, reason.count) for reason in found.reasons],
            [("E1", "Wrong population", 2), ("E2", "Wrong design", 1)],
        )
        self.assertEqual((found.studies_included, found.reports_included), (1, 1))
        self.assertEqual(findings.find(found), ())
        self.assertTrue(waiting.is_final(found))

    def test_what_waits_is_named_as_not_final(self) -> None:
        create_record(review=self.review)
        create_report(review=self.review, retrieval=Report.Retrieval.AWAITING)
        create_report(review=self.review)
        found = self.flow()
        self.assertEqual(
            waiting.open_work(found),
            "Not final: 1 record awaits screening, 1 report awaits retrieval and "
            "1 report awaits a decision on eligibility.",
        )
        self.assertIn(waiting.open_work(found), notes.footnotes(found))
        self.assertEqual([finding.level for finding in findings.find(found)], ["info"])
        self.assertFalse(waiting.is_final(found))

    def test_included_reports_without_a_study_are_not_final_either(self) -> None:
        create_included_report(review=self.review)
        found = self.flow()
        self.assertEqual(found.reports_without_study, 1)
        self.assertIn(
            "1 included report stands in no study yet.", waiting.open_work(found)
        )

    def test_a_report_whose_record_is_no_longer_included_is_in_no_box(self) -> None:
        report = exclude_report(self.review, self.design)
        report.records.update(verdict="", settlement="", settled_at=None)
        found = self.flow()
        self.assertEqual((found.sought, found.assessed, found.reasons), (0, 0, ()))
        self.assertEqual(found.awaiting_screening, 1)

    def test_a_dormant_verdict_on_a_report_not_retrieved_counts_nowhere(self) -> None:
        exclude_report(
            self.review,
            self.design,
            retrieval=Report.Retrieval.NOT_RETRIEVED,
            not_retrieved_reason="Lost",
        )
        found = self.flow()
        self.assertEqual((found.not_retrieved, found.excluded_reports), (1, 0))

    def test_other_methods_have_a_column_of_their_own(self) -> None:
        create_record(review=self.review, **settled(Verdict.EXCLUDE))
        found_by_citation = self.other_record()
        create_included_report(review=self.review, record=found_by_citation)
        self.other_record(**settled(Verdict.EXCLUDE))
        found = self.flow()
        self.assertEqual(found.template, "new_v2")
        self.assertEqual((found.identified, found.other.identified), (1, 2))
        self.assertEqual((found.sought, found.other.sought), (0, 1))
        self.assertEqual(official.counts(found).citations_results, 2)
        self.assertEqual(found.reports_included, 1)

    def test_a_report_that_both_routes_found_stands_in_the_main_column(self) -> None:
        report = create_report(review=self.review)
        also = self.other_record(**settled(Verdict.INCLUDE))
        report.records.add(also)
        found = self.flow()
        self.assertEqual((found.sought, found.other.sought), (1, 0))

    def test_names_the_records_whose_reports_are_not_their_own(self) -> None:
        alone = create_report(review=self.review)
        shared = create_report(review=self.review)
        also = create_record(review=self.review, **settled(Verdict.INCLUDE))
        shared.records.add(also)
        without = create_record(review=self.review, **settled(Verdict.INCLUDE))
        again = create_record(review=self.review, **settled(Verdict.INCLUDE))
        shared.records.add(again)
        (finding,) = (f for f in findings.find(self.flow()) if f.rule == "F4")
        self.assertEqual((finding.level, finding.records_box), ("warning", "uneven"))
        expected = {*shared.records.all(), without}
        self.assertNotIn(alone.records.get(), expected)
        for as_of in (None, timezone.now()):
            rows = counting.box(self.review, finding.records_box, as_of=as_of)
            self.assertEqual(set(rows), expected)

    def test_a_finding_is_told_by_its_numbers(self) -> None:
        search = create_search(review=self.review, name="MEDLINE", reported_count=9)
        (one,) = findings.find(self.flow())
        self.assertEqual(one.key, findings.find(self.flow())[0].key)
        self.assertRegex(one.key, "^[0-9a-f]{64}$")
        search.reported_count = 8
        search.save()
        self.assertNotEqual(one.key, findings.find(self.flow())[0].key)

    def test_says_what_became_of_records_of_other_methods(self) -> None:
        self.other_record(**settled(Verdict.EXCLUDE))
        kept = self.other_record(**settled(Verdict.EXCLUDE))
        mark_copy(self.other_record(), of=kept)
        found = self.flow()
        words = (
            "Of 3 records identified by other methods, these were not sought: "
            "1 duplicate, 2 excluded on title and abstract."
        )
        self.assertIn(words, notes.footnotes(found))
        # Said in full, it is no warning any more.
        self.assertEqual(
            [(finding.rule, finding.level) for finding in findings.find(found)],
            [("F7", "info")],
        )

    def test_a_combined_search_names_its_sources_and_makes_no_split_up(self) -> None:
        search = create_search(
            review=self.review,
            name="All databases",
            source="MEDLINE, Embase, Scopus.",
            is_combined=True,
        )
        create_record(review=self.review, search=search)
        found = self.flow()
        counts = official.counts(found)
        self.assertEqual((counts.database_results, counts.database_specific), (1, None))
        self.assertTrue(
            notes.footnotes(found)[0].startswith("* MEDLINE, Embase, Scopus: ")
        )
        self.assertIn("none is estimated", notes.footnotes(found)[0])

    def test_each_database_and_register_is_counted(self) -> None:
        for name, kind in (("MEDLINE", "database"), ("ICTRP", "register")):
            search = create_search(review=self.review, name=name, kind=kind)
            create_record(review=self.review, search=search)
        counts = official.counts(self.flow())
        self.assertEqual(counts.database_specific, {"MEDLINE": 1})
        self.assertEqual(counts.register_specific, {"ICTRP": 1})

    def test_only_registers_leave_the_line_of_databases_out(self) -> None:
        create_search(review=self.review, kind=Search.Kind.REGISTER)
        counts = official.counts(self.flow())
        self.assertEqual((counts.database_results, counts.register_results), (None, 0))

    def test_a_search_that_reported_more_than_is_here_is_a_warning(self) -> None:
        search = create_search(review=self.review, name="MEDLINE", reported_count=1200)
        create_record(review=self.review, search=search, **settled(Verdict.EXCLUDE))
        (finding,) = findings.find(self.flow())
        self.assertEqual(finding.level, "warning")
        self.assertIn("MEDLINE reported 1,200 records, but 1 ", finding.message)
        self.assertEqual(finding.boxes, (names.search_name(search.pk),))

    def test_two_reasons_of_the_same_words_are_told_apart_by_their_codes(self) -> None:
        again = create_criterion(review=self.review, code="E9", reason="Wrong design")
        exclude_report(self.review, self.design)
        exclude_report(self.review, again)
        labels = set(official.labels(self.flow()).values())
        self.assertEqual(labels, {"Wrong design (E2)", "Wrong design (E9)"})

    def test_another_reviews_search_or_reason_is_no_box(self) -> None:
        other = create_review(owner=self.review.created_by)
        search = create_search(review=other)
        criterion = create_criterion(review=other)
        for name in (
            names.search_name(search.pk),
            names.reason_name(criterion.pk),
            "search-",
            "search-٣",
            f"search-{10**30}",
            "secrets",
        ):
            with self.assertRaises(opening.UnknownBox):
                counting.box(self.review, name)

    def test_asks_the_database_four_times_whatever_the_size(self) -> None:
        for _ in range(3):
            exclude_report(self.review, self.design)
            create_study(review=self.review)
            self.other_record()
        with self.assertNumQueries(4):
            self.flow()
        self.assertNotEqual(findings.find(self.flow()), ())


class NumberTests(HypothesisTestCase):
    """Whatever is in a review: each number is the number of rows of its box."""

    @settings(
        max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow]
    )
    @given(seed=st.integers(0, 2**32 - 1), size=st.integers(0, 14))
    def test_each_number_opens_into_as_many(self, seed: int, size: int) -> None:
        chance = random.Random(seed)
        review = create_review(owner=create_cast().alice)
        fill(review, size, chance)
        found = counting.flow(review)
        for name, number in found.numbers.items():
            self.assertEqual(counting.box(review, name).count(), number, name)
        errors = [
            finding for finding in findings.find(found) if finding.level == "error"
        ]
        self.assertEqual(errors, [])
        self.assertEqual(
            set(boxes.BOXES) - set(names.UPDATE),
            {name for name in found.numbers if "-" not in name},
        )
        now = timezone.now()
        self.assertEqual(counting.flow(review, as_of=now), replace(found, as_of=now))
        for name in found.numbers:
            self.assertEqual(
                set(counting.box(review, name, as_of=now)),
                set(counting.box(review, name)),
                name,
            )


def fill(review: Review, size: int, chance: random.Random) -> None:
    """Fill a review at random, with all that the models allow."""
    searches = [create_search(review=review, kind=kind) for kind in Search.Kind.values]
    criteria = [create_criterion(review=review) for _ in range(3)]
    studies = [review.studies.create(label=f"Study {n}") for n in range(3)]
    made: list[Record] = []
    reports: list[Report] = []
    for _ in range(size):
        verdict = chance.choice(Verdict.values)
        removal = chance.choice(["", "", "", "automation", "other"])
        record = create_record(
            review=review,
            search=chance.choice(searches),
            removal=removal,
            removal_reason="Told" if removal else "",
            **(settled(Verdict(verdict)) if verdict else {}),
        )
        if made and chance.random() < 0.2:
            mark_copy(record, of=chance.choice(made))
        made.append(record)
        if reports and chance.random() < 0.2:
            chance.choice(reports).records.add(record)
        elif chance.random() < 0.7:
            reports.append(some_report(review, record, criteria, studies, chance))


def some_report(
    review: Review,
    record: Record,
    criteria: list[Criterion],
    studies: list[Any],
    chance: random.Random,
) -> Report:
    verdict = Verdict(chance.choice(Verdict.values))
    retrieval = chance.choice(Report.Retrieval.values)
    reason = chance.choice(criteria) if verdict == Verdict.EXCLUDE else None
    report = Report.objects.create(
        review=review,
        title=record.title,
        retrieval=retrieval,
        not_retrieved_reason="No copy" if retrieval == "not_retrieved" else "",
        study=chance.choice([None, *studies]),
        **(settled(verdict, counted_reason=reason) if verdict else {}),
    )
    report.records.add(record)
    return report
