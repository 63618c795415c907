"""The page in a real browser, opened from disk: no errors, no requests, tables that sort by keyboard."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from pressreview.reports.files import ReportFiles

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium of the system. Without one the tests are skipped; in CI they fail."""
    if CHROMIUM is None:
        why = "no chromium on this machine (Debian: apt-get install chromium)"
        if os.environ.get("CI"):
            pytest.fail(why)
        pytest.skip(why)
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture
def heard() -> list[str]:
    """What the page complained of or asked for."""
    return []


@pytest.fixture
def page(browser: Browser, annual: ReportFiles, heard: list[str]) -> Iterator[Page]:
    """The annual review, opened from disk."""
    yield from open_page(browser, annual, heard)


def open_page(browser: Browser, files: ReportFiles, heard: list[str], **options: object) -> Iterator[Page]:
    """Open a report and listen to it."""
    context = browser.new_context(**options)
    opened = context.new_page()
    address = files.html.as_uri()
    opened.on("console", lambda message: heard.append(f"console: {message.text}"))
    opened.on("pageerror", lambda error: heard.append(f"error: {error}"))
    opened.on("dialog", lambda dialog: heard.append(f"dialog: {dialog.message}"))
    opened.on("request", lambda r: heard.append(f"request: {r.url}") if r.url != address else None)
    opened.goto(address)
    yield opened
    context.close()


def first_column(page: Page, table: str) -> list[str]:
    """The first cell of every row."""
    return page.eval_on_selector_all(f"#{table} tbody tr", "rows => rows.map(r => r.cells[0].textContent)")


def test_it_opens_in_silence(page: Page, heard: list[str]) -> None:
    page.wait_for_load_state("networkidle")
    assert heard == []


def test_a_hostile_report_opens_in_silence_too(
    browser: Browser, hostile_annual: ReportFiles, heard: list[str]
) -> None:
    for opened in open_page(browser, hostile_annual, heard):
        opened.wait_for_load_state("networkidle")
        assert opened.title().startswith("Press review")
    assert heard == []


def test_a_table_sorts_by_keyboard(page: Page) -> None:
    assert first_column(page, "table-countries") == ["Cambodia", "Thailand", "Laos"]
    page.locator("#table-countries thead button").first.focus()
    page.keyboard.press("Enter")
    assert first_column(page, "table-countries") == ["Cambodia", "Laos", "Thailand"]
    assert page.locator("#table-countries th").first.get_attribute("aria-sort") == "ascending"
    page.keyboard.press("Space")
    assert first_column(page, "table-countries") == ["Thailand", "Laos", "Cambodia"]
    assert "descending" in page.locator("#said").inner_text()


def test_shares_sort_as_numbers_though_they_read_as_words(page: Page) -> None:
    page.get_by_role("button", name="Share with corruption").first.click()
    assert first_column(page, "table-countries")[0] == "Thailand"  # '2 of 2' is above '29%'


def test_rows_can_be_filtered(browser: Browser, hostile_annual: ReportFiles, heard: list[str]) -> None:
    for page in open_page(browser, hostile_annual, heard):
        rows = page.locator("#table-articles tbody tr:visible")
        assert rows.count() == 25
        page.get_by_label("Filter rows of: Articles on trafficking with corruption").fill("Georgian")
        assert rows.count() == 1
        page.get_by_label("Filter rows of: Articles on trafficking with corruption").fill("")
        page.get_by_role("button", name="Show all 43").click()
        assert rows.count() == 43
    assert heard == []


def test_the_skip_link_comes_first_and_leads_to_the_report(page: Page) -> None:
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the report"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


@pytest.mark.parametrize("width", [360, 768, 1440])
def test_no_width_scrolls_sideways(
    browser: Browser, hostile_annual: ReportFiles, heard: list[str], width: int
) -> None:
    for page in open_page(browser, hostile_annual, heard, viewport={"width": width, "height": 800}):
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_dark_and_light_differ(browser: Browser, annual: ReportFiles, heard: list[str]) -> None:
    colours = []
    for scheme in ("light", "dark"):
        for page in open_page(browser, annual, heard, color_scheme=scheme):
            colours.append(page.evaluate("getComputedStyle(document.body).backgroundColor"))
    assert len(set(colours)) == 2


def test_it_reads_without_scripts(browser: Browser, annual: ReportFiles, heard: list[str]) -> None:
    for page in open_page(browser, annual, heard, java_script_enabled=False):
        assert page.locator("#table-countries tbody tr").count() == 3
        assert page.locator("figure svg").count() >= 8
