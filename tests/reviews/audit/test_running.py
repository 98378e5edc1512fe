import json
from io import StringIO
from unittest.mock import patch

from django.core.management import call_command
from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from reviews import dismissals, related, studies
from reviews.audit import running
from reviews.audit.finding import Severity
from reviews.audit.gathering import references
from reviews.audit.gathering.review import gather
from reviews.models import (
    ExtractionField,
    Manuscript,
    RelatedList,
    Settlement,
    Study,
    Verdict,
)
from tests.factories import (
    create_criterion,
    create_extraction_field,
    create_record,
    create_report,
    create_search,
    create_staffed_review,
    create_study,
)


class RunningTests(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, cls.cast = create_staffed_review()
        cls.search = create_search(review=cls.review)
        cls.country = create_extraction_field(
            review=cls.review, label="Country", meaning=ExtractionField.Meaning.COUNTRY
        )
        cls.study = create_study(review=cls.review, label="Brody 2020")

    def settle(self, study: Study, value: str | None) -> None:
        studies.settle_value(
            study,
            self.country,
            value=value,
            not_reported=value is None,
            field_version=1,
            settlement=Settlement.AGREEMENT,
            by=self.cast.bob,
        )

    def findings(self, check: str) -> list[running.Judged]:
        (outcome,) = (o for o in running.run(self.review) if check == o.check.NAME)
        return list(outcome.judged)

    def test_what_is_settled_as_not_reported_is_missing(self) -> None:
        self.assertNotIn("no_country", self.codes("study_label_agreement"))
        self.settle(self.study, None)
        self.assertIn("no_country", self.codes("study_label_agreement"))

    def codes(self, check: str) -> list[str]:
        return [judged.finding.code for judged in self.findings(check)]

    def test_a_study_that_is_included_no_more_is_not_audited(self) -> None:
        self.settle(self.study, None)
        studies.move(self.study.reports.get(), None, by=self.cast.bob)
        self.assertNotIn("no_country", self.codes("study_label_agreement"))

    def exclude(self) -> None:
        create_report(
            review=self.review,
            verdict=Verdict.EXCLUDE,
            settlement=Settlement.AGREEMENT,
            settled_at=timezone.now(),
            counted_reason=create_criterion(review=self.review),
        )

    def test_the_heaviest_findings_come_first(self) -> None:
        order = list(Severity)
        found = running.by_severity(running.run(self.review))
        places = [order.index(judged.finding.severity) for judged in found]
        self.assertEqual(places, sorted(places))

    def test_a_finding_is_let_stand_until_its_numbers_change(self) -> None:
        judged = next(
            j for j in self.findings("date_window") if j.finding.code == "no_date"
        )
        dismissals.dismiss(
            self.review,
            "date_window",
            judged.finding.key,
            what=judged.finding.what,
            reason="The paper does not say.",
            by=self.cast.alice,
        )
        again = running.find(self.review, judged.finding.key)
        self.assertEqual(again.status, "dismissed")
        self.search.searched_on = "2024"
        self.search.save()
        statuses = {j.status for j in self.findings("date_window")}
        self.assertEqual(statuses, {"open"})
        with self.assertRaises(running.UnknownFinding):
            running.find(self.review, judged.finding.key)

    def test_queries_do_not_grow_with_records_and_studies(self) -> None:
        related.add(
            self.review,
            name="Costi",
            file_name="costi.ris",
            data=b"TY  - JOUR\nTI  - A trial\nPY  - 2020\nER  - \n",
            by=self.cast.alice,
        )
        self.exclude()
        with CaptureQueriesContext(connection) as before:
            running.run(self.review)
        for number in range(5):
            create_record(review=self.review, search=self.search)
            self.exclude()
            self.settle(create_study(review=self.review, label=f"S {number}"), "US")
        with self.assertNumQueries(len(before)):
            running.run(self.review)

    def test_of_a_large_review_only_the_full_texts_are_compared(self) -> None:
        create_record(review=self.review, search=self.search)
        facts = gather(self.review)
        self.assertEqual(len(facts.references), 2)
        # Neither record is screened out, and one of them was sought.
        with patch.object(references, "LOOKED_AT", 1):
            create_study(review=self.review)
            facts = gather(self.review)
        self.assertEqual(facts.references_of, "Included reports")

    def test_the_list_of_references_is_read_apart_from_the_text(self) -> None:
        Manuscript.objects.create(
            review=self.review, body="Brody helps (1).\n\nReferences\n1. Brody 2020."
        )
        facts = gather(self.review)
        self.assertEqual(facts.body, "Brody helps (1).")
        self.assertEqual(facts.listed, {1: "Brody 2020."})

    def test_a_record_near_to_a_related_line_is_found(self) -> None:
        self.review.protocol.population = "depression"
        self.review.protocol.intervention = "ketamine"
        self.review.protocol.save()
        title = "A randomised trial of ketamine in depression"
        data = f"TY  - JOUR\nTI  - {title}\nPY  - 2020\nER  - \n".encode()
        related.add(
            self.review,
            name="Costi",
            file_name="costi.ris",
            data=data,
            by=self.cast.alice,
        )
        self.assertEqual(self.codes("unaccounted_trials"), ["unaccounted"])
        create_record(
            review=self.review, search=self.search, title=title.upper(), authors=[]
        )
        self.assertEqual(self.codes("unaccounted_trials"), [])

    def test_a_removed_related_list_is_not_compared(self) -> None:
        RelatedList.objects.create(review=self.review, name="Costi")
        made = self.review.related_lists.get()
        related.remove(made, by=self.cast.alice)
        self.assertEqual(self.codes("unaccounted_trials"), ["no_list"])

    def test_the_command_prints_json_and_words(self) -> None:
        out = StringIO()
        call_command("audit", self.review.slug, "--format", "json", stdout=out)
        found = json.loads(out.getvalue())
        self.assertLessEqual(
            {"check", "severity", "what", "records"}, set.intersection(*map(set, found))
        )
        out = StringIO()
        call_command("audit", self.review.slug, stdout=out)
        self.assertIn("Flow arithmetic", out.getvalue())
        self.assertIn("Nothing found.", out.getvalue())
