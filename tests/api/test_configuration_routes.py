"""Configuring over HTTP: the same answers as the functions below, and a problem document for every mistake."""

import json

import pytest
from fastapi.testclient import TestClient

from api.service import Service, Wish
from quotes.answer import as_json

KIDS = "/catalogs/kids/products/kids_bike"


def states(answer: dict, name: str) -> dict[str, str]:
    option = next(option for option in answer["options"] if option["name"] == name)
    return {value["value"]: value["state"] for value in option["values"]}


def test_yellow_leaves_two(client: TestClient) -> None:
    everything = client.post(f"{KIDS}/configuration", json={}).json()
    assert everything["count"] == "14"
    yellow = client.post(f"{KIDS}/configuration", json={"choices": {"colour": "yellow"}}).json()
    assert yellow["count"] == "2"
    assert yellow["valid"]
    assert not yellow["complete"]
    assert states(yellow, "front_wheel")["W14"] == "excluded"
    support = next(option for option in yellow["options"] if option["name"] == "wheel_support")
    assert (support["state"], support["value"]) == ("implied", "no")


def test_price_ranges_are_attained_ends(client: TestClient) -> None:
    answer = client.post(f"{KIDS}/configuration", json={"choices": {"colour": "yellow"}}).json()
    wheel = next(option for option in answer["options"] if option["name"] == "front_wheel")
    prices = {value["value"]: value["price"] for value in wheel["values"] if value["state"] != "excluded"}
    assert prices == {
        "W18": {"from": "214.00", "to": "214.00", "currency": "EUR"},
        "W20": {"from": "226.50", "to": "226.50", "currency": "EUR"},
    }


def test_why_not_names_rule_and_line(client: TestClient) -> None:
    body = {"choices": {"colour": "yellow"}, "name": "front_wheel", "value": "W14"}
    why = client.post(f"{KIDS}/why-not", json=body).json()["why"]
    assert [rule["name"] for rule in why["rules"]] == ["yellow_needs_large_wheel"]
    assert (why["rules"][0]["file"], why["rules"][0]["line"]) == ("kids.cpq", 20)
    assert [choice["name"] for choice in why["choices"]] == ["colour"]


def test_repairs_are_minimal(client: TestClient) -> None:
    body = {"choices": {"colour": "yellow"}, "name": "front_wheel", "value": "W14"}
    repairs = client.post(f"{KIDS}/repairs", json=body).json()["repairs"]
    assert [[change["name"] for change in repair["changes"]] for repair in repairs] == [["colour"]]


def test_completion_is_cheapest(client: TestClient) -> None:
    answer = client.post(f"{KIDS}/completion", json={"complete": "cheapest"}).json()
    assert answer["complete"]
    assert answer["total"]["net"] == "199.00"


def test_contradiction_is_an_answer_not_an_error(client: TestClient) -> None:
    answer = client.post(f"{KIDS}/configuration", json={"choices": {"front_wheel": "W14", "rear_wheel": "W16"}})
    assert answer.status_code == 200
    content = answer.json()
    assert not content["valid"]
    assert [rule["name"] for rule in content["conflict"]["rules"]] == ["same_wheels"]
    assert len(content["repairs"]) == 2


def test_http_and_function_agree(client: TestClient, service: Service) -> None:
    choices = {"motor": "cargo"}
    catalog = service.shelf.catalogs["ebikes"]
    body = {"choices": choices, "on": "2026-11-21", "customer": "C-1002"}
    over_http = client.post("/catalogs/ebikes/products/ebike/configuration", json=body).json()
    direct = as_json(service.configure(catalog, "ebike", Wish(choices, service.today(catalog), "C-1002")))
    assert over_http == json.loads(json.dumps(direct))


def test_suggestions_hold_what_configure_shows(client: TestClient) -> None:
    body = {"choices": {"motor": "trail"}, "customer": "C-1001"}
    path = "/catalogs/ebikes/products/ebike"
    shown = client.post(f"{path}/configuration", json={**body, "prices": False}).json()["suggestions"]
    assert client.post(f"{path}/suggestions", json=body).json() == shown


@pytest.mark.parametrize(
    ("path", "body", "status", "kind"),
    [
        ("/catalogs/nothing/products/kids_bike/configuration", {}, 404, "unknown-catalog"),
        ("/catalogs/kids/products/bike/configuration", {}, 404, "unknown-product"),
        (f"{KIDS}/configuration", {"choices": {"color": "red"}}, 422, "unreadable-choices"),
        (f"{KIDS}/configuration", {"choices": {"colour": "rot"}}, 422, "unreadable-choices"),
        (f"{KIDS}/configuration", {"choices": {"colour": 5}}, 422, "invalid-request"),
        (f"{KIDS}/configuration", {"choises": {}}, 422, "invalid-request"),
        (f"{KIDS}/configuration", {"customer": "C-9"}, 422, "unknown-customer"),
        (f"{KIDS}/configuration", {"on": "2026-02-30"}, 422, "invalid-request"),
        (f"{KIDS}/configuration", {"on": 0}, 422, "invalid-request"),
        (f"{KIDS}/why-not", {"name": "colour"}, 422, "invalid-request"),
        (f"{KIDS}/repairs", {"name": "colour", "value": "rot"}, 422, "unreadable-choices"),
        (f"{KIDS}/completion", {"complete": "best"}, 422, "invalid-request"),
        (f"{KIDS}/suggestions", {"language": "x" * 21}, 422, "invalid-request"),
    ],
)
def test_every_mistake_is_a_problem(client: TestClient, path: str, body: dict, status: int, kind: str) -> None:
    answer = client.post(path, json=body)
    assert answer.headers["content-type"] == "application/problem+json"
    content = answer.json()
    assert (answer.status_code, content["status"], content["type"]) == (status, status, f"/problems/{kind}")
    assert content["detail"]
    assert content["instance"] == path


def test_a_misspelt_choice_gets_a_pointer_and_a_hint(client: TestClient) -> None:
    error = client.post(f"{KIDS}/configuration", json={"choices": {"colour": "yelow"}}).json()["errors"][0]
    assert error["pointer"] == "/choices/colour"
    assert "yellow" in error["hint"]


def test_the_value_asked_about_has_its_own_pointer(client: TestClient) -> None:
    answer = client.post(f"{KIDS}/why-not", json={"name": "front_wheel", "value": "W15"})
    assert [error["pointer"] for error in answer.json()["errors"]] == ["/value"]


def test_a_choice_given_twice_is_refused(client: TestClient) -> None:
    body = b'{"choices": {"colour": "red", "colour": "yellow"}}'
    answer = client.post(f"{KIDS}/configuration", content=body, headers={"content-type": "application/json"})
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/repeated-member")
