"""What axe finds on a page."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
    "resultTypes": ["violations"],
}


def problems(page: Page) -> list[str]:
    """Return what axe finds on the page, a line each."""
    page.wait_for_load_state("load")
    answer: dict[str, Any] = Axe().run(page, options=RULES).response
    return [
        f"{page.url}: {found['id']} ({found['impact']}): {node['html'][:160]}"
        for found in answer["violations"]
        for node in found["nodes"]
    ]
