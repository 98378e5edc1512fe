"""A review begun in a spreadsheet goes on here: its votes come in and go out again."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from reviews.models import Review
from screening import decisions
from screening.models import Choice, Decision
from tests.browser.axe import problems
from tests.browser.conftest import follow, sign_in
from tests.cast import PASSWORD, Cast
from tests.factories import create_criterion, create_record, create_staffed_review

pytestmark = pytest.mark.django_db(transaction=True)

TABLE = """Title,Who,Decision,Reason,Date
One,bob,include,,2024-03-01
One,Carla,maybe,,2024-03-02
Two,bob,exclude,In mice,2024-03-01
Two,Carla,weg,,2024-03-02
Three,bob,exclude,In mice,
Three,Carla,include,,
Four,Carla,exclude,,
Nowhere,bob,include,,
"""


@pytest.fixture
def team() -> tuple[Review, Cast]:
    made, cast = create_staffed_review(slug="begun")
    create_criterion(review=made, code="E1", reason="In mice")
    for title in ("One", "Two", "Three", "Four"):
        create_record(review=made, title=title)
    return made, cast


@pytest.mark.parametrize(("width", "script"), [(1280, True), (390, True), (390, False)])
def test_the_votes_of_a_table_come_in_and_are_taken_back(
    team: tuple[Review, Cast],
    tmp_path: Path,
    person: Callable[..., Page],
    *,
    width: int,
    script: bool,
) -> None:
    review, cast = team
    four = review.records.get(title="Four")
    decisions.decide(four, Choice.INCLUDE, reviewer=cast.carol)
    table = tmp_path / "votes.csv"
    table.write_text(TABLE)
    page = person(viewport={"width": width, "height": 844}, java_script_enabled=script)
    found: list[str] = []

    def look() -> None:
        if script:
            found.extend(problems(page))
            wide = page.evaluate("document.documentElement.scrollWidth")
            assert wide <= width, page.url

    def verdicts() -> list[str]:
        records = review.records.order_by("pk")
        return list(records.values_list("verdict", flat=True))

    sign_in(page, "alice", PASSWORD)
    page.goto(reverse("screening:moving_in_list", args=[review.slug]))
    look()
    follow(page.get_by_role("link", name="Look at a file"))
    page.get_by_label("Where it comes from").select_option("csv")
    page.get_by_label("File").set_input_files(table)
    look()
    follow(page.get_by_role("button", name="Look at the file"))
    expect(page.get_by_text("Nobody is named yet for Carla")).to_be_visible()
    look()
    page.get_by_label("Carla").select_option("Carol (carol)")
    page.get_by_label("“weg”").select_option("Exclude")
    follow(page.get_by_role("button", name="Save and look again"))
    look()
    follow(page.get_by_role("button", name="Move in 7 votes"))
    expect(page.get_by_text("4 count on what is settled by now")).to_be_visible()
    expect(page.locator("#report")).to_contain_text("No record of the review")
    expect(page.get_by_text("Judged here already")).to_have_count(0)
    look()
    assert verdicts() == ["include", "exclude", "", ""]

    # A double press, or the same file again, adds nothing.
    page.goto(reverse("screening:moving_in_create", args=[review.slug]))
    page.get_by_label("Where it comes from").select_option("csv")
    page.get_by_label("File").set_input_files(table)
    follow(page.get_by_role("button", name="Look at the file"))
    expect(page.get_by_text("nothing was moved in again")).to_be_visible()
    assert Decision.objects.count() == 7

    follow(page.get_by_role("link", name="Take back"))
    look()
    follow(page.get_by_role("button", name="Take the votes back"))
    expect(page.get_by_text("The votes of votes.csv are taken back.")).to_be_visible()
    look()
    assert verdicts() == [""] * 4
    assert decisions.own(review, cast.carol).get().record == four
    assert found == []
