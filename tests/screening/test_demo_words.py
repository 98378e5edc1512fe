"""Every number in the words of the demo opens a list with exactly that many lines."""

import re
from html import unescape

from django.core.management import call_command
from django.test import TestCase
from django.urls import reverse

from reviews.models import Review, User
from reviews.words.parts import Sum
from tests.reviews.words.walking import count_lines, numbers


class DemoWordsTest(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        call_command("load_demo", verbosity=0)
        cls.review = Review.objects.get(slug="ketamine")

    def setUp(self) -> None:
        self.client.force_login(User.objects.get(username="owner"))

    def test_every_number_opens_as_many_lines(self) -> None:
        found = numbers(self.review)
        self.assertGreater(len(found), 40)
        for number in dict.fromkeys(found):
            with self.subTest(number=number):
                self.assertTrue(number.url)
                if isinstance(number, Sum):
                    page = self.client.get(number.url)
                    self.assertContains(page, f"add up to {number.value:,}")
                else:
                    self.assertEqual(count_lines(self.client, number.url), number.value)

    def test_no_count_is_told_without_its_link(self) -> None:
        page = self.client.get(reverse("reviews:words", args=["ketamine"]))
        text = re.sub(r"<a .*?</a>", "", unescape(page.content.decode()))
        self.assertEqual(re.findall(r"\(n = (?!\))\S+", text), [])
