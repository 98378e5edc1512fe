import re
from collections.abc import Callable, Iterable

from django.db import connection
from django.test import SimpleTestCase, TestCase
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from reviews.models import (
    Amendment,
    ExtractionField,
    Protocol,
    Record,
    Report,
    Review,
    Search,
    SettledValue,
    Settlement,
    Study,
    Verdict,
)
from reviews.words import (
    collecting,
    facts,
    parts,
    passages,
    protocol,
    results,
    searching,
    selection,
    selection_process,
    settled,
)
from reviews.words.facts import Facts
from reviews.words.parts import Number
from tests.factories import (
    create_criterion,
    create_extraction_field,
    create_included_report,
    create_record,
    create_report,
    create_search,
    create_staffed_review,
    create_study,
)


def told(sentences: Iterable[parts.Parts]) -> str:
    return " ".join(parts.text(each) for each in sentences)


class PartsTest(SimpleTestCase):
    def test_one_is_singular_and_all_else_plural(self) -> None:
        said = [parts.text(parts.counted(n, "record")) for n in (0, 1, 2, 1200)]

        self.assertEqual(said, ["0 records", "1 record", "2 records", "1,200 records"])

    def test_lists_in_words(self) -> None:
        self.assertEqual(parts.text(parts.listed([])), "")
        self.assertEqual(parts.text(parts.listed(["a"])), "a")
        self.assertEqual(parts.text(parts.listed(["a", "b"])), "a and b")
        self.assertEqual(parts.text(parts.listed(["a", "b", "c"])), "a, b and c")
        self.assertEqual(parts.text(parts.listed(["a, b", "c"])), "a, b; and c")

    def test_says_a_date_as_far_as_it_is_known(self) -> None:
        said = [parts.day(day) for day in ("2024", "2024-09", "2024-09-03")]

        self.assertEqual(said, ["2024", "September 2024", "3 September 2024"])

    def test_a_sentence_begins_large_and_ends_with_a_stop(self) -> None:
        self.assertEqual(parts.text(parts.sentence("one ", Number(2))), "One 2.")
        self.assertEqual(parts.text(parts.sentence("why?")), "Why?")


class SelectionTest(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, cls.cast = create_staffed_review()

    def flow(self) -> str:
        return told(selection.sentences(facts.read(self.review)))

    def test_nothing_is_said_of_a_review_that_has_begun_nothing(self) -> None:
        self.assertEqual(self.flow(), "No records have been identified yet.")

    def test_tells_the_flow_with_its_reasons(self) -> None:
        search = create_search(review=self.review, name="MEDLINE")
        reason = create_criterion(review=self.review, code="X1", reason="Wrong design")
        for _ in range(3):
            exclude(create_record(review=self.review, search=search))
        create_report(
            review=self.review,
            record=create_record(review=self.review, search=search),
            verdict=Verdict.EXCLUDE,
            counted_reason=reason,
            settlement=Settlement.AGREEMENT,
            settled_at=timezone.now(),
        )
        study = Study.objects.create(review=self.review, label="Brody 2024")
        create_included_report(
            review=self.review,
            record=create_record(review=self.review, search=search),
            study=study,
        )

        self.assertEqual(
            self.flow(),
            "The searches of databases and registers identified 5 records (MEDLINE). "
            "No record was removed before screening. Titles and abstracts of 5 records "
            "were screened, and 3 were excluded. The full texts of 2 reports were "
            "sought and retrieved. Of those retrieved, 2 were assessed for eligibility "
            "and 1 was excluded: Wrong design (n = 1). The review includes 1 study, "
            "from 1 report.",
        )

    def test_does_not_split_what_was_exported_together(self) -> None:
        search = create_search(
            review=self.review, name="All", source="A, B", is_combined=True
        )
        create_record(review=self.review, search=search)

        said = self.flow()

        self.assertIn("identified 1 record. The number of records from each", said)
        self.assertIn("is not known, as they were exported together (A, B).", said)
        self.assertIn("1 record still awaits screening.", said)

    def test_tells_other_methods_apart(self) -> None:
        create_record(review=self.review, search=create_search(review=self.review))
        register = create_search(
            review=self.review, name="WHO", kind=Search.Kind.WEBSITE
        )
        exclude(create_record(review=self.review, search=register))

        said = self.flow()

        self.assertIn(
            "The searches of other methods identified 1 record (WHO: 1)", said
        )
        self.assertIn("1 record identified by other methods were screened, and 1", said)

    def test_says_what_was_not_retrieved(self) -> None:
        create_report(
            review=self.review,
            retrieval=Report.Retrieval.NOT_RETRIEVED,
            not_retrieved_reason="Paywall",
        )

        self.assertIn("1 report were sought; 1 report was not retrieved.", self.flow())

    def test_every_linked_number_of_the_flow_counts_what_it_opens(self) -> None:
        study = create_study(review=self.review)
        create_included_report(review=self.review, study=study)
        website = create_search(
            review=self.review, name="WHO", kind=Search.Kind.WEBSITE
        )
        exclude(create_record(review=self.review, search=website))
        create_record(
            review=self.review, removal=Record.Removal.AUTOMATION, removal_reason="x"
        )
        self.client.force_login(self.cast.vera)

        found = [
            part
            for passage in passages.of(self.review)
            for paragraph in passage.paragraphs
            for sentence in paragraph.sentences
            for part in sentence
            if isinstance(part, Number) and "/flow/" in part.url
        ]

        self.assertGreater(len(found), 8)
        for number in found:
            page = self.client.get(number.url).content.decode()
            self.assertRegex(page, rf"n = {number}\b", number.url)


class MethodsTest(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, cls.cast = create_staffed_review()

    def said(self, tell: Callable[[Facts], Iterable[parts.Parts]]) -> str:
        return told(tell(facts.read(self.review)))

    def test_what_is_not_recorded_is_said_to_be_so(self) -> None:
        self.assertIn("No registration of the review", self.said(protocol.registration))
        self.assertEqual(self.said(searching.sources), "No search is recorded.")
        self.assertIn(
            "criteria of eligibility are not", self.said(protocol.eligibility)
        )
        self.assertIn("No appraisal instrument", self.said(collecting.appraisal))

    def test_one_reviewer_is_not_called_two(self) -> None:
        exclude(create_record(review=self.review), Settlement.SINGLE)

        said = self.said(selection_process.judging)

        self.assertIn("One reviewer alone judged the title and abstract of 1", said)
        self.assertNotRegex(said, "(?i)independently of each other")

    def test_tells_how_conflicts_were_settled(self) -> None:
        for how in ("agreement", "agreement", "consensus", "adjudication"):
            exclude(create_record(review=self.review), how)

        self.assertIn(
            "Two reviewers, independently of each other, judged the title and abstract "
            "of 4 records; they agreed on 2, and of 2 conflicts, 1 was settled by "
            "consensus of the two and 1 was settled by a third person.",
            self.said(selection_process.judging),
        )

    def test_every_way_of_settling_opens_as_many_as_it_counts(self) -> None:
        for how in ("single", "agreement", "consensus", "adjudication"):
            exclude(create_record(review=self.review), how)
            create_included_report(review=self.review)
        self.client.force_login(self.cast.vera)

        numbers = [
            part
            for sentence in selection_process.judging(facts.read(self.review))
            for part in sentence
            if isinstance(part, Number)
        ]

        self.assertGreater(len(numbers), 6)
        for number in numbers:
            page = self.client.get(number.url).content.decode()
            self.assertRegex(page, rf"n = {number}\b", number.url)

    def test_there_is_no_other_way_of_settling(self) -> None:
        for unit, way in (("studies", "two"), ("records", "chance")):
            with self.assertRaises(settled.UnknownSelection):
                settled.select(self.review, unit, way)

    def test_a_mixed_stage_is_told_as_it_was(self) -> None:
        exclude(create_record(review=self.review), Settlement.SINGLE)
        exclude(create_record(review=self.review), Settlement.AGREEMENT)

        said = self.said(selection_process.judging)

        self.assertIn("of 1 record; they agreed. One reviewer alone judged", said)

    def test_a_plan_is_told_as_a_plan(self) -> None:
        Review.objects.filter(pk=self.review.pk).update(full_text_reviewers=1)
        self.review.refresh_from_db()

        said = self.said(selection_process.judging)

        self.assertIn("No full texts have been judged yet; the plan asks for one", said)

    def test_names_sources_with_platform_and_date(self) -> None:
        create_search(
            review=self.review,
            name="MEDLINE",
            platform="Ovid",
            searched_on="2024-09",
            strategy="ketamine.ti.",
        )
        create_search(review=self.review, name="Embase")

        self.assertEqual(
            self.said(searching.sources),
            "Databases searched (n = 2): MEDLINE (by Ovid; searched September 2024) "
            "and Embase (date not recorded).",
        )
        self.assertIn("is not recorded for Embase.", self.said(searching.strategies))

    def test_tells_amendments_with_their_reasons(self) -> None:
        Amendment.objects.create(
            review=self.review,
            number=1,
            made_by=self.cast.alice,
            what="Languages",
            reason="Too few",
        )

        self.assertIn("1 time: Languages (", self.said(protocol.amendments))

    def test_tells_the_limits_of_the_protocol(self) -> None:
        Protocol.objects.update_or_create(
            review=self.review,
            defaults={"languages": "English", "published_from": "2014"},
        )

        self.assertIn(
            "limited by language (English) and by date of publication (since 2014).",
            self.said(protocol.eligibility),
        )


class ResultsTest(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, cls.cast = create_staffed_review()
        cls.first = create_study(review=cls.review, design="rct_parallel")
        cls.second = create_study(review=cls.review)

    def said(self) -> str:
        return told(results.characteristics(facts.read(self.review)))

    def settle(self, study: Study, field: ExtractionField, value: object) -> None:
        SettledValue.objects.create(
            study=study,
            field=field,
            field_version=1,
            value=value,
            not_reported=value is None,
            settlement=Settlement.AGREEMENT,
        )

    def test_tells_designs_and_what_is_not_recorded(self) -> None:
        said = self.said()

        self.assertIn(
            "By design, the 2 included studies were: randomised trial, parallel groups "
            "(n = 1); and design not recorded (n = 1).",
            said,
        )
        self.assertIn("number of participants is not among the data items", said)

    def test_adds_participants_up_only_where_they_are_numbers(self) -> None:
        field = create_extraction_field(
            review=self.review, meaning=ExtractionField.Meaning.PARTICIPANTS
        )
        self.settle(self.first, field, "1,200")
        self.settle(self.second, field, "about 30")

        said = self.said()

        self.assertIn("participants is known of 1 study: 1,200.", said)
        self.assertIn("of 1 study is told in words and not added up.", said)

    def test_tells_not_reported_and_not_settled_apart(self) -> None:
        field = create_extraction_field(
            review=self.review, meaning=ExtractionField.Meaning.COUNTRY
        )
        self.settle(self.first, field, None)

        self.assertIn(
            "The country is not reported by 1 study and has not been settled for 1",
            self.said(),
        )

    def test_queries_do_not_grow_with_the_review(self) -> None:
        create_extraction_field(
            review=self.review, meaning=ExtractionField.Meaning.COUNTRY
        )
        with CaptureQueriesContext(connection) as before:
            passages.of(self.review)
        for _ in range(4):
            create_study(review=self.review)
        with self.assertNumQueries(len(before.captured_queries)):
            passages.of(self.review)

    def test_no_sentence_begins_with_a_digit_or_lacks_its_end(self) -> None:
        for passage in (*passages.of(self.review), *passages.of(self.review, "flow")):
            for paragraph in passage.paragraphs:
                for sentence in paragraph.sentences:
                    self.assertTrue(
                        re.fullmatch(r"[A-Z].*[.?!]", parts.text(sentence), re.DOTALL),
                        parts.text(sentence),
                    )

    def test_refuses_a_passage_that_is_none(self) -> None:
        with self.assertRaises(passages.UnknownPassage):
            passages.of(self.review, "discussion")


def exclude(record: Record, how: str = Settlement.AGREEMENT) -> None:
    Record.objects.filter(pk=record.pk).update(
        verdict=Verdict.EXCLUDE, settlement=how, settled_at=timezone.now()
    )
