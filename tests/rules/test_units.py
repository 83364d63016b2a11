"""Units of measure and currencies are exact and mean what catalogs expect."""

from fractions import Fraction

import pytest
from babel.numbers import list_currencies

from rules import units

LENGTH, MASS, TIME = "length", "mass", "time"


@pytest.mark.parametrize(
    ("name", "factor", "dimension"),
    [
        ("mm", Fraction(1, 1000), ((LENGTH, 1),)),
        ("inch", Fraction(254, 10000), ((LENGTH, 1),)),
        ("ft", Fraction(3048, 10000), ((LENGTH, 1),)),
        ("U", Fraction(4445, 100000), ((LENGTH, 1),)),
        ("m2", Fraction(1), ((LENGTH, 2),)),
        ("mm2", Fraction(1, 10**6), ((LENGTH, 2),)),
        ("ml", Fraction(1, 10**6), ((LENGTH, 3),)),
        ("l", Fraction(1, 1000), ((LENGTH, 3),)),
        ("t", Fraction(1000), ((MASS, 1),)),
        ("lb", Fraction("0.45359237"), ((MASS, 1),)),
        ("oz", Fraction("0.028349523125"), ((MASS, 1),)),
        ("minute", Fraction(60), ((TIME, 1),)),
        ("week", Fraction(7 * 24 * 3600), ((TIME, 1),)),
        ("year", Fraction(12), (("calendar_time", 1),)),
        ("kmh", Fraction(5, 18), ((LENGTH, 1), (TIME, -1))),
        ("rpm", Fraction(1, 60), ((TIME, -1),)),
        ("N", Fraction(1), ((LENGTH, 1), (MASS, 1), (TIME, -2))),
        ("bar", Fraction(100000), ((LENGTH, -1), (MASS, 1), (TIME, -2))),
        ("Wh", Fraction(3600), ((LENGTH, 2), (MASS, 1), (TIME, -2))),
        ("W", Fraction(1), ((LENGTH, 2), (MASS, 1), (TIME, -3))),
        ("mAh", Fraction("3.6"), (("current", 1), (TIME, 1))),
        ("V", Fraction(1), (("current", -1), (LENGTH, 2), (MASS, 1), (TIME, -3))),
        ("GB", Fraction(10**9), (("information", 1),)),
        ("GiB", Fraction(2**30), (("information", 1),)),
        ("Gbps", Fraction(125_000_000), (("information", 1), (TIME, -1))),
        ("deg", Fraction(1), (("angle", 1),)),
        ("pcs", Fraction(1), (("pieces", 1),)),
        ("%", Fraction(1, 100), ()),
        ("", Fraction(1), ()),
    ],
)
def test_a_unit_is_exact(name, factor, dimension):
    unit = units.unit(name)
    assert unit == units.Unit(name, dimension, factor)
    assert type(unit.factor) is Fraction


@pytest.mark.parametrize(
    "name", ["min", "cms", "kilogram", "megamm", "MM", "in", "EUR", "degF", "m s", "1", "[length]", "µm"]
)
def test_what_is_not_in_the_list_is_no_unit(name):
    assert units.unit(name) is None


def test_every_listed_unit_is_defined_once_and_is_a_name():
    names = units.UNITS()
    assert len(names) == len(set(names)) > 100
    for name in names:
        assert name.isidentifier()
        unit = units.unit(name)
        assert unit is not None
        assert unit.factor > 0
        assert unit.dimension == tuple(sorted(unit.dimension))
        assert not units.currency(name)


def test_related_units_agree():
    def product(*names: str) -> Fraction:
        total = Fraction(1)
        for name in names:
            total *= units.factor_of(name)
        return total

    assert product("kW", "h") == product("kWh")
    assert product("V", "A") == product("W")
    assert product("N", "m") == product("Nm") == product("J")
    assert product("V", "Ah") == product("Wh")
    assert product("Mbps", "s") == product("Mbit") == product("MB") / 8
    assert units.dimension_of("Nm") == units.dimension_of("Wh")


@pytest.mark.parametrize(
    ("one", "other"), [("K", "degC"), ("lm", "cd"), ("month", "day"), ("pcs", "person"), ("B", "pcs")]
)
def test_units_that_never_mix(one, other):
    assert units.dimension_of(one) != units.dimension_of(other)


@pytest.mark.parametrize(
    ("name", "words"),
    [("mm", "length"), ("km2", "area"), ("kWh", "energy or torque"), ("kmh", "speed"), ("", "a plain number")],
)
def test_a_dimension_has_a_name(name, words):
    assert units.describe(units.dimension_of(name)) == words


def test_a_dimension_without_a_name_is_spelt_out():
    assert units.describe((("length", -3), ("mass", 1))) == "mass / length^3"
    assert units.describe((("calendar_time", -1),)) == "1 / calendar time"


def test_a_derived_dimension_is_written_in_a_unit_of_the_list():
    assert units.natural_unit(units.dimension_of("mm2")) == "m2"
    assert units.natural_unit(units.dimension_of("m3h")) == "lpm"
    assert units.natural_unit((("length", 7),)) == ""
    assert units.natural_unit(()) == ""


@pytest.mark.parametrize(("code", "decimals"), [("EUR", 2), ("JPY", 0), ("KWD", 3), ("CHF", 2), ("ISK", 0), ("TND", 3)])
def test_a_currency_has_minor_units(code, decimals):
    assert units.currency(code)
    assert units.minor_units(code) == decimals


@pytest.mark.parametrize("name", ["XAU", "XXX", "eur", "EURO", "", "DEM", "kg"])
def test_what_is_no_currency(name):
    assert not units.currency(name)
    with pytest.raises(KeyError):
        units.minor_units(name)


def test_the_currencies_are_known_elsewhere_too():
    younger_than_the_data = {"XCG"}
    assert set(units.currencies()) - younger_than_the_data <= list_currencies()
    assert len(units.currencies()) > 150


def test_asking_for_a_factor_of_nothing_is_a_key_error():
    with pytest.raises(KeyError):
        units.factor_of("nothing")
    with pytest.raises(KeyError):
        units.dimension_of("nothing")
