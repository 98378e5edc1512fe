"""Records that leave a review come into another the same."""

from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from reviews.exports import records, table
from reviews.formats import ris_writing, values
from reviews.formats.parsed import ParsedRecord
from reviews.imports import loading, looking
from reviews.models import Review
from tests.cast import Cast
from tests.factories import create_review, create_search, create_staffed_review, staff
from tests.reviews.formats.test_ris_writing import is_one_name
from tests.reviews.formats.test_round_trips import NASTY, filled, people, texts

contents = st.tuples(filled, people.filter(is_one_name), texts)
FIELDS = ("title", "abstract", "authors", "year", "journal", "doi", "keywords")


def bring(review: Review, cast: Cast, data: bytes) -> list[dict[str, object]]:
    search = create_search(review=review, name="S")
    made = looking.preview(search, file_name="a", data=data, by=cast.alice)
    loading.take_in(made, by=cast.alice)
    return list(review.records.order_by("line").values(*FIELDS))


class RoundTripTests(TestCase):
    @settings(max_examples=15, deadline=None)
    @given(st.lists(contents, min_size=1, max_size=4))
    @example([(text, text, text) for text in map(values.plain_text, NASTY[:-1])])
    def test_a_review_goes_out_and_comes_in(
        self, told: list[tuple[str, str, str]]
    ) -> None:
        made = [
            ParsedRecord(
                source_id=f"S{number}",
                title=title,
                authors=(author,),
                abstract=abstract,
                journal="J",
                year=2020,
                publication_type="JOUR",
            )
            for number, (title, author, abstract) in enumerate(told)
        ]
        review, cast = create_staffed_review()
        first = bring(review, cast, "".join(ris_writing.write(made)).encode())
        self.assertEqual([record["title"] for record in first], [t for t, *_ in told])
        for data in (
            b"".join(records.ris(review.records.all())),
            b"".join(
                table.csv(records.frames(review.records.all()), for_spreadsheet=True)
            ),
        ):
            again = create_review(owner=cast.alice)
            staff(again, cast)
            self.assertEqual(bring(again, cast, data), first)
