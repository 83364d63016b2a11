"""Quotes and orders over HTTP: made, shown, drawn, accepted once."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from fastapi.testclient import TestClient

from api.service import Service

REQUEST = {"customer": "C-1", "lines": [{"product": "kids_bike", "quantity": 3, "choices": {"colour": "yellow"}}]}


def make(client: TestClient) -> dict:
    answer = client.post(
        "/catalogs/kids/quotes", json={**REQUEST, "lines": [{**REQUEST["lines"][0], "complete": "cheapest"}]}
    )
    assert answer.status_code == 201, answer.text
    assert answer.headers["location"] == f"/quotes/{answer.json()['id']}"
    return answer.json()


def test_quote_is_kept_and_shown(client: TestClient) -> None:
    made = make(client)
    assert client.get(f"/quotes/{made['id']}").json() == made
    assert [(entry["id"], entry["total"]) for entry in client.get("/quotes").json()] == [(made["id"], "763.98")]


def test_pdf_is_the_same_every_time(client: TestClient) -> None:
    made = make(client)
    first = client.get(f"/quotes/{made['id']}/pdf")
    assert first.headers["content-type"] == "application/pdf"
    assert first.content.startswith(b"%PDF-")
    assert client.get(f"/quotes/{made['id']}/pdf").content == first.content


def test_accepting_twice_makes_one_order(client: TestClient) -> None:
    made = make(client)
    first = client.post(f"/quotes/{made['id']}/accept")
    second = client.post(f"/quotes/{made['id']}/accept")
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json() == second.json()
    assert client.get(first.headers["location"]).json() == first.json()
    assert client.get(f"/quotes/{made['id']}").json()["state"] == "accepted"


def test_many_accept_at_once_one_order(client: TestClient, service: Service) -> None:
    made = make(client)
    with ThreadPoolExecutor(8) as pool:
        orders = list(pool.map(lambda _: service.accept(made["id"]), range(16)))
    assert sum(order.created for order in orders) == 1
    assert len({order.text for order in orders}) == 1


def test_an_expired_quote_is_not_accepted(client: TestClient, clock) -> None:
    made = make(client)
    clock.now += timedelta(days=400)
    answer = client.post(f"/quotes/{made['id']}/accept")
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/quote-expired")
    assert client.get(f"/quotes/{made['id']}").json()["state"] == "expired"


@pytest.mark.parametrize(
    ("method", "path", "kind"),
    [
        ("GET", "/quotes/Q-1", "unknown-quote"),
        ("GET", "/quotes/Q-1/pdf", "unknown-quote"),
        ("POST", "/quotes/Q-1/accept", "unknown-quote"),
        ("GET", "/orders/O-1", "unknown-order"),
        ("GET", "/orders/..%2Fquotes%2Fx", "not-found"),
        ("GET", "/catalogs/none", "unknown-catalog"),
        ("GET", "/catalogs/kids/products/none", "unknown-product"),
        ("GET", "/catalogs/none/customers", "unknown-catalog"),
        ("GET", "/catalogs/kids/media/none.svg", "unknown-media"),
        ("GET", "/catalogs/kids/media/kids.cpq", "unknown-media"),
        ("GET", "/configure/kids/none", "unknown-product"),
    ],
)
def test_what_is_not_there(client: TestClient, method: str, path: str, kind: str) -> None:
    answer = client.request(method, path)
    assert (answer.status_code, answer.json()["type"]) == (404, f"/problems/{kind}")
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"lines": []}, ""),
        ({"customer": "C-1", "lines": []}, "/lines"),
        ({"customer": "C-7", "lines": REQUEST["lines"]}, "/customer"),
        ({"customer": "C-1", "lines": [{"product": "kids_bik", "quantity": 1}]}, "/lines/0/product"),
        ({"customer": "C-1", "lines": [{"product": "kids_bike", "quantity": 0}]}, "/lines/0/quantity"),
        (
            {"customer": "C-1", "lines": [{"product": "kids_bike", "quantity": 1, "choices": {"colour": "x"}}]},
            "/lines/0/choices/colour",
        ),
    ],
)
def test_a_refused_request_says_where(client: TestClient, body: dict, pointer: str) -> None:
    answer = client.post("/catalogs/kids/quotes", json=body)
    assert answer.status_code == 422
    assert pointer in [error["pointer"] for error in answer.json()["errors"]]
    assert client.get("/quotes").json() == []


def test_a_contradictory_line_is_refused(client: TestClient) -> None:
    line = {"product": "kids_bike", "quantity": 1, "choices": {"front_wheel": "W14", "rear_wheel": "W16"}}
    answer = client.post("/catalogs/kids/quotes", json={"customer": "C-1", "lines": [line]})
    assert answer.status_code == 422
    assert "same_wheels" in answer.text or "same size" in answer.text


def test_quote_requests_are_json(client: TestClient) -> None:
    answer = client.post("/catalogs/kids/quotes", content=json.dumps(REQUEST), headers={"content-type": "text/plain"})
    assert (answer.status_code, answer.json()["type"]) == (415, "/problems/unsupported-media-type")
    broken = client.post("/catalogs/kids/quotes", content=b"{", headers={"content-type": "application/json"})
    assert broken.status_code == 400


def test_catalogs_products_customers_media(client: TestClient) -> None:
    names = [entry["name"] for entry in client.get("/catalogs").json()]
    assert names == ["ebikes", "kids"]
    assert client.get("/catalogs/kids").json()["products"][0]["name"] == "kids_bike"
    assert client.get("/catalogs/kids/customers").json() == [{"id": "C-1", "name": "Ada Lovelace"}]
    product = client.get("/catalogs/ebikes/products/ebike").json()
    picture = client.get(product["picture"])
    assert (picture.status_code, picture.headers["content-type"]) == (200, "image/svg+xml")


def test_pages_render_in_every_language(client: TestClient) -> None:
    assert "Kids bike" in client.get("/").text
    for language in ("en", "de", "xx"):
        answer = client.get("/configure/ebikes/ebike", params={"language": language})
        assert answer.status_code == 200
        assert "configure.js" in answer.text


def test_a_damaged_file_hides_no_other_quote(client: TestClient, service: Service) -> None:
    made = make(client)
    service.folder.add_quote("Q-damaged", "{}")
    assert [entry["id"] for entry in client.get("/quotes").json()] == [made["id"]]
    for answer in (client.get("/quotes/Q-damaged"), client.post("/quotes/Q-damaged/accept")):
        assert (answer.status_code, answer.json()["type"]) == (409, "/problems/unreadable-quote")


def test_validity_ends_with_the_day_of_the_catalog(client: TestClient, service: Service, clock, monkeypatch) -> None:
    made = make(client)
    catalog = service.shelf.catalogs["kids"]
    monkeypatch.setitem(service.shelf.catalogs, "kids", replace(catalog, time_zone="Pacific/Auckland"))
    clock.now = datetime.combine(date.fromisoformat(made["valid_until"]), time(13), UTC)
    assert client.get(f"/quotes/{made['id']}").json()["state"] == "expired"
    assert client.post(f"/quotes/{made['id']}/accept").status_code == 409
