from django.test import SimpleTestCase
from hypothesis import given
from hypothesis import strategies as st

from reviews.models import Record
from screening.reading import links, parts


class PartsTests(SimpleTestCase):
    def test_splits_a_structured_abstract_at_its_headings(self) -> None:
        found = parts(
            "BACKGROUND: Depression is common. METHODS AND MATERIALS: We ran a trial. "
            "Conclusions: It works."
        )
        self.assertEqual(
            [(part.heading, part.text) for part in found],
            [
                ("BACKGROUND", "Depression is common."),
                ("METHODS AND MATERIALS", "We ran a trial."),
                ("Conclusions", "It works."),
            ],
        )

    def test_takes_no_colon_within_a_sentence_for_a_heading(self) -> None:
        text = "We compared two arms: results: good. The ratio was 1:2 in methods."
        self.assertEqual([part.heading for part in parts(text)], [""])

    def test_an_abstract_without_headings_is_one_part(self) -> None:
        self.assertEqual(
            [part.text for part in parts("Plain words.")], ["Plain words."]
        )
        self.assertEqual(parts(""), [])

    @given(
        st.lists(
            st.sampled_from(
                ["METHODS: ", "Results: ", "We saw ", "a: b. ", "\n", "Aim: ", "x"]
            )
        )
    )
    def test_no_word_is_lost(self, pieces: list[str]) -> None:
        text = "".join(pieces)
        shown = "".join(f"{part.heading}{part.text}" for part in parts(text))
        self.assertEqual(
            [sign for sign in shown if sign.isalpha()],
            [sign for sign in text if sign.isalpha()],
        )


class LinkTests(SimpleTestCase):
    def test_leads_to_doi_and_pubmed(self) -> None:
        record = Record(doi='10.1/a"b<c>', pmid="123")
        self.assertEqual(
            [link.url for link in links(record)],
            [
                "https://doi.org/10.1/a%22b%3Cc%3E",
                "https://pubmed.ncbi.nlm.nih.gov/123/",
            ],
        )

    def test_follows_http_and_https_only(self) -> None:
        for url in (
            "javascript:alert(1)",
            "data:text/html,x",
            "//x.org",
            "http://[",
            "",
        ):
            self.assertEqual(links(Record(url=url)), [], url)
        self.assertEqual(links(Record(url="https://x.org/a"))[0].text, "x.org")

    def test_makes_no_link_of_a_pmid_that_is_none(self) -> None:
        self.assertEqual(links(Record(pmid="12/../a")), [])
