"""Files of two searches come in, a table among them, go out and come back."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from reviews.models import Review
from screening import decisions
from screening.models import Choice
from tests.browser.axe import problems
from tests.browser.conftest import follow, sign_in
from tests.cast import PASSWORD, Cast
from tests.factories import create_search, create_staffed_review
from tests.reviews.test_imports import ris

pytestmark = pytest.mark.django_db(transaction=True)

TABLE = """Naam,Samenvatting,Wie,Jaar
Ketamine bij depressie,Een proef.,"Jansen, J.",2019
Esketamine per neus,Nog een proef.,"Bakker, B.",2020
"""


@pytest.fixture
def team() -> tuple[Review, Cast]:
    made, cast = create_staffed_review(slug="files")
    for name in ("MEDLINE", "A Dutch thesis list"):
        create_search(review=made, name=name)
    return made, cast


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    medline, table = tmp_path / "medline.ris", tmp_path / "theses.csv"
    medline.write_bytes(ris("One", "Two", "Three"))
    table.write_text(TABLE)
    return medline, table


@pytest.mark.parametrize(("width", "script"), [(1280, True), (390, True), (390, False)])
def test_two_files_come_in_and_one_goes_out_and_back(
    team: tuple[Review, Cast],
    files: tuple[Path, Path],
    person: Callable[..., Page],
    *,
    width: int,
    script: bool,
) -> None:
    review, cast = team
    page = person(viewport={"width": width, "height": 844}, java_script_enabled=script)
    found: list[str] = []

    def look() -> None:
        if script:
            found.extend(problems(page))
            wide = page.evaluate("document.documentElement.scrollWidth")
            assert wide <= width, page.url

    sign_in(page, "alice", PASSWORD)
    page.goto(reverse("reviews:search_list", args=[review.slug]))
    look()
    follow(page.get_by_role("link", name="Import files"))
    look()
    follow(page.get_by_role("button", name="Look at the files"))
    expect(page.get_by_role("alert")).to_contain_text("at least one search")
    look()
    page.get_by_label("MEDLINE").set_input_files(files[0])
    page.get_by_label("A Dutch thesis list").set_input_files(files[1])
    follow(page.get_by_role("button", name="Look at the files"))
    expect(page.get_by_role("row", name="medline.ris")).to_contain_text("Ready")
    look()

    # No heading of the table is known: a person says which is what, and errs once.
    follow(page.get_by_role("link", name="theses.csv"))
    look()
    page.get_by_label("Naam").select_option("Title")
    page.get_by_label("Wie").select_option("Abstract")
    follow(page.get_by_role("button", name="Read the table by these columns"))
    expect(page.get_by_role("button", name="Import 2 records")).to_be_visible()
    look()
    page.get_by_text("4 columns").click()
    page.get_by_label("Wie").select_option("Authors")
    page.get_by_label("Samenvatting").select_option("Abstract")
    page.get_by_label("Jaar").select_option("Year")
    follow(page.get_by_role("button", name="Read the table by these columns"))
    expect(page.get_by_text("Jansen, J. · 2019")).to_be_visible()

    page.goto(reverse("reviews:import_waiting", args=[review.slug]))
    follow(page.get_by_role("button", name="Import the 2 files that are ready"))
    expect(page.get_by_text("3 read, 3 new, 0 already there")).to_be_visible()
    assert review.records.count() == 5

    one = review.records.get(title="One")
    for reviewer in (cast.bob, cast.carol):
        decisions.decide(one, Choice.INCLUDE, reviewer=reviewer)
    follow(page.get_by_role("link", name="medline.ris"))
    look()
    follow(page.get_by_role("link", name="Take out again"))
    expect(page.get_by_text("0 excluded and 1 included")).to_be_visible()
    look()
    follow(page.get_by_role("button", name="Take 3 records out"))
    expect(page.get_by_text("Taken out of the review on")).to_be_visible()
    look()
    assert review.records.count() == 2
    follow(page.get_by_role("button", name="Take in again"))
    expect(page.get_by_text("is in the review again: 3 records")).to_be_visible()
    assert review.records.included().get() == one
    follow(page.get_by_role("link", name="New", exact=True))
    look()
    assert found == []
