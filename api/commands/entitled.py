"""`cpq entitled`: what a customer sees, prices and buys, and which entitlement says so."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from api.commands.local import find_buyer, now, today
from api.commands.output import load_or_stop, print_json, say
from catalogs.model import Catalog
from configurator import ModelTooLarge, ProductNotInEffect, compile_product
from quotes.entitlement_report import Because, Entry, Quota, Said, entries, quotas
from quotes.pricing import Context
from quotes.pricing.entitlements import rights_of

MARKS = {"yes": "yes", "no": "no ", "sometimes": "in part"}


def entitled(
    folder: Annotated[Path, typer.Argument(help="A catalog folder, or one .cpq file.", exists=True)],
    customer: Annotated[str, typer.Argument(help="A customer's id.")],
    day: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day that counts; today if not given.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Write JSON, every option and choice.")] = False,
) -> None:
    """Show what a customer may see, see the price of and buy, with the entitlement, file and line behind each answer."""
    catalog = load_or_stop(folder)
    buyer = find_buyer(catalog, customer)
    on = day.date() if day else today(catalog, now())
    rights = rights_of(catalog, Context.of(catalog, buyer), on)
    found: list[tuple[str, list[Entry], tuple[Quota, ...]]] = []
    for product in catalog.products:
        try:
            model = compile_product(catalog, product.name, on)
        except ProductNotInEffect:
            continue
        except ModelTooLarge as error:
            say(f"{product.name}: {error}", "red")
            continue
        found.append((product.name, list(entries(catalog, rights, model)), quotas(catalog, rights, product.name)))
    if json:
        print_json(_document(catalog, customer, on.isoformat(), found, declared=rights is not None))
        return
    say(f"{customer} on {on}, {catalog.name} {catalog.version[:12]}")
    if rights is None:
        say("The catalog declares no entitlement: everybody may see, price and buy everything.")
    for _name, listed, limits in found:
        for entry in _telling(listed):
            _show(entry)
        for quota in limits:
            say(f"  {quota.path}: at most {quota.most}  ({_place(quota.because)})")


def _telling(listed: list[Entry]) -> Iterable[Entry]:
    """Leave out what says the same as its product."""
    product = listed[0]
    usual = [(one.verb, one.answer) for one in product.said]
    whole = all(one.answer != "sometimes" for one in product.said)
    for entry in listed:
        own = [(one.verb, one.answer) for one in entry.said]
        if entry is product or (own != usual if whole else any(answer != "yes" for _, answer in own)):
            yield entry


def _show(entry: Entry) -> None:
    answers = ", ".join(f"{one.verb} {MARKS[one.answer].strip()}" for one in entry.said)
    depth = "" if "." not in entry.path else "  "
    say(f"{depth}{entry.path}: {answers}", "" if depth else "bold")
    for reason in dict.fromkeys(reason for one in entry.said for reason in one.because):
        say(f"{depth}    {reason.text}  ({_place(reason)})")
    if any(one.answer == "no" and not one.because for one in entry.said):
        say(f"{depth}    nothing grants it")


def _place(reason: Because) -> str:
    return f"{reason.entitlement}, {reason.span.file}:{reason.span.line}"


def _document(
    catalog: Catalog,
    customer: str,
    day: str,
    found: list[tuple[str, list[Entry], tuple[Quota, ...]]],
    *,
    declared: bool,
) -> dict[str, object]:
    return {
        "catalog": {"name": catalog.name, "version": catalog.version},
        "customer": customer,
        "on": day,
        "declared": declared,
        "products": [
            {
                "name": name,
                "entries": [
                    {"path": one.path, "label": one.label.read(), **{said.verb: _answer(said) for said in one.said}}
                    for one in listed
                ],
                "quotas": [{"path": one.path, "most": one.most, **_reason(one.because)} for one in limits],
            }
            for name, listed, limits in found
        ],
    }


def _answer(said: Said) -> dict[str, object]:
    return {"answer": said.answer, "because": [_reason(one) for one in said.because]}


def _reason(reason: Because) -> dict[str, object]:
    return {"entitlement": reason.entitlement, "file": reason.span.file, "line": reason.span.line, "text": reason.text}
