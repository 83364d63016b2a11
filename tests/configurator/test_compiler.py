"""From a catalog to its ground model: paths, existence, slices of time, lets, binders, limits."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from importlib import import_module

import pytest

from catalogs import load
from catalogs.model import Catalog, Component
from configurator import (
    ModelTooLarge,
    ProductNotInEffect,
    UnboundName,
    UnknownProduct,
    build_engine,
    compile_product,
    ground,
    planned,
)
from configurator.model import TEXT, Model
from configurator.passes import ABSENT, FALSE, TRUE
from configurator.program import Program
from rules.evaluator import ABSENT as NOTHING
from rules.evaluator import Derived, evaluate, holds
from rules.kinds import Enumeration, Money, Quantity, Record, Scalar, Truth
from rules.typed import Compare, Constant, Member, Reference

DAY = date(2026, 11, 21)

RACKS = """
catalog plant "Plant" { currency EUR }

choices Card (power: W, weight: kg) {
  none   "None"    0  0
  small  "Small"  10  0.5
  large  "Large"  25  1.25
}

component Slot "Slot" {
  option card: Card = none
  let    hot = card.power > 20 W
}

component Rack "Rack" {
  option fan: yes/no
  part   slots: Slot 1..2
  let    load = sum(s in slots: s.card.power)
}

product plant "Plant" {
  option site: indoor | outdoor
  option name: text 0..8
  option gap: -1 .. 1 step 0.5 m
  part   racks: Rack 0..2
  let    total = sum(r in racks: r.load)
  let    area = gap * gap
}

rule fans on Rack { load > 30 W requires fan because "Hot racks need a fan." }
rule cards_differ on Rack { all s in slots: all t in slots: count(slots) = 1 or s.card != none because "No gaps." }
rule total_power on plant { total <= 60 W because "One fuse." }
rule first_rack on plant { racks[0].load >= 10 W or count(racks) = 0 because "The first rack is in use." }
rule outdoor_fans on plant { site = outdoor requires (all r in racks: r.fan) because "Weather." }
rule second on plant { not racks[1].fan or racks[0].fan because "Fans from the first on." }
rule some_hot on plant { if count(racks) = 2 then any r in racks: any s in r.slots: s.hot because "Heat." }
rule named on plant { count(racks) = 2 requires name != "" because "Large plants have names." }
rule heaviest on plant { max(r in racks: r.slots[0].card.weight) <= 1 kg or site = indoor or gap > 0 m because "Crane." }
rule last_slot on plant { racks[0].slots[1].hot = no or area >= 0.25 * 1 m * 1 m because "Space." }
rule pairs on plant {
  allow site    | count(racks) | gap
        indoor  | any          | -1 m .. 0.5 m
        outdoor | 0, 1         | any
  because "Tested pairs."
}
"""


def catalog_of(text: str) -> Catalog:
    loaded = load({"main.cpq": text.encode()})
    assert loaded.catalog is not None, loaded.diagnostics
    return loaded.catalog


@pytest.fixture(scope="module")
def racks() -> Catalog:
    return catalog_of(RACKS)


# --- the whole recipe against the reference semantics -------------------------------------------


def records(catalog: Catalog, component: Component, model: Model, values: dict[str, Scalar], at: str) -> Derived:
    """Nest a flat configuration into the records that ungrounded rules read."""
    prefix = f"{at}." if at else ""
    entries: dict[str, object] = {o.name: values[prefix + o.name] for o in component.options}
    for part in component.parts:
        count = values[f"count({prefix}{part.name})"]
        inner = catalog.component(part.component)
        assert isinstance(count, Fraction)
        places = [f"{prefix}{part.name}[{i}]" for i in range(int(count))]
        entries[part.name] = tuple(records(catalog, inner, model, values, place) for place in places)
    return Derived(entries, {let.name: let.value for let in component.lets})


def instances(record: Derived, component: Component, catalog: Catalog) -> Iterator[tuple[str, Derived]]:
    yield component.name, record
    for part in component.parts:
        inner = record[part.name]
        assert isinstance(inner, tuple)
        for one in inner:
            yield from instances(one, catalog.component(part.component), catalog)


def configurations(model: Model) -> Iterator[dict[str, Scalar]]:
    """Yield all configurations whose variables exist as they should, by trying counts from the outside in."""
    program = Program(model)
    spaces = [
        [*range(size), *([size] if exists else [])] for size, exists in zip(program.sizes, program.exists, strict=True)
    ]

    def extend(state: list[int]) -> Iterator[dict[str, Scalar]]:
        position = len(state)
        if position == len(spaces):
            yield program.configuration(state)
            return
        padded = [*state, *program.sizes[position:]]
        exists = program.exists[position]
        there = exists is None or bool(exists.run(padded))
        for index in spaces[position]:
            if (index < program.sizes[position]) == there:
                yield from extend([*state, index])

    return extend([])


def test_ground_rules_mean_what_the_rules_mean(racks: Catalog):
    model = compile_product(racks, "plant", DAY)
    program = Program(model)
    product = racks.component("plant")
    met: dict[tuple[str, bool], int] = {}
    for number, values in enumerate(configurations(model)):
        if number % 37:
            continue
        whole = list(instances(records(racks, product, model, values, ""), product, racks))
        flat = {variable.path: values.get(variable.path, NOTHING) for variable in model.variables}
        state = program.state(values)
        assert state is not None
        for rule in racks.rules:
            expected = all(holds(rule.body, record) is True for name, record in whole if name == rule.on)
            own = [i for i, c in enumerate(model.constraints) if c.rule == rule.name]
            assert all(holds(model.constraints[i].condition, flat) is True for i in own) == expected, rule.name
            assert all(program.constraints[i].run(state) for i in own) == expected, rule.name
            met[rule.name, expected] = met.get((rule.name, expected), 0) + 1
    assert all(met.get((rule.name, holds), 0) for rule in racks.rules for holds in (True, False)), met


def test_all_engines_agree_on_nested_parts(racks: Catalog):
    model = compile_product(racks, "plant", DAY)
    counts = {prefer: build_engine(model, prefer).count({}).value for prefer in ("cp-sat", "diagram", "enumeration")}
    program = Program(model)
    texts = [i for i, v in enumerate(model.variables) if v.is_text]
    right = {
        tuple(index for i, index in enumerate(state) if i not in texts)
        for values in configurations(model)
        if (state := program.state(values)) is not None and program.holds(state)
    }
    assert counts == {"cp-sat": len(right), "diagram": len(right), "enumeration": len(right)}


# --- paths and variables ------------------------------------------------------------------------


def test_variables_stand_in_catalog_order_with_whole_paths(racks: Catalog):
    model = compile_product(racks, "plant", DAY)
    assert [v.path for v in model.variables[:9]] == [
        "site", "name", "gap", "count(racks)", "racks[0].fan", "count(racks[0].slots)", "racks[0].slots[0].card",
        "racks[0].slots[1].card", "racks[1].fan",
    ]  # fmt: skip
    assert model.variable("name").values == ("", TEXT)
    assert model.variable("gap").values == tuple(Fraction(n, 2) for n in range(-2, 3))
    assert model.variable("count(racks[1].slots)").values == (Fraction(1), Fraction(2))
    assert model.variable("racks[0].slots[0].card").default == "none"
    assert model.variable("racks[1].slots[1].card").instance == "racks[1].slots[1]"


def test_existence_hangs_on_the_nearest_number(racks: Catalog):
    model = compile_product(racks, "plant", DAY)
    assert model.variable("site").exists is None
    count = model.variable("count(racks)")
    assert model.variable("racks[1].fan").exists == Compare(
        ">", Reference(count.kind, count.path), Constant(count.kind, Fraction(1))
    )
    assert model.variable("racks[1].slots[0].card").exists == model.variable("racks[1].fan").exists


def test_a_fixed_number_of_instances_still_has_its_variable():
    text = 'catalog c "C" { currency EUR }\ncomponent Wheel "W" { option size: s | l }\nproduct p "P" { part wheels: Wheel 2 }\n'
    model = compile_product(catalog_of(text), "p", DAY)
    assert model.variable("count(wheels)").values == (Fraction(2),)
    assert model.variable("wheels[1].size").exists is None


# --- time ---------------------------------------------------------------------------------------

TIMES = """
catalog c "C" { currency EUR }
choices Colour {
  red   "Red"
  gold  "Gold"  from 2026-06-01 until 2026-12-31
}
product p "P" {
  option colour: Colour = gold
  option lamp: yes/no from 2027-01-01
}
product q "Q" until 2026-01-01 { option a: yes/no }
rule no_gold on p from 2026-07-01 { colour != gold because "B" }
rule lamps on p { lamp requires colour = red because "B" }
rule no_lamp on p until 2026-01-31 { lamp = no because "B" }
prefer gilded on p weight 3 until 2026-08-01 { colour = gold }
"""


def test_what_is_not_in_effect_is_not_there():
    catalog = catalog_of(TIMES)
    spring, summer, later = (compile_product(catalog, "p", day) for day in
                             (date(2026, 5, 31), date(2026, 7, 1), date(2027, 1, 1)))  # fmt: skip
    assert [v.path for v in spring.variables] == ["colour"]
    assert spring.missing == {"lamp"}
    assert spring.variable("colour").values == ("red",)
    assert spring.variable("colour").default is None
    assert summer.variable("colour").values == ("red", "gold")
    assert summer.variable("colour").default == "gold"
    assert [c.rule for c in summer.constraints] == ["no_gold"]
    assert [p.weight for p in summer.preferences] == [3]
    assert later.preferences == ()
    assert [v.path for v in later.variables] == ["colour", "lamp"]
    assert {c.rule for c in later.constraints} == {"no_gold", "lamps"}


def test_a_rule_sees_an_option_that_is_not_there_as_absent():
    model = compile_product(catalog_of(TIMES), "p", date(2026, 1, 15))
    assert [(c.rule, c.condition) for c in model.constraints] == [("no_lamp", FALSE)]
    assert build_engine(model).solve({}).status == "none"


def test_unknown_products_and_days_without_it():
    catalog = catalog_of(TIMES)
    with pytest.raises(UnknownProduct):
        compile_product(catalog, "bike", DAY)
    with pytest.raises(ProductNotInEffect):
        compile_product(catalog, "q", DAY)


# --- further expressions ------------------------------------------------------------------------


def test_ground_reads_the_customer_and_the_quantity_from_constants():
    model = compile_product(catalog_of(TIMES), "p", DAY)
    segment = Enumeration("customer.segment", ("dealer", "school"))
    customer = Reference(Record("customer", {"segment": segment}), "customer")
    asked = Compare("=", Member(segment, customer, "segment"), Constant(segment, "dealer"))
    assert ground(asked, model, constants={"customer": {"segment": "dealer"}}) == TRUE
    assert ground(asked, model, constants={"customer": {"segment": "school"}}) == FALSE
    assert ground(asked, model, constants={"customer": {}}) == FALSE
    quantity = Compare(">", Reference(Quantity(), "quantity"), Constant(Quantity(), Fraction(4)))
    assert ground(quantity, model, constants={"quantity": Fraction(5)}) == TRUE
    for unbound in (asked, quantity):
        with pytest.raises(UnboundName):
            ground(unbound, model)


def test_ground_inside_an_instance(racks: Catalog):
    model = compile_product(racks, "plant", DAY)
    fan = Reference(Truth(), "fan")
    assert ground(fan, model, "racks[1]") == Reference(Truth(), "racks[1].fan")
    load = ground(Reference(Quantity((("power", 1),)), "load"), model, "racks[0]")
    flat = {v.path: NOTHING for v in model.variables}
    flat |= {"count(racks)": Fraction(1), "count(racks[0].slots)": Fraction(2)}
    flat |= {"racks[0].slots[0].card": "small", "racks[0].slots[1].card": "large"}
    assert evaluate(load, flat) == evaluate(model.lets["total"], flat) != Fraction(0)


# --- limits -------------------------------------------------------------------------------------


WIDE = """
catalog c "C" { currency EUR }
component A { option o: yes/no }
component B { part a: A 0..9 }
product p {
  option n: 0 .. 5000
  part   b: B 0..9
}
rule r on p { all x in b: all y in b: count(x.a) + count(y.a) <= 9 because "B" }
"""


@pytest.mark.parametrize(
    "limit", ["instances.MAX_INSTANCES", "instances.MAX_VALUES", "instances.MAX_NESTING", "ground.MAX_TERMS"]
)
def test_what_does_not_fit_says_so(limit: str, monkeypatch: pytest.MonkeyPatch):
    catalog = catalog_of(WIDE)
    compile_product(catalog, "p", DAY)
    module, name = limit.split(".")
    # the package's `ground` is the function, so the module is asked for by its whole name
    monkeypatch.setattr(import_module(f"configurator.{module}"), name, 1 if name == "MAX_NESTING" else 90)
    with pytest.raises(ModelTooLarge) as caught:
        compile_product(catalog, "p", DAY)
    assert caught.value.limit.name == "memory"


def test_a_chain_of_derived_values_that_doubles_each_time_is_refused():
    lets = "\n".join(f"let v{i} = v{i - 1} + v{i - 1} * v{i - 1}" for i in range(1, 60))
    text = f'catalog c "C" {{ currency EUR }}\nproduct p {{\noption n: 0 .. 3\nlet v0 = n\n{lets}\n}}\n'
    with pytest.raises(ModelTooLarge):
        compile_product(catalog_of(text), "p", DAY)


# --- the plan -----------------------------------------------------------------------------------


def test_small_products_are_enumerated_and_large_ones_are_not(racks: Catalog):
    small = compile_product(catalog_of(TIMES), "p", DAY)
    assert planned(small).plan.engine == build_engine(small).name == "enumeration"
    large = compile_product(racks, "plant", DAY)
    assert planned(large).plan.engine == build_engine(large).name == "diagram"
    assert "edges" in planned(large).plan.reason
    assert build_engine(small, "cp-sat").name == "cp-sat"


def test_folding_keeps_absence():
    money = Money("EUR")
    assert ABSENT(money) != Constant(money, Fraction(0))
    assert list(itertools.islice(configurations(compile_product(catalog_of(TIMES), "p", DAY)), 9)) == [
        {"colour": "red"},
        {"colour": "gold"},
    ]
