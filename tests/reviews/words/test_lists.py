"""What a number counts, where the demo has none of it: judgments, copies, updates."""

from django.test import TestCase
from django.utils import timezone

from reviews import previous, studies
from reviews.models import (
    Amendment,
    DuplicateSet,
    Record,
    Search,
    Settlement,
)
from reviews.words.lists.listing import Lazily, Line
from reviews.words.parts import Sum
from tests.factories import (
    create_criterion,
    create_extraction_field,
    create_instrument,
    create_record,
    create_search,
    create_staffed_review,
    create_study,
)
from tests.reviews.appraised import appraise
from tests.reviews.test_flow import exclude_report
from tests.reviews.words.walking import count_lines, numbers


class LinesTest(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        review, cast = create_staffed_review()
        cls.review, cls.cast = review, cast
        main = create_search(review=review, name="MEDLINE", strategy="ketamine")
        beside = create_search(
            review=review, name="By hand", kind=Search.Kind.OTHER, strategy="shelves"
        )
        for search in (main, beside):
            kept = create_record(review=review, search=search)
            merged = review.duplicate_sets.create(
                number=kept.pk,
                state=DuplicateSet.State.MERGED,
                settled_at=timezone.now(),
            )
            create_record(
                review=review, search=search, duplicate_of=kept, duplicate_set=merged
            )
            create_record(
                review=review,
                search=search,
                removal=Record.Removal.AUTOMATION,
                removal_reason="Not about people",
            )
        exclude_report(review, create_criterion(review=review, code="E1"))
        rob2 = create_instrument(review=review)
        made = [
            appraise(
                review, "Kim 2020", {"D1": "low", "overall": "low"}, instrument=rob2
            ),
            appraise(review, "Ito 2021", {"overall": "high"}, instrument=rob2),
            appraise(review, "Ito 2021", {}, instrument=rob2, outcome="Pain"),
        ]
        create_study(review=review, label="Roy 2022", design="rct_parallel")
        fields = {
            meaning: create_extraction_field(review=review, meaning=meaning, kind=kind)
            for meaning, kind in (("country", "multiple"), ("participants", "text"))
        }
        said: dict[str, tuple[str | list[str] | None, ...]] = {
            "country": (["Japan", "India"], None),
            "participants": ("1,200", "about forty"),
        }
        for meaning, values in said.items():
            for target, value in zip(made, values, strict=False):
                studies.settle_value(
                    target.study,
                    fields[meaning],
                    value=value,
                    not_reported=value is None,
                    field_version=1,
                    settlement=Settlement.CONSENSUS,
                    by=cast.alice,
                )
        Amendment.objects.create(
            review=review, number=1, what="Added", reason="So", made_by=cast.alice
        )
        previous.add(review, "KIM 2020: Kim A. 2019", by=cast.alice)

    def setUp(self) -> None:
        self.client.force_login(self.cast.vera)

    def test_every_number_opens_as_many_lines(self) -> None:
        found = dict.fromkeys(numbers(self.review))
        units = {
            number.url.split("/words/settled/")[-1].split("/")[0] for number in found
        }
        self.assertLessEqual(
            {"amendments", "fields", "judgments", "records", "searches", "sets"}
            | {"studies", "targets", "values"},
            units,
        )
        for number in found:
            with self.subTest(number=number):
                self.assertTrue(number.url)
                if isinstance(number, Sum):
                    page = self.client.get(number.url)
                    self.assertContains(page, f"add up to {number.value:,}")
                else:
                    self.assertEqual(count_lines(self.client, number.url), number.value)

    def test_a_line_is_read_by_its_place_too(self) -> None:
        rows = self.review.studies.order_by("pk")
        held = Lazily(rows, lambda study: Line(study.label, ""))
        self.assertEqual(held[0], held[:1][0])
