"""The demo review, read off its own pages in a browser."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from screening import demo
from tests.browser.conftest import follow, sign_in

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_diagram_of_the_demo_says_65_18_and_8(
    person: Callable[..., Page],
) -> None:
    review = demo.load()
    page = person()
    sign_in(page, "owner", demo.PASSWORD)
    follow(page.get_by_role("link", name=review.title, exact=True))
    expect(page.get_by_label("About this review")).to_contain_text("reconstructed")
    follow(page.get_by_label("This review").get_by_role("link", name="Flow"))

    diagram = page.get_by_role("figure").get_by_role("group")
    for number in (
        "Databases (n = 65)",
        "Records screened (n = 65)",
        "Reports assessed for eligibility (n = 18)",
        "Studies included in review (n = 8)",
    ):
        expect(diagram.get_by_role("link", name=number, exact=True)).to_be_visible()
    expect(page.get_by_text("All numbers add up, and nothing waits.")).to_be_visible()

    diagram.get_by_role("link", name="Studies included in review (n = 8)").press(
        "Enter"
    )
    expect(page.get_by_text("n = 8", exact=True)).to_be_visible()
    expect(page.locator("tbody tr")).to_have_count(8)
