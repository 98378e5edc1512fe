import json
from io import StringIO

from django.core.management import CommandError, call_command
from django.test import TestCase

from reviews.models import Review
from tests.cast import Cast, create_cast


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("create_review", *arguments, stdout=out)
    return out.getvalue()


class CreateReviewTests(TestCase):
    cast: Cast

    @classmethod
    def setUpTestData(cls) -> None:
        cls.cast = create_cast()

    def test_makes_a_review_for_its_owner_by_name_or_address(self) -> None:
        run("sleep", "--title", "Sleep", "--owner", "alice")
        told = run(
            *("light", "--title", "Light", "--owner", "bob@example.org"),
            *("--format", "json"),
        )
        self.assertEqual(json.loads(told)["owner"], "bob")
        review = Review.objects.get(slug="light")
        self.assertEqual(review.members.get().user, self.cast.bob)

    def test_says_in_one_line_what_is_wrong(self) -> None:
        run("sleep", "--title", "Sleep", "--owner", "alice")
        for arguments, told in (
            (("sleep", "--title", "S", "--owner", "alice"), "short name sleep"),
            (("other", "--title", "S", "--owner", "nobody"), "user name nobody"),
            (("ot/her", "--title", "S", "--owner", "alice"), "letters a to z"),
            (("other", "--title", " ", "--owner", "alice"), "title"),
        ):
            with self.assertRaisesRegex(CommandError, told) as refused:
                run(*arguments)
            self.assertNotIn("\n", str(refused.exception))
        self.assertEqual(Review.objects.count(), 1)
