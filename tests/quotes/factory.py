"""Quotes made by hand, with prices that add up, for tests that need no catalog."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction

from catalogs.marks import Label
from catalogs.model import Customer
from quotes.pricing.record import MICROS, PricedLine, PricedQuote, Step, TaxGroup, Totals
from quotes.quote import BomLine, ChosenOption, OfferedSuggestion, Quote, QuoteLine
from rules.diagnostics import Span

CATALOG_VERSION = "3f2a9c1be0d44a7786c5f01d2b9a6e7fd0b1c2a3948576aabbccddeeff001122"

DEALER = Customer(
    id="C-1047",
    name="Radhaus Öhringen GmbH",
    attributes={"segment": "dealer", "stores": Fraction(3), "since": date(2019, 4, 1), "credit": True},
    segment="dealer",
    region="DE-BW",
    channel="partner",
    currency="EUR",
    country="DE",
    address="Hindenburgstraße 12\n74613 Öhringen",
    tax_id="DE812345678",
)


def label(text: str, german: str = "") -> Label:
    return Label(text, {"de": german} if german else {})


def half_up(value: Fraction) -> int:
    sign = -1 if value < 0 else 1
    return sign * ((abs(value) * 2 + 1) // 2).__floor__()


def priced_line(
    name: str,
    quantity: int,
    steps: Sequence[tuple[str, Label, Fraction]],
    tax_rate: Fraction = Fraction(19, 100),
    places: int = 2,
) -> PricedLine:
    """Build a line from (phase, label, amount in units of the currency or ratio for the phase ``scale``).

    A phase such as ``configure motor`` names the option that the step prices.
    """
    made: list[Step] = []
    unit = 0
    list_unit = 0
    for name_of_phase, text, amount in steps:
        phase, _, path = name_of_phase.partition(" ")
        exact = unit * (1 + amount) if phase == "scale" else unit + amount * MICROS
        after = half_up(exact)
        operator = "percent" if phase == "scale" else "set" if phase == "base" else "add"
        made.append(
            Step(
                phase=phase,  # type: ignore[arg-type] # a plain text in these tables
                rule=f"{phase}-rule",
                label=text,
                operator=operator,  # type: ignore[arg-type] # chosen above
                operand=amount,
                input=unit,
                output=after,
                residue=after - exact,
                source=Span("prices/retail.csv", 4, 1, 4, 30, "row 4, column price"),
                path=path,
                value="x" if path else "",
                cost=7_000_000,
            )
        )
        unit = after
        if phase in {"base", "configure"}:
            list_unit = unit
    minor = Fraction(10**places, MICROS)
    net, full = half_up(unit * quantity * minor), half_up(list_unit * quantity * minor)
    made.append(Step("extend", "extend", label("Quantity"), "times", Fraction(quantity), unit, net))
    return PricedLine(name, quantity, list_unit, unit, full, net, full - net, "standard", tax_rate, tuple(made), 4200)


def ebike_line(number: int = 1, quantity: int = 6, *, discount: Fraction = Fraction(-4, 100)) -> QuoteLine:
    steps = [
        ("base", label("E-bike"), Fraction(1499)),
        ("configure motor", label("Motor: Trail 500", "Motor: Trail 500"), Fraction(520)),
        ("configure battery", label("Battery: 625 Wh battery", "Akku: Akku 625 Wh"), Fraction(395)),
        ("configure", label("Pannier bags", "Packtaschen"), Fraction(5990, 100)),
    ]
    if discount:
        steps.append(("scale", label("Fleet discount", "Flottenrabatt"), discount))
    return QuoteLine(
        id=f"L{number}",
        product="ebike",
        label=label("E-bike", "E-Bike"),
        quantity=quantity,
        options=(
            ChosenOption("colour", label("Colour", "Farbe"), "red", label("Signal red", "Signalrot"), "", "chosen"),
            ChosenOption("motor", label("Motor"), "trail", label("Trail 500"), "", "chosen"),
            ChosenOption(
                "battery", label("Battery", "Akku"), "b625", label("625 Wh battery", "Akku 625 Wh"), "", "implied"
            ),
            ChosenOption(
                "frame_size", label("Frame size", "Rahmenhöhe"), "54.5", label("54.5"), "cm", "proposed", "number"
            ),
            ChosenOption(
                "range_extender", label("Range extender", "Zusatzakku"), "no", label("no"), "", "proposed", "truth"
            ),
            ChosenOption("engraving", label("Engraving", "Gravur"), "Team 7", label("Team 7"), "", "chosen", "text"),
        ),
        items=(
            BomLine("FRAME-54", label("FRAME-54"), "1"),
            BomLine("MOTOR-trail", label("MOTOR-trail"), "1"),
            BomLine("CABLE", label("Brake cable", "Bremszug"), "2.5"),
            BomLine("BAG-S", label("BAG-S"), "2"),
        ),
        price=priced_line(f"L{number}", quantity, steps),
        clauses=(
            label(
                "The trail motor needs its first service after 500 km.",
                "Der Trail-Motor braucht die erste Wartung nach 500 km.",
            ),
        ),
        suggestions=(
            OfferedSuggestion("a_bag", label("Nine of ten add a bag."), {"count(bags)": "1"}, "2539.00", "65.10"),
        ),
    )


def window_line(number: int = 2, quantity: int = 14) -> QuoteLine:
    steps = [
        ("base", label("Casement window", "Drehkippfenster"), Fraction(31850, 100)),
        (
            "configure glass",
            label("Glass: triple, sound protection", "Glas: dreifach, Schallschutz"),
            Fraction(9275, 100),
        ),
    ]
    return QuoteLine(
        id=f"L{number}",
        product="window",
        label=label("Casement window", "Drehkippfenster"),
        quantity=quantity,
        options=(
            ChosenOption("width", label("Width", "Breite"), "1240", label("1240"), "mm", "chosen", "number"),
            ChosenOption("height", label("Height", "Höhe"), "1375", label("1375"), "mm", "chosen", "number"),
            ChosenOption(
                "glass",
                label("Glass", "Glas"),
                "sound",
                label("Triple, sound protection", "Dreifach, Schallschutz"),
                "",
                "chosen",
            ),
            ChosenOption("tilt", label("Tilting", "Kippbar"), "yes", label("yes"), "", "implied", "truth"),
        ),
        items=(
            BomLine("SASH-A", label("Sash profile", "Flügelprofil"), "5.23"),
            BomLine("GL-3", label("GL-3"), "1"),
        ),
        price=priced_line(f"L{number}", quantity, steps),
        clauses=(),
    )


def helmet_line(number: int = 3, quantity: int = 120) -> QuoteLine:
    steps = [
        ("base", label("Helmet", "Helm"), Fraction(4499, 100)),
        ("scale", label("Volume discount", "Mengenrabatt"), Fraction(-75, 1000)),
    ]
    return QuoteLine(
        id=f"L{number}",
        product="helmet",
        label=label("Helmet for children", "Kinderhelm"),
        quantity=quantity,
        options=(
            ChosenOption(
                "size", label("Size", "Größe"), "s", label("S (48 to 52 cm)", "S (48 bis 52 cm)"), "", "chosen"
            ),
        ),
        items=(BomLine("HELM-s", label("HELM-s"), "1"),),
        price=priced_line(f"L{number}", quantity, steps, Fraction(7, 100)),
        clauses=(),
    )


def quote(lines: Sequence[QuoteLine] | None = None, **changes: object) -> Quote:
    """Build a quote of these lines (an e-bike where none are given), its totals added up here."""
    lines = tuple((ebike_line(),) if lines is None else lines)
    groups: dict[Fraction, int] = {}
    for line in lines:
        groups[line.price.tax_rate] = groups.get(line.price.tax_rate, 0) + line.price.net
    taxes = tuple(
        TaxGroup("standard", rate, taxable, half_up(taxable * rate)) for rate, taxable in sorted(groups.items())
    )
    net, tax, full = sum(x.price.net for x in lines), sum(x.tax for x in taxes), sum(x.price.list for x in lines)
    made = Quote(
        id="Q-2026-000417",
        revision=1,
        state="approved",
        catalog="ebikes",
        catalog_label=label("Nordwind Mobility", "Nordwind Mobilität"),
        catalog_version=CATALOG_VERSION,
        day=date(2026, 11, 21),
        valid_until=date(2026, 12, 21),
        customer=DEALER,
        language="en",
        lines=lines,
        priced=PricedQuote(
            "EUR",
            2,
            tuple(x.price for x in lines),
            taxes,
            Totals(full, full - net, net, tax, net + tax, taxable=net, payable=net + tax),
            CATALOG_VERSION,
            "ab" * 32,
        ),
        clauses=(label("Delivery is free from 2,000 EUR.", "Lieferung frei Haus ab 2.000 EUR."),),
    )
    return replace(made, **changes)  # type: ignore[arg-type] # tests name real fields
