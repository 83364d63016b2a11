"""Units of measure and currencies: their names, dimensions and exact factors.

The units are those of `units.txt`, no others: no prefixes, no plurals. Choices made there:
torque has the dimension of energy, as in the SI; ``rpm`` is a frequency; a month has no fixed
number of days, so ``month`` and ``year`` have a dimension of their own; so have degrees Celsius,
which compare with each other but never with kelvin; ``%`` is the plain number 1/100.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from rules.kinds import Dimension

if TYPE_CHECKING:
    from pint import UnitRegistry


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit: `factor` is how many base units it is, exactly (1 cm is 1/100 of a metre)."""

    name: str
    dimension: Dimension
    factor: Fraction


PERCENT = Unit("%", (), Fraction(1, 100))
BARE = Unit("", (), Fraction(1))


@cache
def names() -> tuple[str, ...]:
    """Return the name of every unit, in the order of the definition file."""
    return tuple(line.split("=", 1)[0].strip() for line in _definitions())


@cache
def unit(name: str) -> Unit | None:
    """Return a unit by its name, ``%`` or "" (a plain number); None where there is none."""
    if name == "%":
        return PERCENT
    if not name:
        return BARE
    return _defined(name) if name in names() else None


def dimension_of(name: str) -> Dimension:
    """Return the dimension of a unit that is known to exist; `KeyError` otherwise."""
    found = unit(name)
    if found is None:
        raise KeyError(name)
    return found.dimension


def factor_of(name: str) -> Fraction:
    """Return the factor of a unit that is known to exist; `KeyError` otherwise."""
    found = unit(name)
    if found is None:
        raise KeyError(name)
    return found.factor


@cache
def natural_unit(dimension: Dimension) -> str:
    """Return the unit to write a derived dimension in: the first one of factor 1, else the first, "" where none is."""
    if not dimension:
        return ""
    fitting = [name for name in names() if dimension_of(name) == dimension]
    return next((name for name in fitting if factor_of(name) == 1), fitting[0] if fitting else "")


_NAMED: tuple[tuple[str, str], ...] = (
    ("m2", "area"), ("m3", "volume"), ("mps", "speed"), ("mps2", "acceleration"), ("lpm", "flow"), ("Hz", "frequency"),
    ("N", "force"), ("Pa", "pressure"), ("J", "energy or torque"), ("W", "power"), ("Ah", "charge"), ("V", "voltage"),
    ("ohm", "resistance"), ("F", "capacitance"), ("H", "inductance"), ("lx", "illuminance"), ("Mbps", "data rate"),
)  # fmt: skip


@cache
def describe(dimension: Dimension) -> str:
    """Name a dimension for people: ``length``, ``area``, ``mass / length^3``, ``a plain number``."""
    if not dimension:
        return "a plain number"
    for name, words in _NAMED:
        if dimension_of(name) == dimension:
            return words
    above = " x ".join(_power(base, exponent) for base, exponent in dimension if exponent > 0)
    below = " / ".join(_power(base, -exponent) for base, exponent in dimension if exponent < 0)
    return f"{above or 1} / {below}" if below else above


def _power(base: str, exponent: int) -> str:
    words = base.replace("_", " ")
    return words if exponent == 1 else f"{words}^{exponent}"


def _definitions() -> list[str]:
    lines = files("rules").joinpath("units.txt").read_text(encoding="utf-8").splitlines()
    return [line.split("#", 1)[0].rstrip() for line in lines if line.split("#", 1)[0].strip()]


@cache
def _registry() -> UnitRegistry[Fraction]:
    # pint takes a third of a second to import, and a catalog without units needs none of it.
    from pint import UnitRegistry as Registry  # noqa: PLC0415 - lazily, for the reason above

    registry: UnitRegistry[Fraction] = Registry(None, non_int_type=Fraction)
    registry.load_definitions(_definitions())
    return registry


def _defined(name: str) -> Unit:
    quantity = _registry().Quantity(Fraction(1), name).to_base_units()
    dimension = sorted((base.strip("[]"), int(str(power))) for base, power in quantity.dimensionality.items())
    return Unit(name, tuple(dimension), Fraction(quantity.magnitude))


_CODES = """
0 BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF
2 AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP CRC
2 CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR
2 JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD
2 NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN
2 SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG
3 BHD IQD JOD KWD LYD OMR TND
"""
"""The currencies in circulation by ISO 4217, after the number of their decimals; no funds, metals or test codes."""

_MINOR_UNITS = {
    code: int(decimals) for decimals, *codes in map(str.split, _CODES.strip().splitlines()) for code in codes
}


def currency(name: str) -> bool:
    """Say whether a name is the code of a currency (ISO 4217)."""
    return name in _MINOR_UNITS


def currencies() -> tuple[str, ...]:
    """Return the codes of all currencies, sorted."""
    return tuple(sorted(_MINOR_UNITS))


def minor_units(code: str) -> int:
    """Return how many decimals amounts of a currency have: EUR 2, JPY 0, KWD 3; `KeyError` for no currency."""
    return _MINOR_UNITS[code]


UNITS = names
"""The documented list of units: ``UNITS()``."""
