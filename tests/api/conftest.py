"""A service over real catalogs with a fixed clock, and clients for its doors."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.service import Service
from api.shelf import Shelf, open_catalog
from api.storage import QuoteFolder
from catalogs.model import Catalog

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
EXAMPLES = Path(__file__).parents[2] / "catalogs" / "examples"
KIDS = Path(__file__).parent / "data" / "kids"


class FixedClock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture(scope="session")
def catalogs() -> tuple[Catalog, ...]:
    return (open_catalog(EXAMPLES / "ebikes"), open_catalog(KIDS))


@pytest.fixture(scope="session")
def shelf(catalogs: tuple[Catalog, ...]) -> Shelf:
    return Shelf(catalogs)


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


@pytest.fixture
def service(shelf: Shelf, clock: FixedClock, tmp_path: Path) -> Service:
    return Service(shelf, QuoteFolder(tmp_path), clock)


@pytest.fixture
def client(service: Service) -> TestClient:
    return TestClient(create_app(service), base_url="http://127.0.0.1:8000", raise_server_exceptions=False)
