from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import TestCase
from django.urls import reverse

from reviews import codings, dismissals, finality
from reviews.audit import running
from reviews.audit.running import Judged
from reviews.models import Dismissal, ExtractionField
from tests.factories import (
    create_criterion,
    create_extraction_field,
    create_search,
    create_staffed_review,
    create_study,
)

RIS = b"TY  - JOUR\nID  - C1\nTI  - A trial\nPY  - 2019\nER  - \n"


class AuditPageTests(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, cls.cast = create_staffed_review()
        create_search(review=cls.review, name="MEDLINE")
        cls.criterion = create_criterion(review=cls.review, code="I7", kind="inclusion")
        cls.study = create_study(
            review=cls.review, label="<b>Brody</b>", design="cohort"
        )
        codings.code(
            cls.criterion,
            topic="design",
            values={None: ["rct_parallel"]},
            by=cls.cast.alice,
        )
        cls.url = reverse("reviews:audit", args=[cls.review.slug])

    def setUp(self) -> None:
        self.client.force_login(self.cast.alice)

    def finding(self) -> Judged:
        return running.by_severity(running.run(self.review))[0]

    def address(self, name: str, *arguments: object) -> str:
        return reverse(f"reviews:{name}", args=[self.review.slug, *arguments])

    def test_names_the_study_and_links_it_as_text(self) -> None:
        page = self.client.get(self.url)
        self.assertContains(
            page, "&lt;b&gt;Brody&lt;/b&gt; is included, but its design"
        )
        self.assertContains(page, self.study.get_absolute_url())
        self.assertContains(page, "Nothing found")
        self.assertNotContains(page, "<b>Brody")

    def test_filters_by_check_and_severity(self) -> None:
        page = self.client.get(self.url, {"check": "criterion_design"})
        self.assertContains(page, "is included, but its design")
        self.assertNotContains(page, "has no date of the search")
        page = self.client.get(self.url, {"severity": "minor", "check": "weather"})
        self.assertEqual(page.status_code, 200)

    def test_a_long_list_comes_in_pages_with_all_of_it_counted(self) -> None:
        for number in range(25):
            create_search(review=self.review, name=f"Source {number:02}")
        page = self.client.get(self.url, {"check": "search_reproducibility"})
        self.assertEqual(len(page.context["page_obj"].object_list), 20)
        self.assertContains(page, "page=2")
        total = sum(tally.count for tally in page.context["tallies"])
        self.assertEqual(total, len(running.by_severity(running.run(self.review))))

    def test_a_finding_by_itself_opens_all_that_it_is_about(self) -> None:
        for number in range(15):
            create_study(review=self.review, label=f"Study {number:02}")
        found = max(
            running.by_severity(running.run(self.review)),
            key=lambda judged: len(judged.finding.subjects),
        ).finding
        self.assertGreater(len(found.subjects), 12)
        page = self.client.get(self.url, {"check": found.check})
        self.assertContains(page, f"?finding={found.key}")
        page = self.client.get(self.url, {"finding": found.key})
        (group,) = page.context["groups"]
        (line,) = group.lines
        self.assertEqual(len(line.links), len(found.subjects))

    def test_a_finding_is_let_stand_with_a_reason_that_stays(self) -> None:
        finding = self.finding().finding
        dismiss = self.address("audit_dismiss", finding.key)
        self.assertContains(self.client.get(dismiss), "Let this finding stand?")
        self.assertEqual(self.client.post(dismiss, {"reason": " "}).status_code, 422)
        page = self.client.post(dismiss, {"reason": "The authors agreed."}, follow=True)
        self.assertContains(page, "“The authors agreed.”")
        dismissal = Dismissal.objects.get()
        self.assertEqual(dismissal.check_name, "criterion_design")
        page = self.client.post(self.address("audit_reopen", dismissal.pk), follow=True)
        self.assertContains(page, "Reasons of before")
        self.assertContains(page, "“The authors agreed.”")
        self.assertEqual(self.finding().status, "open")

    def test_a_reason_of_the_flow_is_not_taken_back_here(self) -> None:
        stands = dismissals.dismiss(
            self.review,
            finality.CHECK,
            "0" * 64,
            what="A sum.",
            reason="The file was lost.",
            by=self.cast.alice,
        )
        reopen = self.address("audit_reopen", stands.pk)
        self.assertEqual(self.client.post(reopen).status_code, 404)
        stands.refresh_from_db()
        self.assertIsNone(stands.withdrawn_at)

    def test_a_finding_that_stands_no_more_leads_back(self) -> None:
        page = self.client.get(self.address("audit_dismiss", "0" * 64), follow=True)
        self.assertContains(page, "finds this no longer")

    def test_a_member_reads_and_lets_nothing_stand(self) -> None:
        self.client.force_login(self.cast.vera)
        page = self.client.get(self.url)
        self.assertNotContains(page, "/dismiss/")
        dismiss = self.address("audit_dismiss", self.finding().finding.key)
        self.assertEqual(self.client.post(dismiss, {"reason": "x"}).status_code, 403)

    def test_downloads_say_the_same(self) -> None:
        page = self.client.get(self.url)
        self.assertContains(page, self.address("audit_download", "docx"))
        for ending in ("csv", "docx", "json"):
            file = self.client.get(self.address("audit_download", ending))
            self.assertEqual(file.status_code, 200)
            body = b"".join(file)
            self.assertTrue(body)
            if ending != "docx":
                self.assertIn(b"is included, but its design", body)
        unknown = self.client.get(self.address("audit_download", "xml"))
        self.assertEqual(unknown.status_code, 404)

    def test_an_owner_codes_a_criterion(self) -> None:
        field = create_extraction_field(
            review=self.review,
            label="Failed",
            kind="number",
            meaning=ExtractionField.Meaning.FAILED_TREATMENTS,
        )
        url = self.address("criterion_coding", self.criterion.pk)
        self.assertContains(self.client.get(url), "allows")
        name = f"field-{field.pk}"
        told = {"topic": "population", "design": ["cohort"], name: "at least 2\r\n"}
        page = self.client.post(url, told, follow=True)
        self.assertContains(page, "Failed: at least 2")
        self.assertContains(page, "Cohort study")
        self.assertEqual(self.client.post(url, {**told, name: "few"}).status_code, 422)

    def test_an_owner_says_what_a_field_holds(self) -> None:
        field = create_extraction_field(review=self.review, label="Land")
        url = self.address("field_meaning", field.pk)
        page = self.client.post(url, {"meaning": "country"}, follow=True)
        self.assertContains(page, "<dt>Holds</dt><dd>Country</dd>", html=True)
        self.assertEqual(self.client.post(url, {"meaning": "x"}).status_code, 422)


class RelatedPageTests(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, cls.cast = create_staffed_review()

    def setUp(self) -> None:
        self.client.force_login(self.cast.alice)

    def address(self, name: str, *arguments: object) -> str:
        return reverse(f"reviews:{name}", args=[self.review.slug, *arguments])

    def upload(self, data: bytes = RIS) -> dict[str, object]:
        return {"name": "Costi", "file": SimpleUploadedFile("costi.ris", data)}

    def test_a_list_is_added_removed_and_restored(self) -> None:
        self.assertContains(
            self.client.get(self.address("related_list")), "No list is here yet"
        )
        add = self.address("related_add")
        page = self.client.post(add, self.upload(), follow=True)
        self.assertContains(page, "The list Costi is added.")
        self.assertEqual(self.client.post(add, self.upload()).status_code, 422)
        made = self.review.related_lists.get()
        listed = self.address("related_detail", made.pk)
        self.assertContains(
            self.client.get(self.address("related_list")), f'href="{listed}"'
        )
        self.assertContains(self.client.get(listed), made.references.get().title)
        remove, restore = (
            self.address(f"related_{what}", made.pk) for what in ("remove", "restore")
        )
        self.assertContains(self.client.post(remove, follow=True), "Removed")
        page = self.client.post(restore, follow=True)
        self.assertContains(page, "The list Costi is back.")

    def test_a_file_that_cannot_be_read_is_refused_in_words(self) -> None:
        page = self.client.post(self.address("related_add"), self.upload(b"%PDF"))
        self.assertEqual(page.status_code, 422)
        self.assertFalse(self.review.related_lists.exists())

    def test_a_member_reads_the_lists(self) -> None:
        self.client.force_login(self.cast.vera)
        page = self.client.get(self.address("related_list"))
        self.assertContains(page, "An owner can add")
        self.assertEqual(self.client.get(self.address("related_add")).status_code, 403)
