"""What guards every request, and what every error looks like."""

import json
import re

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.edge import MOST_BODY_BYTES
from api.service import Service

CONFIGURE = "/catalogs/kids/products/kids_bike/configuration"


def kind(answer) -> str:
    assert answer.headers["content-type"] == "application/problem+json"
    return answer.json()["type"].removeprefix("/problems/")


def test_foreign_host_is_refused(service: Service) -> None:
    foreign = TestClient(create_app(service), base_url="http://attacker.example")
    answer = foreign.get("/catalogs")
    assert (answer.status_code, kind(answer)) == (400, "unknown-host")


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.1:8000", "localhost:1", "[::1]:8000", "[::1]"])
def test_own_hosts_are_served(client: TestClient, host: str) -> None:
    assert client.get("/catalogs", headers={"host": host}).status_code == 200


def test_large_bodies_are_refused(client: TestClient) -> None:
    answer = client.post(CONFIGURE, content=b" " * (MOST_BODY_BYTES + 1))
    assert (answer.status_code, kind(answer)) == (413, "body-too-large")


def test_large_bodies_in_pieces_are_refused(client: TestClient) -> None:
    answer = client.post(CONFIGURE, content=(b" " * 100_000 for _ in range(20)))
    assert (answer.status_code, kind(answer)) == (413, "body-too-large")


@pytest.mark.parametrize("body", [b"{", b'{"choices": ', b"\xff\xfe", b"[" * 100_000])
def test_malformed_json(client: TestClient, body: bytes) -> None:
    answer = client.post(CONFIGURE, content=body, headers={"content-type": "application/json"})
    assert answer.status_code in {400, 422}
    assert kind(answer) in {"malformed-json", "invalid-request", "bad-request"}


def test_unknown_path_and_method(client: TestClient) -> None:
    assert kind(client.get("/nowhere")) == "not-found"
    answer = client.get(CONFIGURE)
    assert (answer.status_code, kind(answer)) == (405, "method-not-allowed")
    assert "POST" in answer.headers["allow"]


def test_a_crash_is_a_problem_without_its_inside(
    client: TestClient, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(*_: object, **__: object) -> None:
        raise RuntimeError("secret inside")

    monkeypatch.setattr(service.shelf, "engine", crash)
    answer = client.post(CONFIGURE, json={})
    assert (answer.status_code, kind(answer)) == (500, "internal-error")
    assert "secret" not in answer.text


def test_every_answer_has_security_headers(client: TestClient) -> None:
    for path in ("/", "/catalogs", "/nowhere", "/static/style.css"):
        headers = client.get(path).headers
        assert "default-src 'none'" in headers["content-security-policy"], path
        assert headers["x-content-type-options"] == "nosniff"


def test_openapi_is_complete(client: TestClient) -> None:
    document = client.get("/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            place = f"{method} {path}"
            assert operation.get("summary"), place
            assert operation.get("description"), place
            assert operation["tags"], place
            problems = [
                status
                for status, answer in operation["responses"].items()
                if "application/problem+json" in answer.get("content", {})
            ]
            assert {"400", "500"} <= set(problems), place
            if "{" in path:
                assert "404" in problems, place
            if method == "post" and "accept" not in path:
                assert "requestBody" in operation, place
    for reference in re.findall(r'"\$ref": "([^"]*)"', json.dumps(document)):
        place = document
        for step in reference.removeprefix("#/").split("/"):
            place = place[step]
    assert "HTTPValidationError" not in json.dumps(document["paths"])


def test_docs_page_needs_nothing_from_outside(client: TestClient) -> None:
    text = client.get("/docs").text
    assert "swagger" in text.lower()
    assert "//cdn" not in text
    assert "https://" not in text
