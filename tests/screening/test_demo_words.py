"""Every number in the words of the demo opens a list with exactly that many lines."""

import re
from html import unescape

from django.core.management import call_command
from django.test import TestCase
from django.urls import reverse

from reviews.models import Review, User
from reviews.words import passages
from reviews.words.parts import Number, Sum

LINE = re.compile(r"<tr(?: id=\"[a-z]+-\d+\")?>\s*<td")


class DemoWordsTest(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        call_command("load_demo", verbosity=0)
        cls.review = Review.objects.get(slug="ketamine")

    def setUp(self) -> None:
        self.client.force_login(User.objects.get(username="owner"))

    def numbers(self) -> list[Number]:
        return [
            part
            for kind in passages.KINDS
            for passage in passages.of(self.review, kind)
            for paragraph in passage.paragraphs
            for sentence in paragraph.sentences
            for part in sentence
            if isinstance(part, Number)
        ]

    def test_every_number_opens_as_many_lines(self) -> None:
        found = self.numbers()
        self.assertGreater(len(found), 40)
        for number in dict.fromkeys(found):
            with self.subTest(number=number):
                self.assertTrue(number.url)
                if isinstance(number, Sum):
                    page = self.client.get(number.url)
                    self.assertContains(page, f"add up to {number.value:,}")
                else:
                    self.assertEqual(self.lines(number.url), number.value)

    def lines(self, url: str) -> int:
        """Count the lines of a list, page by page."""
        total, page = 0, 1
        while True:
            response = self.client.get(f"{url}{'&' if '?' in url else '?'}page={page}")
            self.assertEqual(response.status_code, 200, url)
            text = unescape(response.content.decode())
            total += len(LINE.findall(text))
            page += 1
            if not re.search(rf"[?&]page={page}\b", text):
                return total

    def test_no_other_number_is_told_on_the_page(self) -> None:
        """A count is a link; what is no link is a date, a name or a spread."""
        page = self.client.get(reverse("reviews:words", args=["ketamine"]))
        text = re.sub(r"<a .*?</a>", "", unescape(page.content.decode()))
        self.assertEqual(re.findall(r"\(n = (?!\))\S+", text), [])
