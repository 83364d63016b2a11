"""The order as TMF622: valid by the standard's own schemas in both versions, and exact to the cent."""

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft4Validator

from quotes.orders import accept, product_order, write_order
from quotes.quote import BomLine
from tests.quotes import factory

DAY = date(2026, 11, 30)
EXTENSIONS = {"unitOfMeasure"}
"""What we write beyond the standard, as the module says."""


@pytest.fixture(scope="module")
def standards(shared):
    folder = shared / "data" / "standards" / "tmforum"
    v4 = json.loads((folder / "TMF622-ProductOrder-v4.0.0.swagger.json").read_text(encoding="utf-8"))
    with (folder / "TMF622-v5.0.0.oas.yaml").open(encoding="utf-8") as file:
        v5 = yaml.load(file, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - both are safe
    for schema in v5["components"]["schemas"].values():
        _discriminate(schema)
    return {"v4": (v4, "definitions"), "v5": (v5, "components/schemas")}


def _discriminate(schema) -> None:
    """Let JSON Schema see what OpenAPI's discriminator means: the type named decides between the branches."""
    if "oneOf" in schema and "discriminator" in schema:
        schema["oneOf"] = [
            {"allOf": [{"required": ["@type"], "properties": {"@type": {"enum": [name]}}}, {"$ref": reference}]}
            for name, reference in schema["discriminator"]["mapping"].items()
        ]


def schemas(standard):
    document, path = standard
    for name in path.split("/"):
        document = document[name]
    return document


def validator(standard, name):
    document, path = standard
    root = path.split("/")[0]
    return Draft4Validator({"$ref": f"#/{path}/{name}", root: document[root]})


def members(standard, name):
    """Collect the properties that a schema declares, its parents' included."""
    found = set()
    waiting = [schemas(standard)[name]]
    while waiting:
        schema = waiting.pop()
        found |= set(schema.get("properties", {}))
        waiting += schema.get("allOf", [])
        if "$ref" in schema:
            waiting.append(schemas(standard)[schema["$ref"].rpartition("/")[2]])
    return found


def typed(value):
    if isinstance(value, dict):
        if "@type" in value:
            yield value
        for inner in value.values():
            yield from typed(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from typed(inner)


def order(lines=None):
    lines = lines or [factory.ebike_line(1), factory.window_line(2), factory.helmet_line(3)]
    return accept(factory.quote(lines, notes=("Gate 3.",)), "O-2026-1", DAY)


@pytest.mark.parametrize("version", ["v4", "v5"])
def test_it_is_valid_by_the_standard(standards, version):
    written = json.loads(write_order(order(), version))
    names = ["ProductOrder", "ProductOrder_Create" if version == "v4" else "ProductOrder_FVO"]
    for name in names:
        errors = [
            f"{list(error.path)}: {error.message}" for error in validator(standards[version], name).iter_errors(written)
        ]
        assert errors == []


@pytest.mark.parametrize("version", ["v4", "v5"])
def test_every_part_is_valid_by_its_own_type_and_has_declared_members(standards, version):
    """The discriminator is no JSON Schema: each object is judged by the schema its @type names."""
    aliases = {
        "Product": "ProductRefOrValue",
        "StringCharacteristic": "Characteristic",
        "NumberCharacteristic": "Characteristic",
    }
    for part in typed(json.loads(write_order(order(), version))):
        name = part["@type"] if version == "v5" else aliases.get(part["@type"], part["@type"])
        assert [error.message for error in validator(standards[version], name).iter_errors(part)] == []
        assert set(part) - members(standards[version], name) <= EXTENSIONS, name


def test_the_validator_can_fail(standards):
    for version in ("v4", "v5"):
        written = json.loads(write_order(order(), version))
        written["productOrderItem"][0]["quantity"] = 1.5
        written["state"] = "sold"
        assert len(list(validator(standards[version], "ProductOrder").iter_errors(written))) == 2


def test_what_order_capture_needs_is_there():
    written = json.loads(write_order(order()), parse_float=Decimal)
    assert written["externalId"][0]["id"] == written["id"] == "O-2026-1"
    assert written["quote"][0]["id"] == "Q-2026-000417"
    assert {party["role"]: party["partyOrPartyRole"]["id"] for party in written["relatedParty"]} == {
        "customer": "C-1047",
        "seller": "ebikes",
    }
    line = written["productOrderItem"][0]
    assert (line["id"], line["quantity"], line["productOffering"]["id"]) == ("L1", 6, "ebike")
    assert line["productOffering"]["version"] == factory.CATALOG_VERSION
    assert line["quoteItem"] == {"@type": "QuoteItemRef", "quoteId": "Q-2026-000417", "quoteItemId": "L1"}
    values = {one["name"]: one["value"] for one in line["product"]["productCharacteristic"]}
    assert values["motor"] == "trail"
    assert values["frame_size"] == Decimal("54.5")
    nested = {one["product"]["productSpecification"]["id"]: one for one in line["productOrderItem"]}
    assert nested["BAG-S"]["quantity"] == 12
    assert nested["CABLE"]["quantity"] == 15
    assert written["note"][1]["text"] == "Gate 3."


def test_version_4_has_its_own_shapes():
    written = json.loads(write_order(order(), "v4"))
    assert written["externalId"] == "O-2026-1"
    assert written["orderDate"] == "2026-11-30T00:00:00Z"
    assert written["relatedParty"][0]["@referredType"] == "Organization"
    assert written["productOrderItem"][0]["quoteItem"]["id"] == "L1"


def test_prices_lead_from_list_to_net():
    line = json.loads(write_order(order()), parse_float=Decimal)["productOrderItem"][0]
    price = line["itemPrice"][0]
    assert price["price"]["dutyFreeAmount"] == {"unit": "EUR", "value": Decimal("2473.90")}
    (discount,) = price["priceAlteration"]
    assert discount["price"]["dutyFreeAmount"]["value"] == Decimal("-98.956")
    assert discount["price"]["percentage"] == -4
    assert line["itemTotalPrice"][0]["price"]["dutyFreeAmount"]["value"] == Decimal("14249.66")
    assert line["itemTotalPrice"][0]["price"]["taxRate"] == 19


LINES = st.lists(
    st.tuples(st.sampled_from([factory.ebike_line, factory.window_line, factory.helmet_line]), st.integers(1, 10_000)),
    min_size=1,
    max_size=6,
)


@given(LINES, st.sampled_from(["v4", "v5"]))
def test_totals_are_the_quotes_to_the_cent(made, version):
    quote = factory.quote([make(number, quantity) for number, (make, quantity) in enumerate(made, 1)])
    written = json.loads(write_order(accept(quote, "O-1", DAY), version), parse_float=Decimal)
    price = written["orderTotalPrice"][0]["price"]
    assert price["dutyFreeAmount"]["value"] * 100 == quote.priced.totals.net
    assert price["taxIncludedAmount"]["value"] * 100 == quote.priced.totals.gross
    items = [item["itemTotalPrice"][0]["price"]["dutyFreeAmount"]["value"] for item in written["productOrderItem"]]
    assert sum(items) == price["dutyFreeAmount"]["value"]
    for item in written["productOrderItem"]:
        unit = item["itemPrice"][0]
        net = unit["price"]["dutyFreeAmount"]["value"] + sum(
            one["price"]["dutyFreeAmount"]["value"] for one in unit.get("priceAlteration", [])
        )
        assert abs(net * item["quantity"] - item["itemTotalPrice"][0]["price"]["dutyFreeAmount"]["value"]) <= Decimal(
            "0.005"
        )


@pytest.mark.parametrize(
    ("quantity", "value", "kind"),
    [("2.25", Decimal("6.75"), "NumberCharacteristic"), ("1/7", "3/7", "StringCharacteristic")],
)
def test_an_item_of_no_whole_number_has_its_exact_quantity_as_a_characteristic(quantity, value, kind):
    line = replace(factory.ebike_line(1, 3), items=(BomLine("CABLE", factory.label("Cable"), quantity),))
    written = json.loads(write_order(order([line])), parse_float=Decimal)
    (item,) = written["productOrderItem"][0]["productOrderItem"]
    assert "quantity" not in item
    (characteristic,) = item["product"]["productCharacteristic"]
    assert (characteristic["name"], characteristic["value"], characteristic["@type"]) == ("quantity", value, kind)


def test_it_speaks_the_quotes_language():
    german = product_order(accept(factory.quote(language="de"), "O-1", DAY))
    assert '"Nordwind Mobilität"' in json.dumps(german, ensure_ascii=False, default=str)


def test_the_same_order_is_the_same_text_and_holds_no_cost():
    assert write_order(order()) == write_order(order())
    assert "cost" not in write_order(order())
    assert "4200" not in write_order(order())


def test_rates_without_an_end_are_rounded():
    line = factory.ebike_line(1)
    line = replace(line, price=replace(line.price, tax_rate=Fraction(1, 3)))
    written = json.loads(write_order(order([line])), parse_float=Decimal)
    assert written["productOrderItem"][0]["itemTotalPrice"][0]["price"]["taxRate"] == Decimal("33.333333")
