"""Open the numbers of the words, and count the lines behind each."""

import re
from html import unescape

from django.test import Client

from reviews.models import Review
from reviews.words import passages
from reviews.words.parts import Number

LINE = re.compile(r"<tr(?: id=\"[a-z]+-\d+\")?>\s*<td")


def numbers(review: Review) -> list[Number]:
    """Return every number of methods, results and the flow in words."""
    return [
        part
        for kind in passages.KINDS
        for passage in passages.of(review, kind)
        for paragraph in passage.paragraphs
        for sentence in paragraph.sentences
        for part in sentence
        if isinstance(part, Number)
    ]


def count_lines(client: Client, url: str) -> int:
    """Count the lines of a list, page by page."""
    total, page = 0, 1
    while True:
        response = client.get(f"{url}{'&' if '?' in url else '?'}page={page}")
        assert response.status_code == 200, url
        text = unescape(response.content.decode())
        total += len(LINE.findall(text))
        page += 1
        if not re.search(rf"[?&]page={page}\b", text):
            return total
