"""docs/json.md is true: its example is what the function answers, and it names every member."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import catalogs
from api.schemas import QuoteLineRequest
from quotes.answer import as_json, configure
from quotes.request import read_request
from tests.quotes import shop
from tests.quotes.shop import DAY

ROOT = Path(__file__).parents[2]
KIDS = Path(__file__).parent / "data/kids_bike.cpq"
TEXT = (ROOT / "docs/json.md").read_text(encoding="utf-8")


def members(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield name
            if name != "choices" or isinstance(inner, list):
                yield from members(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from members(inner)


def test_the_example_is_the_answer() -> None:
    shown = json.loads(re.search(r"```json\n(.*?)```", TEXT, re.DOTALL)[1])
    catalog = catalogs.load_folder(KIDS).catalog
    assert catalog is not None
    asked = ("front_wheel", "W14")
    assert as_json(configure(catalog, "kids_bike", {"colour": "yellow"}, day=DAY, why=asked, get=asked)) == shown


def test_every_member_is_named() -> None:
    catalog = shop.load_small()
    wrong = configure(catalog, "bike", {"motr": "x"}, day=DAY)
    clash = configure(catalog, "bike", {"motor": "cargo", "battery": "b400"}, day=DAY, why=("lights", "yes"))
    whole = configure(catalog, "bike", {"motor": "trail"}, day=DAY, complete="cheapest")
    named = set(re.findall(r"[`\"]([a-z_]+)[`\"]", TEXT))
    for answer in (wrong, clash, whole):
        assert set(members(as_json(answer))) <= named


def test_what_a_line_without_complete_means_is_told_as_it_is_read() -> None:
    request, _ = read_request('{"customer": "c", "day": "2026-11-21", "lines": [{"product": "p"}]}')
    assert request is not None
    told = re.search(r"`complete` is `(\w+)` \(so too where it is missing\)", TEXT)
    assert told is not None
    assert request.lines[0].complete == told[1] == QuoteLineRequest(product="p").complete
