"""`cpq prove`: what holds of a catalog's prices for everything that can be sold, with a witness where it does not."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from api.commands.local import diagram_store, now, today
from api.commands.output import load_or_stop, print_json, progress, say
from api.shelf import Shelf
from quotes.pricing import write_minor
from quotes.proofs import MarginVerdict, price_warnings, prove_floors
from rules.kinds import Scalar

app = typer.Typer(help="Prove a catalog before it is published.", no_args_is_help=True)
Folder = Annotated[Path, typer.Argument(help="A catalog folder, or one .cpq file.", exists=True)]
Json = Annotated[bool, typer.Option("--json", help="Write JSON.")]


def _plain(value: Scalar) -> str:
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


@app.command("margin")
def margin(folder: Folder, *, json: Json = False) -> None:
    """Prove every floor for every configuration, buyer and quantity that can be sold, or show a line that breaks it."""
    catalog = load_or_stop(folder)
    shelf = Shelf([catalog], diagram_store())
    verdicts: list[MarginVerdict] = []
    with progress() as bar:
        task = bar.add_task("proving", total=None)
        for one in prove_floors(catalog, shelf.engine, today(catalog, now())):
            verdicts.append(one)
            bar.update(task, description=f"{one.product}: {one.floor}")
    if json:
        print_json({"floors": [_data(one) for one in verdicts]})
    else:
        for one in verdicts:
            _told(one)
        if not verdicts:
            say("this catalog has no floors")
    if any(one.status != "proved" for one in verdicts):
        raise typer.Exit(1)


def _told(one: MarginVerdict) -> None:
    days = f"from {one.since}" + (f" until {one.until}" if one.until else "")
    style = {"proved": "green", "broken": "red", "open": "yellow"}[one.status]
    say(f"{one.source}: {one.floor} on {one.product} {days}: {one.status}, {one.cases} cases", style)
    if one.reason:
        say(f"  {one.reason}")
    if one.example is not None:
        found = one.example
        net, listed, cost = (write_minor(part, found.currency) for part in (found.net, found.list, found.cost))
        say(f"  {found.quantity} for {found.buyer}: list {listed}, net {net}, cost {cost} {found.currency}")
        choices = " ".join(f"{path}={_plain(value)}" for path, value in found.configuration.items())
        say(f"  {choices}")


def _data(one: MarginVerdict) -> dict[str, object]:
    found = one.example
    return {
        "product": one.product,
        "floor": one.floor,
        "source": str(one.source),
        "from": one.since.isoformat(),
        "until": one.until.isoformat() if one.until else None,
        "status": one.status,
        "reason": one.reason,
        "least": None if one.least is None else str(one.least),
        "cases": one.cases,
        "example": None
        if found is None
        else {
            "buyer": found.buyer,
            "quantity": found.quantity,
            "list": write_minor(found.list, found.currency),
            "net": write_minor(found.net, found.currency),
            "cost": write_minor(found.cost, found.currency),
            "currency": found.currency,
            "choices": {path: _plain(value) for path, value in found.configuration.items()},
        },
    }


@app.command("prices")
def prices(folder: Folder, *, json: Json = False) -> None:
    """Find prices that go wrong: options that make the total fall, more for less, promotions nobody can use."""
    catalog = load_or_stop(folder)
    found = price_warnings(catalog, today(catalog, now()))
    if json:
        print_json({"warnings": [{"code": one.code, "source": str(one.span), "message": one.message} for one in found]})
    else:
        for one in found:
            say(f"{one.span}: {one.code}: {one.message}", "yellow")
        say(f"{folder}: {len(found)} warnings about prices")
    if found:
        raise typer.Exit(1)
