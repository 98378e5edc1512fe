"""A real Chromium; nothing may fail, log an error or be fetched from elsewhere."""

import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect
from pytest_django.live_server_helper import LiveServer

CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))),
    None,
)
# Two cores may be busy with other tests.
PATIENCE = 30_000
expect.set_options(timeout=PATIENCE)
# Answers that a page of the product gives on purpose when input is bad.
EXPECTED_STATUS = {409, 422}


def is_intended(logged: str) -> bool:
    """Tell whether an error is logged by design.

    A form that was refused, a decision that waits for whoever made it, and a preview
    that a newer one took the place of.
    """
    return any(word in logged for word in ("422", "409", "AbortError"))


@pytest.fixture(scope="session", autouse=True)
def browser_at_hand() -> None:
    """Leave the browser tests out where there is no browser; in CI that fails."""
    if CHROMIUM is None:
        reason = "no Chromium: get it with `sudo apt-get install chromium`"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    return {
        "executable_path": CHROMIUM,
        "args": [
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
        ],
    }


@pytest.fixture
def person(browser: Browser, live_server: LiveServer) -> Iterator[Callable[..., Page]]:
    """Return a function that opens a page in a browser of its own.

    Whatever the page logs as an error, fetches from elsewhere or gets refused in
    the course of the test fails the test, but for what holds one of the words that
    the test tolerates; such as "status 503" for an answer.
    """
    contexts: list[BrowserContext] = []
    troubles: list[str] = []

    def watch(page: Page, tolerates: tuple[str, ...]) -> None:
        page.on("pageerror", lambda error: troubles.append(f"script: {error}"))
        page.on(
            "console",
            lambda message: (
                troubles.append(f"console: {message.text}")
                if message.type == "error"
                and not is_intended(message.text)
                and not any(word in message.text for word in tolerates)
                else None
            ),
        )
        page.on(
            "request",
            lambda request: (
                None
                if request.url.startswith((live_server.url, "data:", "blob:", "chrome"))
                else troubles.append(f"fetched from elsewhere: {request.url}")
            ),
        )
        page.on(
            "response",
            lambda response: (
                troubles.append(f"{response.status}: {response.url}")
                if response.status >= 400
                and response.status not in EXPECTED_STATUS
                and f"status {response.status}" not in tolerates
                else None
            ),
        )

    def open_page(*, tolerates: tuple[str, ...] = (), **options: Any) -> Page:
        options.setdefault("viewport", {"width": 1280, "height": 800})
        # Scrolling at once: a click in mid-scroll would miss.
        options.setdefault("reduced_motion", "reduce")
        context = browser.new_context(base_url=live_server.url, **options)
        contexts.append(context)
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        watch(page, tolerates)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert troubles == []


def sign_in(page: Page, username: str, password: str) -> None:
    """Sign in by the form."""
    page.goto("/accounts/login/")
    page.locator("[name=login]").fill(username)
    page.locator("[name=password]").fill(password)
    follow(page.get_by_role("button", name="Sign in"))
    assert "/accounts/login/" not in page.url


def expect_all_sent(page: Page) -> None:
    """Wait until no decision waits in the browser any more."""
    page.wait_for_function(
        "() => !Object.keys(localStorage).some(k => k.startsWith('twofold.queue.'))"
    )


def follow(target: Locator) -> None:
    """Press what leads to another page, and wait until that page is all there.

    Without it, what comes next could act on the page that is about to go, or cut off
    the answer that is still on its way.
    """
    target.page.wait_for_load_state("load")
    with target.page.expect_event("load"):
        target.click()
