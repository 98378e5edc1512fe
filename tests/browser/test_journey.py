"""One review from the protocol to Table 1, by four people in browsers of their own.

alice owns the review, bob and carol judge, dan adjudicates. The queue may be in any
order: what each says is kept by title.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from reviews.models import User
from tests.browser.conftest import follow, sign_in
from tests.cast import PASSWORD
from tests.reviews.pdfs import create_pdf

pytestmark = pytest.mark.django_db(transaction=True)

TITLE = "Ketamine in ten pages"
HOME = "/reviews/ten/"
BRODY = "Ketamine infusion in late-life depression"
BRODY_LATER = "Ketamine infusion in late-life depression: one year later"
CASTRO = "Esketamine nasal spray against placebo"
DAHL = "Ketamine anaesthesia in horses"
EVANS = "A conference abstract on ketamine"
GRANT = "Ketamine and memory in rats"
HALE = "Depression and diet"
# Title, first author, year, DOI; the first stands in the file twice.
RECORDS = (
    (BRODY, "Brody, Benjamin", 2024, "10.1000/brody"),
    (BRODY, "Brody, Benjamin", 2024, "10.1000/brody"),
    (CASTRO, "Castro, Ana", 2023, "10.1000/castro"),
    (DAHL, "Dahl, Per", 2022, "10.1000/dahl"),
    (EVANS, "Evans, Mary", 2021, ""),
    (BRODY_LATER, "Brody, Benjamin", 2025, "10.1000/later"),
    (GRANT, "Grant, Hugh", 2019, ""),
    (HALE, "Hale, Ida", 2018, ""),
)
# What carol wrote, which bob must not see before he has judged the record too.
PLANTED = "zebra-note-7788"

# Keys that each presses, by title: a note is written between "n" and Escape.
BOB = {
    BRODY: "i",
    CASTRO: "m",
    DAHL: "i",
    EVANS: "i",
    BRODY_LATER: "i",
    GRANT: "2e",
    HALE: "1e",
}
CAROL = {
    BRODY: "i",
    CASTRO: "i",
    DAHL: "i",
    EVANS: "i",
    BRODY_LATER: "1e",
    GRANT: "i",
    HALE: "1e",
}
BOB_IN_FULL = {BRODY: "i", BRODY_LATER: "i", CASTRO: "i", DAHL: "2e"}
CAROL_IN_FULL = {BRODY: "i", BRODY_LATER: "i", CASTRO: "1e", DAHL: "2e"}


@dataclass(frozen=True)
class Team:
    alice: Page
    bob: Page
    carol: Page
    dan: Page


@pytest.fixture
def team(person: Callable[..., Page]) -> Team:
    """Let alice make herself an account, and the others sign in to theirs."""
    for name in ("bob", "carol", "dan"):
        User.objects.create_user(name, f"{name}@example.org", PASSWORD)
    alice = person(accept_downloads=True)
    alice.goto("/accounts/signup/")
    fill(alice, {"User name": "alice", "E-mail address": "alice@example.org"})
    fill(alice, {"Password": PASSWORD, "Password (again)": PASSWORD})
    follow(alice.get_by_role("button", name="Create the account"))
    expect(alice.get_by_role("heading", name="Your desk")).to_be_visible()
    pages = {name: person() for name in ("bob", "carol", "dan")}
    for name, page in pages.items():
        sign_in(page, name, PASSWORD)
    return Team(alice, **pages)


def test_a_team_carries_a_review_from_its_protocol_to_table_1(
    team: Team, tmp_path: Path
) -> None:
    write_the_protocol(team.alice)
    add_the_team(team.alice)
    import_a_search(team.alice, tmp_path)
    remove_the_duplicate(team.alice)
    screen_by_keys(team)
    settle_the_conflicts(team)
    retrieve(team.alice)
    judge_full_texts(team)
    group_into_studies(team.bob)
    appraise(team)
    extract(team)
    read_the_flow(team.alice)
    read_table_1(team.alice)
    take_the_files_along(team.alice)


def write_the_protocol(page: Page) -> None:
    follow(page.get_by_role("link", name="Create a review"))
    fill(page, {"Title": TITLE, "Short name": "ten"})
    follow(page.get_by_role("button", name="Create the review"))
    expect(page.get_by_role("heading", name=TITLE, level=1)).to_be_visible()
    go(page, "Protocol")
    follow(page.get_by_role("link", name="Edit question and limits"))
    fill(page, {"Question, in a sentence": "Does ketamine lift depression?"})
    save(page)
    for code, kind, text, reason in (
        ("I1", "Inclusion: must hold", "Adults with depression", "Wrong population"),
        ("E1", "Exclusion: must not hold", "Animals were treated", "Animal study"),
    ):
        follow(page.get_by_role("link", name="Add a criterion"))
        field(page, "Kind").select_option(label=kind)
        fill(page, {"Code": code, "Criterion": text, "Reason for exclusion": reason})
        save(page)
    for label, kind, more in (
        ("Country", "Text", {}),
        ("Dose", "Number, with its unit", {"Unit": "mg/kg"}),
        ("Effect", "One of several", {"Choices": "Rapid\nNone"}),
        ("Scales", "Any of several", {"Choices": "MADRS\nHDRS"}),
        ("Last follow-up", "Date", {}),
    ):
        follow(page.get_by_role("link", name="Add a field"))
        field(page, "Kind").select_option(label=kind)
        fill(page, {"Name": label, **more})
        page.get_by_label("Groups Table 1").set_checked(label == "Effect")
        save(page)
    follow(page.get_by_role("link", name="Choose an instrument"))
    follow(page.get_by_role("link", name="Choose JBI checklist: case series"))
    page.get_by_label("Case series", exact=True).check()
    follow(page.get_by_role("button", name="Put it in the protocol"))
    go(page, "Protocol")
    for part, rows in (("#criteria", 2), ("#fields", 5), ("#instruments", 1)):
        expect(page.locator(f"{part} tbody tr")).to_have_count(rows)


def add_the_team(page: Page) -> None:
    go(page, "Team")
    for name, role in (
        ("bob", "reviewer"),
        ("carol@example.org", "reviewer"),
        ("dan", "adjudicator"),
    ):
        follow(page.get_by_role("link", name="Add a person"))
        fill(page, {"User name or e-mail address": name})
        group = page.get_by_role("group", name=re.compile(f"^{role}", re.I))
        group.get_by_label("At every stage").check()
        follow(page.get_by_role("button", name="Add to the team"))
    expect(page.locator("tbody tr")).to_have_count(4)


def import_a_search(page: Page, folder: Path) -> None:
    go(page, "Searches")
    follow(page.get_by_role("link", name="Record a search"))
    fill(page, {"Name": "MEDLINE", "Date of the search": "2025-03"})
    fill(page, {"Number of records that the source reported": "8"})
    save(page)

    broken = folder / "broken.ris"
    broken.write_text(ris(RECORDS[2:4]) + "TY  - JOUR\nPY  - 2020\nER  - \n")
    upload(page, broken)
    problem = page.get_by_role("alert")
    expect(problem).to_contain_text("Nothing was imported")
    expect(problem).to_contain_text("Line 17")
    go(page, "Records")
    expect(page.get_by_text("No records yet")).to_be_visible()

    whole = folder / "medline.ris"
    whole.write_text(ris(RECORDS))
    open_search(page)
    upload(page, whole)
    expect(page.get_by_text("Nothing is imported yet")).to_be_visible()
    follow(page.get_by_role("button", name="Import 8 records"))
    expect(page.get_by_text("8 read, 8 new, 0 already there")).to_be_visible()
    open_search(page)
    upload(page, whole)
    expect(page.get_by_text("nothing was added")).to_be_visible()
    go(page, "Records")
    expect(page.locator("tbody tr")).to_have_count(8)


def remove_the_duplicate(page: Page) -> None:
    go(page, "Duplicates")
    follow(page.get_by_role("button", name="Find duplicates"))
    follow(page.get_by_role("link", name="Check 1 question"))
    question = page.get_by_role("table")
    expect(question).to_contain_text(BRODY_LATER)
    expect(question).to_contain_text("1 copy merged into it already")
    page.keyboard.press("n")
    expect(page.get_by_text("Every question is answered")).to_be_visible()
    go(page, "Duplicates")
    merged = page.get_by_role("article")
    expect(merged).to_have_count(1)
    expect(merged).to_contain_text("MEDLINE")
    expect(merged).to_contain_text("Merged by")
    expect(merged).not_to_contain_text(BRODY_LATER)


def screen_by_keys(team: Team) -> None:
    """Judge in turns; carol plants a note before bob has seen the record."""
    for page in (team.bob, team.carol):
        page.goto(f"{HOME}screen/")
    press_decision(team.carol, CAROL, note=PLANTED)
    for _ in range(3):
        press_decision(team.carol, CAROL, note=PLANTED)
        assert_sees_nothing_of_the_other(team.bob)
    team.bob.goto(f"{HOME}screen/")
    first = title_of(team.bob)
    press_decision(team.bob, BOB)
    team.bob.keyboard.press("u")
    expect(team.bob.locator("#item-title")).to_have_text(first)
    expect(team.bob.locator("#last-decision")).to_contain_text("Taken back")
    expect_listening(team.bob)
    for turn in range(7):
        press_decision(team.bob, BOB)
        assert PLANTED not in team.bob.content()
        if turn < 3:
            press_decision(team.carol, CAROL, note=PLANTED)
    for page in (team.bob, team.carol):
        expect(page.get_by_text("Nothing waits for you here")).to_be_visible()
        expect(page.locator("#own-progress")).to_contain_text("7 of 7")


def assert_sees_nothing_of_the_other(page: Page) -> None:
    """Look through the pages on which carol's open judgment could show."""
    for path in ("/", HOME, f"{HOME}screen/", f"{HOME}conflicts/", f"{HOME}records/"):
        page.goto(path)
        assert PLANTED not in page.content(), path
    for path in ("history/", "flow/", "exports/", "decisions/mine/", "reports/"):
        page.goto(HOME + path)
        assert PLANTED not in page.content(), path
    page.goto(f"{HOME}conflicts/")
    expect(page.get_by_text("No conflict waits for you")).to_be_visible()
    page.goto(f"{HOME}flow/")
    expect(page.get_by_role("link", name="Records excluded: 0")).to_be_visible()


def settle_the_conflicts(team: Team) -> None:
    """Settle one as an adjudicator, one by consensus."""
    go_home(team.dan)
    go(team.dan, "Conflicts")
    expect(team.dan.locator("tbody tr")).to_have_count(2)
    follow(team.dan.get_by_role("link", name=BRODY_LATER))
    for shown in ("bob", "carol"):
        expect(team.dan.get_by_role("heading", name=shown)).to_be_visible()
    expect(team.dan.get_by_text(PLANTED)).to_be_visible()
    settle(team.dan, "Include", "It is the follow-up.", "Settle it")

    go_home(team.bob)
    go(team.bob, "Conflicts")
    follow(team.bob.get_by_role("link", name=GRANT))
    # Both have judged: now bob may read what carol wrote.
    expect(team.bob.get_by_text(PLANTED)).to_be_visible()
    settle(team.bob, "Exclude", "Rats, as we agreed.", "Record the consensus")
    go_home(team.carol)
    go(team.carol, "Conflicts")
    expect(team.carol.get_by_text("No conflict waits for you")).to_be_visible()


def settle(page: Page, choice: str, why: str, button: str, reason: str = "") -> None:
    page.get_by_role("radio", name=choice, exact=True).check()
    if reason:
        page.get_by_role("radio", name=re.compile(reason)).check()
    page.get_by_role("radio", name="Somebody misread it").check()
    field(page, "Why").fill(why)
    follow(page.get_by_role("button", name=button))
    expect(page.get_by_text("settled").first).to_be_visible()


def retrieve(page: Page) -> None:
    go_home(page)
    for title in (BRODY, BRODY_LATER, CASTRO, DAHL):
        go(page, "Reports")
        follow(page.get_by_role("link", name=title, exact=True))
        page.get_by_label("PDF of the full text").set_input_files(
            {
                "name": f"{title[:12]}.pdf",
                "mimeType": "application/pdf",
                "buffer": create_pdf(text=title),
            }
        )
        with page.expect_response(re.compile(r"/files/\d+/$")) as shown:
            page.get_by_role("button", name="Upload").click()
        assert shown.value.headers["content-type"] == "application/pdf"
        expect(page.get_by_title("Full text: ")).to_be_visible()
    go(page, "Reports")
    follow(page.get_by_role("link", name=EVANS, exact=True))
    page.get_by_role("radio", name="Not retrieved").check()
    fill(page, {"Reason, if it was not retrieved": "Only an abstract exists"})
    follow(page.get_by_role("button", name="Save"))
    expect(page.get_by_text("Reason: Only an abstract exists.")).to_be_visible()


def judge_full_texts(team: Team) -> None:
    for page, said in ((team.bob, BOB_IN_FULL), (team.carol, CAROL_IN_FULL)):
        go_home(page)
        go(page, "Full texts")
        for _ in said:
            expect(page.get_by_title("Full text of")).to_be_visible()
            press_decision(page, said)
        expect(page.get_by_text("Nothing waits for you here")).to_be_visible()
    go(team.dan, "Conflicts")
    stages = team.dan.get_by_role("navigation", name="Conflicts")
    follow(stages.get_by_role("link", name=re.compile("Full")))
    follow(team.dan.get_by_role("link", name=CASTRO))
    settle(team.dan, "Include", "Adults, see page 1.", "Settle it")


def group_into_studies(page: Page) -> None:
    go(page, "Studies")
    expect(page.get_by_text("3 included reports not yet in a study")).to_be_visible()
    for title in (BRODY, BRODY_LATER):
        page.get_by_role("row").filter(
            has=page.get_by_role("link", name=title, exact=True)
        ).get_by_role("checkbox").check()
    follow(page.get_by_role("button", name="Group the ticked ones"))
    expect(field(page, "Name")).to_have_value("Brody 2024")
    field(page, "Study design").select_option(label="Case series")
    follow(page.get_by_role("button", name="Make the study"))
    go(page, "Studies")
    follow(page.get_by_role("button", name="Make each its own study"))
    for label in ("Brody 2024", "Castro 2023"):
        expect(page.get_by_role("link", name=label, exact=True)).to_be_visible()


def appraise(team: Team) -> None:
    go(team.alice, "Appraisal")
    follow(team.alice.get_by_role("button", name="JBI checklist: case series for"))
    for page, answer in ((team.bob, "Yes"), (team.carol, "No")):
        go(page, "Appraisal")
        follow(page.get_by_role("link", name="Appraise Brody 2024"))
        for domain in ("Reporting", "Analysis"):
            section = page.get_by_role("region", name=domain)
            expect(
                section.get_by_role("button", name="Save this domain")
            ).to_be_visible()
            given = "Yes" if domain == "Reporting" else answer
            for question in section.get_by_role("group").all():
                question.get_by_label(given, exact=True).check()
            section.get_by_role("button", name="Save this domain").click()
            expect(
                section.get_by_text(re.compile("Saved|Settled|Differs"))
            ).to_be_visible()
    go(team.bob, "Appraisal")
    follow(team.bob.get_by_role("link", name="Settle 1 of Brody 2024"))
    dispute = team.bob.get_by_role("region", name="Analysis")
    expect(dispute).to_contain_text("Differs")
    dispute.get_by_role("group").get_by_label("Yes", exact=True).check()
    dispute.get_by_role("textbox").fill("Page 4 gives the model.")
    dispute.get_by_role("button", name="Settle this domain").click()
    expect(team.bob.get_by_text("Nothing differs here")).to_be_visible()


def extract(team: Team) -> None:
    for page, dose in ((team.bob, "0.5"), (team.carol, "0.75")):
        go(page, "Extraction")
        follow(page.get_by_role("link", name="Extract Brody 2024"))
        fill(page, {"Country": "Denmark", "Dose (mg/kg)": dose})
        field(page, "Effect").select_option("Rapid")
        page.get_by_label("MADRS").check()
        cell = page.get_by_role("region", name="Last follow-up")
        cell.get_by_label("Not reported").check()
        follow(page.get_by_role("button", name="Save", exact=True))
        expect(page.get_by_text("5 of 5")).to_be_visible()
    go(team.bob, "Extraction")
    follow(team.bob.get_by_role("link", name="Settle the differences on Brody 2024"))
    team.bob.get_by_role("radio", name="What bob read").check()
    team.bob.get_by_role("button", name="Settle Dose").click()
    expect(team.bob.get_by_text("Dose is settled")).to_be_visible()


def read_the_flow(page: Page) -> None:
    go(page, "Flow")
    expect(page.get_by_text("All numbers add up, and nothing waits.")).to_be_visible()
    diagram = page.get_by_role("figure").get_by_role("group")
    for number in (
        "Databases (n = 8)",
        "Duplicate records removed (n = 1)",
        "Records screened (n = 7)",
        "Records excluded (n = 2)",
        "Reports sought for retrieval (n = 5)",
        "Reports not retrieved (n = 1)",
        "Reports assessed for eligibility (n = 4)",
        "Animal study (n = 1)",
        "Studies included in review (n = 2)",
        "Reports of included studies (n = 3)",
    ):
        expect(diagram.get_by_role("link", name=number, exact=True)).to_be_visible()
    for label, count in (("Records screened", 7), ("Reports of included studies", 3)):
        go(page, "Flow")
        link = page.get_by_role("link", name=f"{label} (n = {count})", exact=True)
        link.press("Enter")
        expect(page.locator("tbody tr")).to_have_count(count)


def read_table_1(page: Page) -> None:
    go(page, "Table 1")
    table = page.get_by_role("region", name="Table 1")
    expect(table).to_contain_text("Rapid (1 study)")
    row = table.get_by_role("row").filter(has_text="Brody 2024")
    for text in ("Denmark", "0.5", "MADRS", "NR"):
        expect(row).to_contain_text(text)
    expect(table.get_by_role("row").filter(has_text="Castro 2023")).to_be_visible()


def take_the_files_along(page: Page) -> None:
    go(page, "Manuscript")
    for link, begins, lines in (
        ("Records as CSV", "record,source_id,search,title,authors,year", 9),
        ("Full texts excluded as CSV", "report,source_id,title,authors,year", 2),
        ("Table 1 as CSV", "Effect,Study,", 3),
        # 14 of titles, 2 more for the one undone, 8 of full texts, 3 settlements.
        ("Decisions as CSV", "kind,id,stage,record,report", 1 + 14 + 2 + 8 + 3),
    ):
        with page.expect_download() as download:
            page.get_by_role("link", name=link).click()
        written = download.value.path().read_text("utf-8-sig").splitlines()
        assert written[0].startswith(begins), link
        assert len(written) == lines, (link, written)


# What everybody does ---------------------------------------------------------


def field(page: Page, label: str) -> Locator:
    """Return the field of this label, whether or not a star says it is needed."""
    labelled = page.get_by_label(re.compile(rf"^\s*{re.escape(label)}\s*\*?\s*$"))
    return labelled.and_(page.locator("input, select, textarea"))


def fill(page: Page, written: dict[str, str]) -> None:
    for label, text in written.items():
        field(page, label).fill(text)


def save(page: Page) -> None:
    before = page.url
    follow(page.get_by_role("button", name="Save", exact=True))
    assert page.url != before


def go(page: Page, label: str) -> None:
    navigation = page.get_by_role("navigation", name="This review")
    follow(navigation.get_by_role("link", name=re.compile(rf"^{label}\b")))


def go_home(page: Page) -> None:
    page.goto("/")
    follow(page.get_by_role("heading", name=TITLE).get_by_role("link"))


def open_search(page: Page) -> None:
    go(page, "Searches")
    follow(page.get_by_role("link", name="MEDLINE", exact=True))


def upload(page: Page, file: Path) -> None:
    page.get_by_label("Files").set_input_files(file)
    follow(page.get_by_role("button", name="Look at the files"))


def title_of(page: Page) -> str:
    title = page.locator("#item-title")
    expect(title).to_be_visible()
    return title.inner_text()


def press_decision(page: Page, said: dict[str, str], *, note: str = "") -> None:
    """Judge what is shown as was said of its title, by keys alone."""
    title = title_of(page)
    form = page.locator("#judging form[action$='/decide/']")
    address = form.get_attribute("action")
    if note:
        page.keyboard.press("n")
        page.keyboard.type(note)
        page.keyboard.press("Escape")
    for key in said[title]:
        page.keyboard.press(key)
    # Titles that begin alike look alike where they are cut: the form tells them apart.
    expect(page.locator(f"#judging form[action='{address}']")).to_have_count(0)
    expect(page.locator("#last-decision")).to_contain_text(title[:40])
    expect_listening(page)


def expect_listening(page: Page) -> None:
    """Wait until what was saved is shown: a key pressed before decides nothing."""
    expect(page.locator("#judging [data-focus]")).to_be_focused()


def ris(records: Iterable[tuple[str, str, int, str]]) -> str:
    """Write records as a database exports them, eight lines each."""
    return "".join(
        f"TY  - JOUR\nTI  - {title}\nAU  - {author}\nPY  - {year}\n"
        f"{f'DO  - {doi}' if doi else 'LA  - English'}\n"
        f"AN  - {number}\nAB  - About {title}.\nER  - \n"
        for number, (title, author, year, doi) in enumerate(records, 1)
    )
