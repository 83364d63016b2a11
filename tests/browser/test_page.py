"""The page in a real browser: every click gives the engine's answer, why, repair, completion, quote."""

import os
import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

PATIENCE = 30_000


@pytest.fixture
def kids(page: Page) -> Page:
    page.goto("/configure/kids/kids_bike")
    expect(page.locator("#count")).to_have_text("14", timeout=PATIENCE)
    return page


def value(page: Page, option: str, label: str):
    return page.locator(f'fieldset[data-option="{option}"] label.value').filter(
        has_text=re.compile(rf"^\s*{label}", re.IGNORECASE)
    )


def test_choosing_shows_what_follows(kids: Page) -> None:
    value(kids, "colour", "yellow").click()
    expect(kids.locator("#count")).to_have_text("2", timeout=PATIENCE)
    expect(value(kids, "front_wheel", "14-inch wheel")).to_have_class(re.compile("excluded"))
    expect(kids.locator('fieldset[data-option="wheel_support"]')).to_contain_text("follows")
    expect(kids.locator("#price")).to_have_text(re.compile(r"^214\.00 . 226\.50 EUR$"), timeout=PATIENCE)


def test_why_and_get_it_anyway(kids: Page) -> None:
    value(kids, "colour", "yellow").click()
    expect(kids.locator("#count")).to_have_text("2", timeout=PATIENCE)
    value(kids, "front_wheel", "14-inch wheel").click()
    explanation = kids.locator("#explanation")
    expect(explanation).to_contain_text("kids.cpq:20", timeout=PATIENCE)
    expect(explanation).to_contain_text("Yellow frames")
    explanation.get_by_role("button", name="Do this").first.click()
    expect(value(kids, "front_wheel", "14-inch wheel")).to_have_class(re.compile("chosen"), timeout=PATIENCE)
    kids.get_by_role("button", name="Undo").click()
    expect(kids.locator("#count")).to_have_text("2", timeout=PATIENCE)


def test_finish_and_quote(kids: Page) -> None:
    kids.locator("#customer").select_option("C-1")
    kids.get_by_role("button", name="Finish at the lowest price").click()
    expect(kids.locator("#status")).to_have_text("Valid and complete.", timeout=PATIENCE)
    expect(kids.locator("#price")).to_contain_text("199.00")
    kids.locator("#quantity").fill("3")
    kids.get_by_role("button", name="Make a quote").click()
    link = kids.get_by_role("link", name="open the PDF")
    expect(link).to_be_visible(timeout=PATIENCE)
    answer = kids.request.get(link.get_attribute("href") or "")
    assert answer.body().startswith(b"%PDF-")


def test_fast_clicks_show_the_last_state(kids: Page) -> None:
    for colour in ("red", "green", "blue", "yellow", "red", "yellow"):
        value(kids, "colour", colour).click()
    expect(kids.locator("#count")).to_have_text("2", timeout=PATIENCE)
    expect(kids.locator("#price")).to_have_text(re.compile(r"^214\.00 . 226\.50 EUR$"), timeout=PATIENCE)


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 1280), ("light", 320)])
def test_accessible_and_never_wider_than_the_screen(kids: Page, scheme: str, width: int) -> None:
    kids.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    kids.set_viewport_size({"width": width, "height": 800})
    value(kids, "colour", "yellow").click()
    expect(kids.locator("#count")).to_have_text("2", timeout=PATIENCE)
    assert kids.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    found = Axe().run(kids)
    assert found.violations_count == 0, found.generate_report()


def test_the_ebike_page(page: Page) -> None:
    page.goto("/configure/ebikes/ebike?language=en")
    expect(page.locator("#status")).to_have_text("Valid so far.", timeout=PATIENCE)
    value(page, "motor", "Cargo").click()
    expect(page.locator('fieldset[data-option="motor"]')).to_contain_text("chosen", timeout=PATIENCE)
    value(page, "range_extender", "No").click()
    expect(value(page, "battery", "400").first).to_have_class(re.compile("excluded"), timeout=PATIENCE)
    expect(page.locator("#price")).to_contain_text("EUR", timeout=PATIENCE)
    if folder := os.environ.get("CPQ_SCREENSHOTS"):
        expect(page.locator(".money").first).to_be_visible(timeout=PATIENCE)
        page.screenshot(path=Path(folder) / "configure.png")
