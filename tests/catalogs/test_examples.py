"""The shipped example catalogs are complete: they load clean, every rule is tested, every text is in two languages."""

import csv
import json
import re
from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from functools import cache
from pathlib import Path

import pytest
from catalogs import Catalog, Loaded, load_folder, slices
from catalogs.effectivity import choices_on
from catalogs.marks import Label
from catalogs.model import ChoiceList, Component, NumberRange, Option, TextShape
from lxml import etree
from rules.formatter import format_text

EXAMPLES = Path(__file__).parents[2] / "catalogs" / "examples"
NAMES = ["ebikes", "workstations", "windows"]
DAY = date(2026, 11, 21)
PARTS = {"Cpu", "Board", "Memory", "Card", "Power", "Case", "Cooler"}


@cache
def loaded(name: str) -> Loaded:
    return load_folder(EXAMPLES / name)


def catalog(name: str) -> Catalog:
    found = loaded(name).catalog
    assert found is not None
    return found


def product(name: str) -> Component:
    (found,) = catalog(name).products
    return found


def rows(name: str, file: str) -> list[dict[str, str]]:
    with (EXAMPLES / name / file).open(encoding="utf-8", newline="") as sheet:
        return list(csv.DictReader(sheet))


@pytest.mark.parametrize("name", NAMES)
def test_loads_without_a_diagnostic(name: str) -> None:
    assert loaded(name).diagnostics == ()
    assert loaded(name).catalog is not None


@pytest.mark.parametrize("name", NAMES)
def test_ships_data_only(name: str) -> None:
    files = {path.suffix for path in (EXAMPLES / name).rglob("*") if path.is_file()}
    assert files <= {".cpq", ".csv", ".svg", ".json", ".md"}


@pytest.mark.parametrize("name", NAMES)
def test_every_rule_is_refused_by_some_test(name: str) -> None:
    refused = {expect.name for test in catalog(name).tests for expect in test.expects if expect.kind == "invalid"}
    assert refused == {rule.name for rule in catalog(name).rules}


@pytest.mark.parametrize("name", NAMES)
def test_has_prices_sales_and_drawings_around_its_rules(name: str) -> None:
    found = catalog(name)
    assert len(found.tests) >= (15 if name == "ebikes" else 10)
    assert len(found.customers) >= 3
    for part in ("price_lists", "charges", "scales", "taxes", "suggestions", "clauses", "items", "preferences",
                 "entitlements", "floors", "approvals"):  # fmt: skip
        assert getattr(found, part), part


def labels(name: str) -> Iterator[tuple[str, Label]]:
    found = catalog(name)
    yield name, found.label
    for choices in found.choices:
        yield choices.name, choices.label
        yield from ((f"{choices.name}.{c.name}", c.label) for c in choices.choices if choices.name not in PARTS)
    for component in found.components:
        yield component.name, component.label
        for member in (*component.options, *component.parts, *component.lets):
            yield f"{component.name}.{member.name}", member.label
        yield from ((f"{component.name} section", section.label) for section in component.sections)
        yield from ((f"{component.name} step", section.step) for section in component.sections if section.step)
    for because in (*found.rules, *found.charges, *found.suggestions):
        yield because.name, because.because
    for clause in found.clauses:
        yield from ((clause.name, paragraph) for paragraph in clause.paragraphs)


@pytest.mark.parametrize("name", NAMES)
def test_says_everything_in_german_too(name: str) -> None:
    same = re.compile(r"[A-Z0-9 -]+|80 Plus.*|(Micro|Extended) ATX|Mini-ITX|M\.2")  # what is called alike everywhere
    missing = [
        path for path, label in labels(name) if "de" not in label.translations and not same.fullmatch(label.text)
    ]
    assert missing == []


@pytest.mark.parametrize("name", NAMES)
def test_every_picture_is_used_and_harmless(name: str) -> None:
    drawn = {str(path.relative_to(EXAMPLES / name)) for path in (EXAMPLES / name / "media").iterdir()}
    assert drawn == set(catalog(name).media)
    for content in catalog(name).media.values():
        for element in etree.fromstring(content).iter("*"):
            assert element.tag.rpartition("}")[2] in {"svg", "title", "g", "rect", "circle", "path"}
            assert not [attribute for attribute in element.attrib if "href" in attribute or attribute.startswith("on")]


def option_at(name: str, path: str) -> Option:
    """Return the option that a path such as ``trailer[0].seats[1].harness`` names."""
    *outer, last = re.sub(r"\[\d+\]", "", path).split(".")
    component = product(name)
    for step in outer:
        component = catalog(name).component(next(part.component for part in component.parts if part.name == step))
    return next(option for option in component.options if option.name == last)


def can_be_chosen(option: Option, value: str) -> bool:
    match option.domain:
        case ChoiceList():
            return any(choice.name == value for choice in choices_on(option.domain, DAY))
        case NumberRange(low=low, high=high):
            scale = {"mm": 1000, "cm": 100, "": 1}[getattr(option.kind, "unit", "")]
            return low <= Fraction(value) / scale <= high
        case TextShape(longest=longest, pattern=pattern):
            return len(value) <= longest and (pattern is None or re.fullmatch(pattern, value) is not None)
    return value in {"yes", "no"}


@pytest.mark.parametrize("file", [f"{name}/request.json" for name in NAMES] + ["ebikes/wish.json"])
def test_wishes_name_what_is_there(file: str) -> None:
    name = file.partition("/")[0]
    request = json.loads((EXAMPLES / file).read_text(encoding="utf-8"))
    assert date.fromisoformat(request["day"]) == DAY
    assert request["customer"] in {customer.id for customer in catalog(name).customers}
    for line in request.get("lines", [request]):
        assert line["product"] == product(name).name
        for path, value in line["choices"].items():
            assert path.startswith("count(") or can_be_chosen(option_at(name, path), value), path


def test_ebikes_are_rich() -> None:
    found = catalog("ebikes")
    assert len(product("ebikes").options) >= 25
    assert len(found.suggestions) >= 4
    assert found.promotions
    assert found.groups
    assert found.contracts
    assert found.drawings
    assert {prices.name for prices in found.price_lists} == {"retail", "dealer", "school"}
    every = [choice for choices in found.choices for choice in choices.choices]
    assert any(choice.renamed_from for choice in every)
    assert any(choice.replaced_by for choice in every)
    assert any(option.retired for option in product("ebikes").options)
    assert any(option.effectivity.start for option in product("ebikes").options)
    assert len(slices(found)) > 3


def test_workstations_are_made_of_real_parts() -> None:
    found = {choices.name: {choice.name for choice in choices.choices} for choices in catalog("workstations").choices}
    assert sum(len(found[name]) for name in PARTS) >= 2000
    notice = (EXAMPLES / "workstations" / "ATTRIBUTION.md").read_text(encoding="utf-8")
    assert all(word in notice for word in ("BuildCores OpenDB", "ODC-By", "reduced and changed", "invented"))
    real = {name: len(found[name] - {"none", "boxed"}) for name in PARTS}
    assert all(f"| {name.lower()} | {count}" in notice for name, count in real.items())
    assert f"{sum(real.values()):,}" in notice


def test_every_part_has_one_price() -> None:
    priced = [(row["option"], row["choice"]) for row in rows("workstations", "prices/parts.csv")]
    kits = rows("workstations", "prices/memory.csv")
    priced += [(row["option"], row["choice"]) for row in kits if row["memory_kits"] == "1"]
    parts = [
        (name.lower(), choice.name)
        for choices in catalog("workstations").choices
        if (name := choices.name) in PARTS
        for choice in choices.choices
        if choice.name not in {"none", "boxed"}
    ]
    assert sorted(priced) == sorted(parts)
    single = {row["choice"]: Fraction(row["price"]) for row in kits if row["memory_kits"] == "1"}
    assert all(Fraction(row["price"]) == single[row["choice"]] * int(row["memory_kits"]) for row in kits)


def test_every_cooler_fits_some_socket() -> None:
    fitting = [row["cooler"] for row in rows("workstations", "tables/cooler_sockets.csv")]
    (coolers,) = (choices for choices in catalog("workstations").choices if choices.name == "Cooler")
    assert sorted(fitting) == sorted(choice.name for choice in coolers.choices)


@pytest.mark.parametrize("file", ["matrix", "dealer"])
def test_every_size_of_window_has_one_base_price(file: str) -> None:
    def ends(cell: str) -> tuple[int, int]:
        low, _, high = cell.partition("..")
        return int(low), int(high)

    matrix = [row for row in rows("windows", f"prices/{file}.csv") if row["width"]]
    fields = [(ends(row["width"]), ends(row["height"])) for row in matrix]
    for width in (400, 699, 700, 999, 1000, 1299, 1300, 1599, 1600, 1999, 2000, 2400):
        for height in (400, 699, 700, 999, 1000, 1299, 1300, 1599, 1600, 1999, 2000, 2299, 2300, 2600):
            assert sum(a <= width <= b and c <= height <= d for (a, b), (c, d) in fields) == 1
    assert sum((b - a + 1) * (d - c + 1) for (a, b), (c, d) in fields) == 2001 * 2201


@pytest.mark.parametrize("name", NAMES)
def test_is_written_in_canonical_form(name: str) -> None:
    for file, text in loaded(name).sources.items():
        if file.endswith(".cpq"):
            assert format_text(text, file) == (text, ()), file
