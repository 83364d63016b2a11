"""Over HTTP and on the command line: what a customer may not see is in no answer; `cpq entitled` says why."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from api.app import create_app
from api.commands.main import app
from api.service import Service
from api.shelf import Shelf
from api.storage import QuoteFolder
from tests.api.conftest import FixedClock
from tests.quotes import canaries
from tests.quotes.canaries import leaks

BIKE = "/catalogs/shop/products/bike"
SCHOOL = {"customer": "S-1"}
CATALOG = canaries.load()
SHELF = Shelf([CATALOG])


def client_for(folder: Path, viewer: str) -> TestClient:
    service = Service(SHELF, QuoteFolder(folder), FixedClock(), viewer)  # type: ignore[arg-type] # two viewers
    return TestClient(create_app(service), base_url="http://127.0.0.1:8000", raise_server_exceptions=False)


@pytest.fixture
def school(tmp_path: Path) -> TestClient:
    return client_for(tmp_path, "customer")


@pytest.fixture
def rep(tmp_path: Path) -> TestClient:
    return client_for(tmp_path, "rep")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shop = tmp_path / "shop"
    for name, content in canaries.files().items():
        (shop / name).parent.mkdir(parents=True, exist_ok=True)
        (shop / name).write_bytes(content)
    return shop


QUESTIONS = [
    ("configuration", {}),
    ("configuration", {"choices": {"motor": "trail"}}),
    ("configuration", {"choices": {"motor": "urban", "lights": "yes"}}),
    ("configuration", {"choices": {"motor": "trail", "lights": "no"}, "language": "de"}),
    ("configuration", {"choices": {"colour": "gold"}}),
    ("configuration", {"choices": {"mount": "plain"}}),
    ("why-not", {"choices": {"motor": "trail"}, "name": "lights", "value": "no"}),
    ("why-not", {"choices": {"lights": "yes"}, "name": "motor", "value": "urban"}),
    ("repairs", {"choices": {"motor": "cargo"}, "name": "colour", "value": "red"}),
    ("repairs", {"choices": {"motor": "trail"}, "name": "lights", "value": "no"}),
    ("completion", {"choices": {}, "complete": "cheapest"}),
    ("completion", {"choices": {"motor": "cargo"}, "complete": "preferred"}),
    ("suggestions", {"choices": {}}),
]


@pytest.mark.parametrize(("route", "body"), QUESTIONS)
def test_no_route_leaks(school: TestClient, route: str, body: dict[str, object]) -> None:
    answer = school.post(f"{BIKE}/{route}", json={**body, **SCHOOL})
    assert answer.status_code in {200, 422}
    assert leaks(answer.text) == []


@pytest.mark.parametrize("path", ["/catalogs", "/catalogs/shop", "/catalogs/shop?customer=S-1", f"{BIKE}?customer=S-1", "/",
                                  "/configure/shop/bike", "/configure/shop/bike?customer=S-1"])  # fmt: skip
def test_no_page_and_no_list_leaks(school: TestClient, path: str) -> None:
    answer = school.get(path)
    assert answer.status_code == 200
    assert leaks(answer.text) == []


def test_dealers_see_their_products(school: TestClient) -> None:
    shown = school.get("/catalogs/shop?customer=D-1").json()
    assert [one["name"] for one in shown["products"]] == ["bike", "zzqtandem"]
    assert school.get("/catalogs/shop/products/zzqtandem?customer=D-1").status_code == 200
    assert school.get("/configure/shop/zzqtandem?customer=D-1").status_code == 200


def test_a_hidden_product_answers_as_one_that_is_not_there(school: TestClient) -> None:
    def document(name: str) -> str:
        posted = school.post(f"/catalogs/shop/products/{name}/configuration", json=SCHOOL)
        shown = school.get(f"/catalogs/shop/products/{name}?customer=S-1")
        page = school.get(f"/configure/shop/{name}?customer=S-1")
        assert (posted.status_code, shown.status_code, page.status_code) == (404, 404, 404)
        return (posted.text + shown.text + page.text).replace(name, "NAME")

    assert document("zzqtandem") == document("xywtandem") == document("zqtandem")


def a_quote(client: TestClient, **line: object):
    lines = [{"product": "bike", "choices": {"motor": "trail", "count(bags)": "1"}, **line}]
    return client.post("/catalogs/shop/quotes", json={**SCHOOL, "lines": lines})


def test_quotes_orders_and_documents_leak_nothing(school: TestClient) -> None:
    made = a_quote(school)
    assert made.status_code == 201
    name = made.json()["id"]
    order = school.post(f"/quotes/{name}/accept")
    again = school.post(f"/quotes/{name}/accept")
    kept = school.get(f"/orders/{order.json()['id']}")
    assert (order.status_code, again.status_code, kept.status_code) == (201, 200, 200)
    for answer in (made, school.get(f"/quotes/{name}"), school.get("/quotes"), order, again, kept):
        assert leaks(answer.text) == []


def test_the_sellers_side_has_the_whole_order(school: TestClient, tmp_path: Path) -> None:
    made = a_quote(school).json()["id"]
    order = school.post(f"/quotes/{made}/accept").json()["id"]
    whole = client_for(tmp_path, "rep").get(f"/orders/{order}").text
    assert "ZZQMOUNT-plain" in whole


@pytest.mark.parametrize(("line", "code"), [
    ({"choices": {"colour": "gold"}}, "unknown-choice"),
    ({"choices": {"motor": "trail", "lights": "no"}}, "contradiction"),
    ({"choices": {"motor": "cargo"}}, "not-entitled"),
    ({"quantity": 4}, "over-quota"),
    ({"product": "tandem"}, "unknown-product"),
])  # fmt: skip
def test_no_refusal_leaks(school: TestClient, line: dict[str, object], code: str) -> None:
    refused = a_quote(school, **line)
    assert refused.status_code == 422
    assert [one["code"] for one in refused.json()["errors"]] == [code]
    assert leaks(refused.text) == []


def test_a_rep_sees_what_the_customer_may_not(rep: TestClient) -> None:
    answer = rep.post(f"{BIKE}/configuration", json=SCHOOL).json()
    colour = next(one for one in answer["options"] if one["name"] == "colour")
    assert {one["value"]: one.get("barred") for one in colour["values"]} == {
        "red": None, "zzqgold": ["see", "price", "buy"], "blue": None,
    }  # fmt: skip


# --- commands ----------------------------------------------------------------------------------------


def run(*words: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, list(words))
    return done.exit_code, done.output


@pytest.mark.parametrize("more", [
    ["--json"], [], ["--json", "--complete", "cheapest"], ["--why", "lights=no", "-c", "motor=trail"],
    ["--get", "lights=no", "-c", "motor=trail", "--json"], ["-c", "motor=trail", "-c", "lights=no"], ["-c", "colour=gold"],
])  # fmt: skip
def test_configure_leaks_nothing(folder: Path, more: list[str]) -> None:
    _, said = run("configure", str(folder), "bike", "--customer", "S-1", "--on", "2026-11-21", *more)
    assert "motor" in said or "colour" in said
    assert leaks(said) == []


def test_configure_hints_at_no_hidden_product(folder: Path) -> None:
    code, said = run("configure", str(folder), "zqtandem", "--customer", "S-1", "--on", "2026-11-21")
    assert code == 2
    assert leaks(said) == []


def test_configure_for_a_rep_shows_it(folder: Path) -> None:
    _, said = run("configure", str(folder), "bike", "--customer", "S-1", "--on", "2026-11-21", "--viewer", "rep")
    assert "zzqgold" in said


def entries(folder: Path, customer: str) -> dict[str, dict[str, tuple[str, list[tuple[str, int]]]]]:
    code, said = run("entitled", str(folder), customer, "--day", "2026-11-21", "--json")
    assert code == 0
    return {
        one["path"]: {
            verb: (one[verb]["answer"], [(why["entitlement"], why["line"]) for why in one[verb]["because"]])
            for verb in ("see", "price", "buy")
        }
        for product in json.loads(said)["products"]
        for one in product["entries"]
    }


def line_of(text: str) -> int:
    return canaries.SHOP.split("\n").index(f"  {text}") + 1


def test_entitled_says_yes_and_no_with_name_and_line(folder: Path) -> None:
    found = entries(folder, "S-1")
    everybody = ("everybody", line_of("may see, price, buy bike"))
    assert found["bike.colour.zzqgold"]["see"] == ("no", [("zzq_schools", line_of("may not see bike.colour.zzqgold"))])
    assert found["bike.zzqmount"]["buy"] == ("no", [("zzq_schools", line_of("may not see bike.zzqmount"))])
    assert found["bike.bags.size.zzqlarge"]["see"][0] == "no"
    assert found["bike.motor.cargo"]["see"] == ("yes", [everybody])
    assert found["bike.motor.cargo"]["buy"] == (
        "no", [("zzq_schools", line_of("may not buy bike where motor = cargo"))],
    )  # fmt: skip
    assert found["bike.motor.trail"]["buy"][0] == "yes"
    assert found["bike.colour.blue"]["see"][0] == "sometimes"
    assert found["zzqtandem"]["see"] == ("no", [])


def test_entitled_of_somebody_with_everything(folder: Path) -> None:
    found = entries(folder, "D-1")
    assert {answer for one in found.values() for answer, _ in one.values()} == {"yes"}


def test_entitled_reads_well(folder: Path) -> None:
    code, said = run("entitled", str(folder), "S-1", "--day", "2026-11-21")
    assert code == 0
    assert "bike.colour.zzqgold: see no, price no, buy no" in said
    assert (
        f"may not see bike.colour.zzqgold  (zzq_schools, shop.cpq:{line_of('may not see bike.colour.zzqgold')})" in said
    )
    assert "bike: at most 3" in said
    assert "nothing grants it" in said


def test_entitled_knows_its_customers(folder: Path) -> None:
    code, said = run("entitled", str(folder), "S-2")
    assert code == 2
    assert "S-1" in said
