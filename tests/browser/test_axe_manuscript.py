"""Every page from the flow to the archive keeps WCAG 2.2 A and AA, wide and narrow."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from reviews import dismissals, previous, related, snapshots, waves
from reviews.audit import running
from reviews.models import Review, Settlement, User, Verdict
from screening import demo
from tests.browser.axe import problems
from tests.browser.conftest import sign_in
from tests.factories import create_record
from tests.reviews.appraised import appraise

pytestmark = pytest.mark.django_db(transaction=True)

HOME = f"/reviews/{demo.SLUG}/"
RIS = b"TY  - JOUR\nTI  - Ketamine in the clinic\nAU  - Brody, B\nPY  - 2020\nER  - \n"
PAGES = {
    "the flow and the checks": (
        "",
        "flow/",
        "flow/?as_of=2020-01-01",
        "flow/?as_of=someday",
        "flow/?wave=1",
        "flow/excluded_reports/",
        "flow/compare/?before=2020-01-01",
        "flow/diagram/",
        "flow/diagram/words/",
        "flow/diagram/from-csv/",
        "flow/snapshots/",
        "flow/snapshots/take/",
        "previous/",
        "previous/add/",
        "waves/",
        "waves/begin/",
        "audit/",
        "audit/?severity=error",
        "audit/related/",
        "audit/related/new/",
        "agreement/",
        "progress/",
        "archive/",
        "history/",
    ),
    "the tables and the words": (
        "exports/",
        "manuscript/",
        "table1/",
        "table1/columns/",
        "tables/characteristics/",
        "tables/excluded/",
        "tables/awaiting/",
        "tables/searches/",
        "tables/overlap/",
        "tables/unsettled/",
        "figures/overlap/",
        "appraisal/figures/?kind=summary",
        "appraisal/figures/robvis/",
        "words/",
        "words/?as_of=2020-01-01",
        "references/",
        "checklists/",
        "checklists/prisma2020/",
        "checklists/prisma2020/answers/",
        "checklists/prisma_s/",
        "checklists/prisma_scr/answers/",
    ),
}
# Pages behind a number: where it stands, and a part of where its link leads.
BEHIND = (
    ("flow/compare/?before=2020-01-01", "/flow/compare/moved/"),
    ("flow/snapshots/", "/flow/snapshots/"),
    ("waves/", "/edit/"),
    ("table1/columns/", "/table1/columns/"),
    ("agreement/", "/agreement/title_abstract/"),
    ("appraisal/figures/", "/appraisal/figures/studies/"),
    ("words/", "/words/settled/"),
    ("audit/", "/dismiss/"),
)


@pytest.fixture
def review() -> Review:
    """Return the demo review with something on every page of its report."""
    made = demo.load()
    owner = User.objects.get(username="owner")
    for days in (60, 30):
        create_record(
            review=made,
            verdict=Verdict.EXCLUDE,
            settlement=Settlement.AGREEMENT,
            settled_at=timezone.now() - timedelta(days=days),
        )
    appraise(
        made,
        made.studies.earliest("pk").label,
        {"D1": "low"},
        instrument=made.instruments.get(key="rob2"),
    )
    for line in ("Adams 2001: A trial", "Brody 2002: Another"):
        (report,) = previous.add(made, line, by=owner)
    previous.remove(report, by=owner)
    for name in ("Earlier review", "Later review"):
        listed = related.add(made, name=name, file_name="a.ris", data=RIS, by=owner)
    related.remove(listed, by=owner)
    waves.begin(made, name="Update", by=owner)
    snapshots.take(made, name="Interim report", note="Quoted.", by=owner)
    for judged in running.by_severity(running.run(made))[:2]:
        dismissal = dismissals.dismiss(
            made,
            judged.finding.check,
            judged.finding.key,
            what=judged.finding.what,
            reason="The amendment says so.",
            by=owner,
        )
    dismissals.withdraw(dismissal, by=owner)
    return made


@pytest.mark.parametrize("about", PAGES)
@pytest.mark.usefixtures("review")
def test_the_pages_of_the_report(about: str, person: Callable[..., Page]) -> None:
    page = person()
    sign_in(page, "owner", demo.PASSWORD)
    found: list[str] = []
    for path in PAGES[about]:
        page.goto(HOME + path)
        found += at_both_widths(page)
    assert found == []


@pytest.mark.usefixtures("review")
def test_the_pages_behind_its_numbers(person: Callable[..., Page]) -> None:
    page = person()
    sign_in(page, "owner", demo.PASSWORD)
    found: list[str] = []
    for path, part in BEHIND:
        page.goto(HOME + path)
        link = page.locator(f"main :is(section, td) a[href*='{part}']").first
        page.goto(link.get_attribute("href") or "")
        expect(page.locator(".tf-overline")).to_be_visible()
        found += at_both_widths(page)
    assert found == []


def at_both_widths(page: Page) -> list[str]:
    found = []
    for width in (390, 1280):
        page.set_viewport_size({"width": width, "height": 844})
        found += [f"at {width}: {problem}" for problem in problems(page)]
        wide = page.evaluate(
            "() => document.documentElement.scrollWidth - window.innerWidth"
        )
        if wide > 0:
            found.append(f"at {width}: {page.url} scrolls sideways by {wide}")
    return found
