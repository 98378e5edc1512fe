"""The server is killed while decisions wait in the browser, and started again.

A server of its own on a file of its own: what stands there afterwards was written
before an answer, or came from the browser once the server was back.
"""

import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests import databases
from tests.browser.conftest import PATIENCE, expect_all_sent, sign_in
from tests.cast import PASSWORD
from tests.own_server import OwnServer

NUMBER = 24
# Each has a copy of the database of the tests.
pytestmark = pytest.mark.django_db

SETUP = f"""
from tests.factories import create_record, create_staffed_review
review, cast = create_staffed_review(slug="killed")
for number in range({NUMBER}):
    create_record(review=review, title=f"Record {{number}}")
"""
SAID = """
from screening import replay
from screening.models import Decision
from reviews.models import Review
assert replay.check(Review.objects.get(slug="killed")) == []
for each in Decision.objects.order_by("pk").select_related("record"):
    print(each.record.title, each.choice, each.note, sep="|")
"""


@pytest.fixture
def server(django_db_setup: None) -> Iterator[OwnServer]:
    with tempfile.TemporaryDirectory() as folder:
        found = OwnServer(folder)
        databases.lay(Path(folder) / "own.sqlite3", found.environment)
        found.shell(SETUP)
        found.start()
        yield found
        found.kill()


@pytest.fixture
def bob(browser: Browser, server: OwnServer) -> Iterator[Page]:
    context = browser.new_context(base_url=server.url, reduced_motion="reduce")
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    sign_in(page, "bob", PASSWORD)
    page.goto("/reviews/killed/screen/", wait_until="networkidle")
    yield page
    context.close()


def judge(page: Page, keys: str, first: int) -> list[str]:
    for number, key in enumerate(keys, first):
        expect(page.locator("#item-title")).to_have_text(f"Record {number}")
        page.keyboard.press(key)
    choices = {"i": "include", "m": "maybe", "e": "exclude"}
    return [f"Record {at}|{choices[key]}|" for at, key in enumerate(keys, first)]


def test_nothing_is_lost_or_counted_twice_when_the_server_is_killed(
    bob: Page, server: OwnServer
) -> None:
    # Killed in mid-flow: what is on its way may be written, or may not.
    expected = judge(bob, "iem", 0)
    server.kill()
    expected += judge(bob, "eim", 3)
    expect(bob.locator("#waiting")).to_contain_text(re.compile("waits? to be sent"))
    bob.fill("#id_note", "Typed while it was gone")
    bob.keyboard.press("Escape")
    bob.locator("#item-title").focus()
    expected += [judge(bob, "e", 6)[0] + "Typed while it was gone"]
    server.start()
    expect_all_sent(bob)
    # And again while they are being sent.
    expected += judge(bob, "mi", 7)
    server.kill()
    server.start()
    expected += judge(bob, "e", 9)
    expect_all_sent(bob)
    expect(bob.locator("#own-progress")).to_contain_text(f"10 of {NUMBER}")
    bob.reload(wait_until="networkidle")
    expect(bob.locator("#item-title")).to_have_text("Record 10")
    server.kill()
    assert server.shell(SAID).split("\n")[:-1] == expected
