"""Files of the screening desk: no cell is a formula, whatever people typed.

A review in which every text is one is taken through all of the desk, and each of its
files is read as a spreadsheet would.
"""

import csv
import io

from django.test import TestCase
from django.urls import reverse

from screening.models import PilotRound, VoteImport
from tests.screening.archive.whole import create_whole_review

EVIL = "=1+1'\"|cmd\t\u202exss-tag\r\n@SUM(A1)"
FORMULA = ("=", "+", "-", "@", "\t", "\r")


class FilesTests(TestCase):
    def test_no_cell_of_any_file_starts_a_formula(self) -> None:
        review, cast = create_whole_review(text=EVIL)
        for user in (cast.alice, cast.bob, cast.carol):
            user.first_name = EVIL.splitlines()[0]
            user.save()
        slug = review.slug
        rounds = [each.pk for each in PilotRound.objects.filter(review=review)]
        votes = [each.pk for each in VoteImport.objects.filter(review=review)]
        urls = [
            reverse("screening:word_list_csv", args=[slug]),
            reverse("screening:export_decisions", args=[slug]),
            *(
                reverse("screening:pilot_file", args=[slug, pk, kind])
                for pk in rounds
                for kind in ("judgments", "figures")
            ),
            *(reverse("screening:moving_in_report", args=[slug, pk]) for pk in votes),
            *(
                reverse("screening:ledger_file", args=[slug]) + f"?stage={stage}"
                for stage in ("title_abstract", "full_text")
            ),
            *(
                reverse("screening:agreement_file", args=[slug, "csv"])
                + f"?stage={stage}"
                for stage in ("title_abstract", "full_text")
            ),
        ]
        self.client.force_login(cast.alice)
        read = 0
        for url in urls:
            answer = self.client.get(url)
            self.assertEqual(answer.status_code, 200, url)
            body = (
                b"".join(answer.streaming_content)
                if answer.streaming
                else answer.content
            )
            text = body.decode("utf-8-sig")
            for row in csv.reader(io.StringIO(text, newline="")):
                for cell in row:
                    if cell.startswith(FORMULA):
                        float(cell)
                    read += "xss-tag" in cell
        self.assertGreater(read, 10)
