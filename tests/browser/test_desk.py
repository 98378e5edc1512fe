"""The page on which somebody judges: by keyboard alone, by thumb, light and dark."""

import statistics
from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from reviews.models import Review
from screening import decisions
from screening.models import Choice, Decision
from tests.browser.axe import problems
from tests.browser.conftest import expect_all_sent, sign_in
from tests.cast import PASSWORD, Cast
from tests.factories import (
    create_criterion,
    create_record,
    create_report,
    create_staffed_review,
)

pytestmark = pytest.mark.django_db(transaction=True)

NUMBER = 200
KEYS = {"i": "include", "m": "maybe", "e": "exclude"}
# From the key to the frame after the one in which the next record stands.
STOPWATCH = """() => {
  window.times = [];
  let began = 0;
  document.addEventListener("keydown", (event) => {
    if ("ime".includes(event.key)) began = event.timeStamp;
  }, true);
  document.addEventListener("twofold:shown", () => {
    requestAnimationFrame(() => {
      const channel = new MessageChannel();
      channel.port1.onmessage = () => window.times.push(performance.now() - began);
      channel.port2.postMessage(0);
    });
  });
}"""


def create_desk(number: int, slug: str) -> tuple[Review, Cast]:
    review, cast = create_staffed_review(slug=slug)
    for code in ("E1", "E2", "E3"):
        create_criterion(review=review, code=code, text=f"Fails {code}")
    for each in range(number):
        create_record(
            review=review,
            title=f"Record {each}",
            abstract="METHODS: Ketamine was given. RESULTS: Mood rose. " * 9,
            journal="A journal",
            doi=f"10.1000/{each}",
        )
    return review, cast


def test_two_hundred_records_by_keyboard_alone(person: Callable[..., Page]) -> None:
    create_desk(NUMBER, "long-day")
    page = person()
    sign_in(page, "bob", PASSWORD)
    page.goto(reverse("screening:screen", args=["long-day"]))
    page.evaluate(STOPWATCH)
    wanted = []
    for number in range(NUMBER):
        # In the order of pressing, whatever the line does meanwhile.
        page.wait_for_function(
            "title => document.getElementById('item-title')?.innerText === title",
            arg=f"Record {number}",
        )
        key = "ime"[number % 3]
        if key == "e":
            page.keyboard.press(str(1 + number % 9 % 3))
        if number % 50 == 10:
            page.keyboard.press("n")
            page.keyboard.type(f"note {number}")
            page.keyboard.press("Escape")
        page.keyboard.press(key)
        wanted.append((f"Record {number}", KEYS[key]))
    expect(page.get_by_text("Nothing waits for you here")).to_be_visible()
    made = Decision.objects.order_by("pk").select_related("record")
    expect_all_sent(page)
    assert [(str(each.record), each.choice) for each in made] == wanted
    assert made.exclude(note="").count() == 4
    assert sum(each.ticks.count() for each in made) == NUMBER // 3
    times = sorted(page.evaluate("() => window.times"))
    print(
        f"\nfrom key to the next record painted, {len(times)} times:"
        f" median {statistics.median(times):.0f} ms,"
        f" p95 {times[int(0.95 * len(times))]:.0f} ms"
    )


def test_all_decisions_stand_in_a_window_that_is_not_scrolled(
    person: Callable[..., Page],
) -> None:
    review, cast = create_desk(3, "whole")
    for code in range(4, 10):
        create_criterion(review=review, code=f"E{code}", text="A criterion " * 8)
    decisions.decide(review.records.earliest("pk"), Choice.MAYBE, reviewer=cast.bob)
    page = person(viewport={"width": 1280, "height": 800})
    sign_in(page, "bob", PASSWORD)
    page.goto(reverse("screening:screen", args=["whole"]))
    for name in ("Include", "Maybe", "Exclude", "Later"):
        box = page.get_by_role("button", name=name).bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= 800


def test_a_phone_in_one_hand(person: Callable[..., Page]) -> None:
    create_desk(6, "phone")
    page = person(
        viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True
    )
    sign_in(page, "bob", PASSWORD)
    page.goto(reverse("screening:screen", args=["phone"]))
    title = page.locator("#item-title")
    for number, name in enumerate(("Include", "Later", "Exclude")):
        expect(title).to_have_text(f"Record {number}")
        button = page.get_by_role("button", name=name, exact=True)
        box = button.bounding_box()
        assert box is not None
        # In the lower half, where the thumb is, and large enough for it.
        assert box["y"] > 422
        assert min(box["width"], box["height"]) >= 44
        button.tap()
    expect(title).to_have_text("Record 3")
    undo = page.get_by_role("button", name="Undo")
    box = undo.bounding_box()
    assert box is not None
    assert box["y"] > 422
    undo.tap()
    expect(title).to_have_text("Record 2")
    page.get_by_role("button", name="Maybe").tap()
    expect(title).to_have_text("Record 3")
    expect_all_sent(page)
    wide = "() => document.documentElement.scrollWidth - window.innerWidth"
    assert page.evaluate(wide) <= 0
    said = [made.choice for made in Decision.objects.order_by("pk")]
    assert said == ["include", "exclude", "withdrawn", "maybe"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_every_state_of_the_page_is_accessible(
    person: Callable[..., Page], scheme: str, width: int
) -> None:
    review, cast = create_desk(4, "states")
    create_report(review=review, title="A waiting report")
    page = person(
        viewport={"width": width, "height": 844},
        color_scheme=scheme,
        tolerates=("ERR_INTERNET_DISCONNECTED",),
    )
    sign_in(page, "bob", PASSWORD)
    page.goto(reverse("screening:screen", args=["states"]), wait_until="networkidle")
    found = problems(page)
    page.keyboard.press("1")
    page.keyboard.press("e")
    expect(page.locator("#item-title")).to_have_text("Record 1")
    found += problems(page)
    page.keyboard.press("?")
    found += problems(page)
    page.keyboard.press("Escape")
    page.keyboard.press("s")
    expect(page.locator("#item-title")).to_have_text("Record 2")
    page.context.set_offline(True)
    page.keyboard.press("i")
    expect(page.locator("#waiting")).to_be_visible()
    found += problems(page)
    page.context.set_offline(False)
    expect(page.locator("#waiting")).to_be_hidden()
    page.goto(reverse("screening:full_text_queue", args=["states"]))
    page.keyboard.press("e")
    expect(page.get_by_text("Tick at least one criterion")).to_be_visible()
    found += problems(page)
    page.get_by_role("button", name="Bob").click()
    found += problems(page)
    for record in review.records.all():
        decisions.decide(record, Choice.MAYBE, reviewer=cast.bob)
    for name in ("later", "my_decisions", "screen"):
        page.goto(reverse(f"screening:{name}", args=["states"]))
        found += problems(page)
    page.goto(
        reverse(
            "screening:judge_record", args=["states", review.records.latest("pk").pk]
        )
    )
    found += problems(page)
    page.goto(reverse("look"))
    found += problems(page)
    assert found == []


def test_colours_and_text_size_are_kept_and_come_with_the_page(
    person: Callable[..., Page],
) -> None:
    create_desk(1, "looks")
    page = person(color_scheme="light")
    sign_in(page, "bob", PASSWORD)
    page.get_by_role("button", name="Bob").click()
    page.get_by_role("button", name="Dark").click()
    page.get_by_role("button", name="Largest").click()
    root = page.locator("html")
    expect(root).to_have_css("color-scheme", "dark")
    expect(root).to_have_css("font-size", "21px")
    page.wait_for_load_state("networkidle")
    response = page.goto(reverse("screening:screen", args=["looks"]))
    assert response is not None
    # In the page as it was made, so that nothing flashes.
    assert 'data-theme="dark" data-size="largest"' in response.text()
    assert '<meta name="color-scheme" content="dark">' in response.text()
    expect(page.locator("body")).to_have_css("background-color", "rgb(20, 24, 29)")


def test_colours_are_chosen_without_javascript(person: Callable[..., Page]) -> None:
    page = person(java_script_enabled=False)
    page.goto(reverse("look"))
    with page.expect_event("load"):
        page.get_by_role("button", name="Dark").click()
    assert page.url.endswith("/look/")
    expect(page.get_by_role("button", name="Dark")).to_have_attribute(
        "aria-pressed", "true"
    )


def test_at_twice_the_size_nothing_is_out_of_reach(person: Callable[..., Page]) -> None:
    create_desk(2, "twice")
    # 1280 by 800 at 200 %: half as many of the page's own pixels.
    page = person(viewport={"width": 640, "height": 400})
    sign_in(page, "bob", PASSWORD)
    page.goto(reverse("screening:screen", args=["twice"]))
    wide = "() => document.documentElement.scrollWidth - window.innerWidth"
    assert page.evaluate(wide) <= 0
    for name in ("Include", "Maybe", "Exclude"):
        expect(page.get_by_role("button", name=name)).to_be_in_viewport(ratio=1)
    page.get_by_label("Private note").fill("Read at twice the size")
    page.get_by_role("button", name="Include").click()
    expect(page.locator("#item-title")).to_have_text("Record 1")
    expect(page.locator("#own-progress")).to_contain_text("1 of 2")
    expect_all_sent(page)
