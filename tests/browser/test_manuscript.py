"""What a manuscript takes along, from the diagram to the archive, in a browser."""

import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import call_command
from playwright.sync_api import Locator, Page, expect

from reviews.models import Review, User
from screening import demo
from tests.browser.conftest import follow, sign_in

pytestmark = pytest.mark.django_db(transaction=True)

HOME = f"/reviews/{demo.SLUG}/"
# What a file of each form begins with.
ZIPPED = b"PK\x03\x04"
DIAGRAM = {
    "SVG": b"<svg",
    "PNG": b"\x89PNG",
    "PDF": b"%PDF",
    "Word": ZIPPED,
    "HTML": b"<!",
}
TABLE = {
    "CSV": b"\xef\xbb\xbfEffect of ketamine,Study,",
    "Excel": ZIPPED,
    "Word": ZIPPED,
    "LaTeX": b"",
    "Markdown": b"",
    "HTML": b"<!",
}


@pytest.fixture
def owner(person: Callable[..., Page]) -> Page:
    demo.load()
    page = person()
    sign_in(page, "owner", demo.PASSWORD)
    return page


def taken(page: Page, link: Locator) -> Path:
    with page.expect_download() as download:
        link.click()
    return download.value.path()


def take(page: Page, name: str) -> bytes:
    return taken(page, page.get_by_role("link", name=name, exact=True)).read_bytes()


def test_the_diagram_and_table_1_are_as_the_team_wants_them(owner: Page) -> None:
    put_own_words_into_the_diagram(owner)
    order_the_columns_of_table_1(owner)


def put_own_words_into_the_diagram(owner: Page) -> None:
    owner.goto(f"{HOME}flow/diagram/words/")
    owner.locator("summary", has_text="Screened, sought and assessed").click()
    written = owner.locator("[name=label_records_screened]")
    written.fill("Records read by two")
    # The preview is drawn while one writes; nothing is kept by it.
    expect(owner.get_by_text("A preview. Nothing is kept yet.")).to_be_visible()
    expect(owner.get_by_role("figure")).to_contain_text("Records read by two")
    follow(owner.get_by_role("button", name="Keep"))
    expect(owner.get_by_text("The diagram is drawn so from now on.")).to_be_visible()

    owner.goto(f"{HOME}exports/")
    for name, beginning in DIAGRAM.items():
        data = take(owner, f"Flow diagram as {name}")
        assert data.lstrip().startswith(beginning), name
        if name in ("SVG", "HTML"):
            assert b"Records read by two" in data


def order_the_columns_of_table_1(owner: Page) -> None:
    owner.goto(f"{HOME}table1/columns/")
    rows = owner.locator("tbody tr")
    expect(rows.locator("strong").nth(1)).to_have_text("Year")
    follow(owner.get_by_role("button", name="Up: move Year"))
    expect(rows.locator("strong").first).to_have_text("Year")
    follow(owner.get_by_role("button", name="Take out Country"))
    expect(rows.filter(has_text="Country")).to_have_count(0)

    navigation = owner.get_by_role("navigation", name="This review")
    follow(navigation.get_by_role("link", name="Manuscript"))
    for name, beginning in TABLE.items():
        data = take(owner, f"Table 1 as {name}")
        assert data.startswith(beginning), name
        if beginning != ZIPPED:
            text = data.decode()
            assert text.index("Year") < text.index("Authors")
            assert "Country" not in text


def test_what_a_referee_asks_is_answered_before_submission(owner: Page) -> None:
    read_what_was_excluded(owner)
    let_a_finding_stand(owner)
    answer_an_item_of_a_checklist(owner)


def read_what_was_excluded(owner: Page) -> None:
    owner.goto(f"{HOME}exports/")
    main = owner.get_by_role("main")
    follow(main.get_by_role("link", name="Full texts excluded").first)
    expect(owner.get_by_role("heading", level=1)).to_have_text("Full texts excluded")
    expect(owner.locator("tbody tr", has=owner.locator("td"))).to_have_count(10)
    assert take(owner, "CSV")
    follow(main.get_by_role("link", name="Manuscript"))
    expect(owner.get_by_role("heading", level=1)).to_have_text("Manuscript")


def let_a_finding_stand(owner: Page) -> None:
    owner.goto(f"{HOME}audit/")
    finding = owner.get_by_role("row").filter(
        has_text=re.compile("Brody 2024 is included, but its design")
    )
    follow(finding.get_by_role("link", name="Brody 2024", exact=True))
    expect(owner.get_by_role("heading", level=1)).to_have_text("Brody 2024")
    navigation = owner.get_by_role("navigation", name="This review")
    follow(navigation.get_by_role("link", name="Audit"))

    follow(finding.get_by_role("link", name="Let it stand"))
    owner.get_by_role("button", name="Let it stand").click()
    expect(owner.get_by_label("Why it stands")).to_be_focused()
    owner.get_by_label("Why it stands").fill(
        "The amendment of May widened the designs."
    )
    follow(owner.get_by_role("button", name="Let it stand"))
    expect(owner.get_by_role("heading", level=1)).to_have_text("Audit")
    expect(finding).to_contain_text("“The amendment of May widened the designs.”")

    follow(finding.get_by_role("button", name="Take back"))
    expect(finding.get_by_role("link", name="Let it stand")).to_be_visible()
    expect(finding).not_to_contain_text("The amendment of May")
    before = owner.get_by_role("heading", name="Reasons of before").locator("..")
    expect(before).to_contain_text("The amendment of May widened the designs.")


def answer_an_item_of_a_checklist(owner: Page) -> None:
    owner.goto(f"{HOME}checklists/")
    follow(owner.get_by_role("link", name="PRISMA-S (search reporting)"))
    follow(owner.get_by_role("link", name="Answer the items"))
    item = owner.get_by_role("group", name="1 Database name")
    item.get_by_label("Status").select_option("Reported")
    item.get_by_label("Page and section").fill("Page 4, Methods")
    follow(owner.get_by_role("button", name="Save"))
    expect(owner.get_by_text("Page 4, Methods")).to_be_visible()


def test_the_archive_is_taken_and_restored_where_no_review_is(
    owner: Page, person: Callable[..., Page], tmp_path: Path
) -> None:
    owner.goto(f"{HOME}archive/")
    with zipfile.ZipFile(
        taken(owner, owner.get_by_role("link", name="Public archive as ZIP"))
    ) as public:
        assert public.testzip() is None
    whole = tmp_path / "whole.zip"
    link = owner.get_by_role("link", name="Whole archive as ZIP")
    whole.write_bytes(taken(owner, link).read_bytes())

    call_command("flush", interactive=False, verbosity=0)
    assert not Review.objects.exists()
    call_command("restore", str(whole), verbosity=0)
    restored = User.objects.get(username="owner")
    restored.set_password(demo.PASSWORD)
    restored.save()
    page = person()
    sign_in(page, "owner", demo.PASSWORD)
    page.goto(f"{HOME}flow/")
    diagram = page.get_by_role("figure").get_by_role("group")
    name = "Studies included in review (n = 8)"
    expect(diagram.get_by_role("link", name=name)).to_be_visible()
    page.goto(f"{HOME}archive/")
    again = taken(page, page.get_by_role("link", name="Whole archive as ZIP"))
    assert again.read_bytes() == whole.read_bytes()
