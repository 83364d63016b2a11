"""A real server and a real browser; without a browser these tests skip at home and fail in CI."""

import os
import shutil
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Page, sync_playwright

from api.app import create_app
from api.service import Service
from api.shelf import Shelf, open_catalog
from api.storage import QuoteFolder

EXAMPLES = Path(__file__).parents[2] / "catalogs" / "examples"
KIDS = Path(__file__).parents[1] / "api" / "data" / "kids"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")


def browser_path() -> str:
    found = os.environ.get("CPQ_CHROMIUM") or next((path for name in NAMES if (path := shutil.which(name))), None)
    if found is None:
        if os.environ.get("CI"):
            pytest.fail("no browser in CI: install chromium or set CPQ_CHROMIUM")
        pytest.skip("no browser here: install chromium or set CPQ_CHROMIUM")
    return found


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    shelf = Shelf((open_catalog(KIDS), open_catalog(EXAMPLES / "ebikes")))
    service = Service(
        shelf, QuoteFolder(tmp_path_factory.mktemp("kept")), lambda: datetime(2026, 11, 21, 12, tzinfo=UTC)
    )
    server = uvicorn.Server(uvicorn.Config(create_app(service), host="127.0.0.1", port=0, log_level="warning"))
    server.config.load()
    sockets = [server.config.bind_socket()]
    thread = threading.Thread(target=server.run, args=(sockets,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join(10)


@pytest.fixture
def page(address: str) -> Iterator[Page]:
    options = [
        "--disable-gpu",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
    ]
    if os.geteuid() == 0:
        options.append("--no-sandbox")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=browser_path(), args=options)
        context = browser.new_context(base_url=address, viewport={"width": 1280, "height": 900})
        page = context.new_page()
        faults: list[str] = []
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
        yield page
        browser.close()
    assert not faults, faults
