"""`cpq demo`: the main job from a catalog file to an order, on the example catalogs."""

from __future__ import annotations

import json
import time
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import Progress

from api.commands.configure import Words
from api.commands.local import local_service
from api.commands.output import load_or_stop, progress, say, stop
from api.commands.quoting import write_order_file, write_quote_files
from api.service import Refused, Service, Wish
from catalogs.model import Catalog
from quotes.answer_sentences import conflict_sentence
from quotes.pricing import write_minor
from quotes.quote import Quote

EXAMPLES = ("ebikes", "workstations", "windows")


def demo(
    out: Annotated[Path, typer.Option(help="The folder to write to.")] = Path("out"),
    all_examples: Annotated[bool, typer.Option("--all", help="All three example catalogs.")] = False,
) -> None:
    """Do the main job: check, configure, explain, repair, complete, price, quote, order."""
    began = time.perf_counter()
    made: list[Path] = []
    with progress() as bar:
        for name in EXAMPLES if all_examples else EXAMPLES[:1]:
            made += _example(name, out, bar)
    say()
    say(f"Made in {time.perf_counter() - began:.1f} s:", "bold")
    for path in made:
        say(f"  {path}")
    _next_steps()


def _example(name: str, out: Path, bar: Progress) -> list[Path]:
    folder = Path(str(files("catalogs.examples"))) / name
    wish_file = folder / "wish.json"
    task = bar.add_task(name, total=4)
    catalog = load_or_stop(folder)
    say(f"{catalog.label.read()}: checked, {len(catalog.rules)} rules, version {catalog.version[:12]}", "bold green")
    bar.advance(task)
    service = local_service(catalog, folder=out / "kept")
    request = json.loads((folder / "request.json").read_text(encoding="utf-8"))
    if wish_file.exists():
        wish = json.loads(wish_file.read_text(encoding="utf-8"))
        line = {"product": wish["product"], "quantity": wish["quantity"], "choices": _resolve(service, catalog, wish)}
        request = {"customer": wish["customer"], "day": wish["day"], "lines": [{**line, "complete": "cheapest"}]}
    bar.advance(task)
    quote = _quote(service, catalog, request)
    bar.advance(task)
    pdf, data = write_quote_files(quote, out)
    order = write_order_file(quote, out)
    bar.advance(task)
    bar.remove_task(task)
    return [pdf, data, order]


def _resolve(service: Service, catalog: Catalog, wish: dict[str, Any]) -> dict[str, str]:
    """Show why the wishes contradict each other, take the first repair, and complete the rest."""
    product, choices = wish["product"], dict(wish["choices"])
    answer = service.configure(catalog, product, _context(wish, choices), prices=False)
    say(f"A wish: {', '.join(f'{name} = {value}' for name, value in choices.items())}")
    if answer.conflict:
        words = Words(answer)
        say(f"Conflict: {conflict_sentence(answer.conflict, answer.language)}", "red")
        words.show_rules(answer.conflict.rules)
        say("The minimal repairs:")
        for number, repair in enumerate(answer.repairs, 1):
            say(f"  {number}. {words.repair(repair)}")
        if not answer.repairs:
            stop("there is no repair")
        choices = dict(answer.repairs[0].choices)
        say("Taken: the first.", "green")
    complete = service.configure(catalog, product, _context(wish, choices), complete="cheapest", prices=False)
    filled = [option for option in complete.options if option.state in {"implied", "proposed"} and option.value]
    say(f"Completed at the lowest price: {', '.join(f'{option.name} = {option.value}' for option in filled)}")
    if complete.total and complete.total.net is not None:
        say(f"Net price of one for {wish['customer']}: {Words(complete).money(complete.total.net)} {complete.currency}")
    for offer in complete.suggestions:
        say(f"  suggestion: {Words(complete).read(offer.reason)} (then {offer.total})")
    return choices


def _context(wish: dict[str, Any], choices: dict[str, str]) -> Wish:
    return Wish(choices, date.fromisoformat(wish["day"]), wish["customer"])


def _quote(service: Service, catalog: Catalog, request: dict[str, Any]) -> Quote:
    try:
        quote = service.quote(catalog, json.dumps(request).encode())
    except Refused as error:
        stop(f"the example request was refused: {error}")
    totals, currency = quote.priced.totals, quote.priced.currency
    pieces = sum(line.quantity for line in quote.lines)
    say(
        f"Quote {quote.id} for {quote.customer.name}: {pieces} pieces, list {write_minor(totals.list, currency)}, "
        f"discount {write_minor(totals.discount, currency)}, net {write_minor(totals.net, currency)}, "
        f"tax {write_minor(totals.tax, currency)}, to pay {write_minor(totals.gross, currency)} {currency}",
        "green",
    )
    return quote


def _next_steps() -> None:
    folder = files("catalogs.examples") / "ebikes"
    try:
        shown = Path(str(folder)).relative_to(Path.cwd())
    except ValueError:
        shown = Path(str(folder))
    say("Next:")
    say(f"  .venv/bin/cpq serve {shown}                               a page to configure in the browser")
    say(f"  .venv/bin/cpq configure {shown} ebike -c motor=cargo     what is possible, what follows, what it costs")
    say("  .venv/bin/cpq new my-catalog                                          a catalog of your own")
