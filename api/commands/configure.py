"""`cpq configure`: choices in, the state of every option and value out, with why, repairs and completion."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from api.commands.local import find_product, now, split_choice, today
from api.commands.output import load_or_stop, print_json, say, stop
from api.shelf import find_customer
from configurator import ModelTooLarge, ProductNotInEffect
from quotes.answer import as_json
from quotes.answer import configure as answer_for
from rules.diagnostics import did_you_mean

Folder = Annotated[Path, typer.Argument(help="A catalog folder, or one .cpq file.", exists=True)]


def configure(
    folder: Folder,
    product: Annotated[str, typer.Argument(help="The product's name.")],
    choose: Annotated[
        list[str] | None, typer.Option("--choose", "-c", help="NAME=VALUE, as often as you like.")
    ] = None,
    on: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day that counts; today if not given.")
    ] = None,
    customer: Annotated[str | None, typer.Option(help="A customer's id.")] = None,
    complete: Annotated[Literal["cheapest", "preferred"] | None, typer.Option(help="Fill what is open.")] = None,
    why: Annotated[str | None, typer.Option(help="NAME=VALUE: why is this value not possible?")] = None,
    get: Annotated[str | None, typer.Option(help="NAME=VALUE: how can I have it anyway?")] = None,
    language: Annotated[str, typer.Option(help="Language of labels.")] = "",
    prices: Annotated[bool, typer.Option(help="Price range of every value.")] = True,
    engine: Annotated[Literal["auto", "cp-sat", "enumeration"], typer.Option(help="Which engine answers.")] = "auto",
    json: Annotated[bool, typer.Option("--json", help="Write JSON (docs/json.md).")] = False,
) -> None:
    """Show what is possible, what follows, why not, how to get it anyway, and what it costs."""
    catalog = load_or_stop(folder)
    find_product(catalog, product)
    try:
        buyer = find_customer(catalog, customer)
    except KeyError:
        hint = did_you_mean(customer or "", (known.id for known in catalog.customers))
        stop(f"there is no customer {customer} in this catalog; {hint or 'see customers.csv'}", 2)
    try:
        answer = answer_for(
            catalog,
            product,
            dict(_split("--choose", text) for text in choose or ()),
            day=on.date() if on else today(catalog, now()),
            customer=buyer,
            complete=complete,
            why=_split("--why", why) if why else None,
            get=_split("--get", get) if get else None,
            prices=prices,
            language=language,
            engine=engine,
        )
    except ProductNotInEffect:
        stop(f"{product} cannot be configured on that day")
    except ModelTooLarge as error:
        stop(str(error))
    if answer.problems:
        for problem in answer.problems:
            say(f"{problem.name}: {problem.message} {problem.hint}".rstrip(), "red")
        stop("some choices cannot be read; nothing was guessed")
    content = as_json(answer)
    if json:
        print_json(content)
    else:
        show_answer(content)


def _split(flag: str, text: str) -> tuple[str, str]:
    pair = split_choice(text)
    if pair is None:
        stop(f"{flag} {text}: expected NAME=VALUE, such as motor=cargo", 2)
    return pair


def show_answer(content: dict[str, Any]) -> None:
    """Print an answer for people."""
    say(f"{content['product']} on {content['on']}, {content['catalog']['name']} {content['catalog']['version'][:12]}")
    for option in content["options"]:
        _show_option(option)
    if content["conflict"]:
        say()
        say(f"These choices contradict each other. {content['conflict']['sentence']}", "red")
        _show_rules(content["conflict"])
    if content["why"]:
        say()
        say(content["why"]["sentence"], "yellow")
        _show_rules(content["why"])
    for number, repair in enumerate(content["repairs"], 1):
        say(f"  {number}. {repair_sentence(repair)}")
    for offer in content["suggestions"]:
        say(f"  suggestion {offer['name']}: {offer['reason']} ({_signed(offer['delta'])}, then {offer['total']})")
    say()
    say(_closing(content))
    for limit in content.get("limits", ()):
        say(f"not settled: {limit['message']}", "yellow")


def _show_option(option: dict[str, Any]) -> None:
    if option["state"] == "excluded":
        return
    state = option["state"] + (
        f" by {option['by']}" if option["by"] and option["by"] not in {option["state"], "user"} else ""
    )
    value = f" = {option['value']}" if option["value"] is not None else ""
    say(f"{option['name']}{value}{' ' + option['unit'] if option['unit'] else ''}  [{state}]", "bold")
    for value in option["values"]:
        price = value.get("price")
        money = "" if not price else f"{price['from']} to {price['to']} {price['currency']}"
        mark = {"excluded": "x", "open": " ", "chosen": "*", "implied": "=", "proposed": "+"}.get(value["state"], "?")
        label = "" if value["label"] in {value["value"], ""} else value["label"]
        say(f"   {mark} {value['value']:<14} {label:<28} {money}".rstrip(), "dim" if mark == "x" else "")


def _show_rules(conflict: dict[str, Any]) -> None:
    for rule in conflict.get("rules", ()):
        say(f"  {rule['name']} ({rule['file']}:{rule['line']}): {rule['because']}")


def repair_sentence(repair: dict[str, Any]) -> str:
    """Say one repair: what changes, and what it costs."""
    changes = ", ".join(f"{item['name']} {item['from']} -> {item['to'] or 'not there'}" for item in repair["changes"])
    delta = f" ({_signed(repair['delta'])})" if repair.get("delta") is not None else ""
    total = f", then from {repair['total']}" if repair.get("total") is not None else ""
    return f"change {changes}{delta}{total}" if changes else f"nothing has to change{delta}{total}"


def _signed(delta: str) -> str:
    return delta if delta.startswith("-") else f"+{delta}"


def _closing(content: dict[str, Any]) -> str:
    count = f"{content['count']} configurations remain" if content["count"] is not None else "not counted"
    total = content["total"] or {}
    price = f", {total['net']} {total['currency']} net" if "net" in total else ""
    if "from" in total:
        price = f", {total['from']} to {total['to']} {total['currency']} net"
    state = "valid" if content["valid"] else "contradictory"
    proof = "exact" if content["exact"] else "not all settled"
    return f"{state}{', complete' if content['complete'] else ''}: {count}{price} ({content['engine']}, {proof})"
