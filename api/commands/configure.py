"""`cpq configure`: choices in, the state of every option and value out, with why, repairs and completion."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

import typer

from api.commands.local import diagram_store, find_buyer, find_product, now, products_seen, split_choice, today
from api.commands.output import load_or_stop, print_json, say, stop
from configurator import ModelTooLarge, ProductNotInEffect, UnknownProduct
from configurator.engines.planner import Preferred
from catalogs.marks import Label
from quotes.answer import Answer, Viewer, as_json
from quotes.answer import configure as answer_for
from quotes.answer_sentences import conflict_sentence, why_sentence
from quotes.answer_shape import OptionAnswer, RepairAnswer, RuleReason
from quotes.pricing import write_minor

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
    viewer: Annotated[
        Viewer, typer.Option(help="Who reads the answer: a rep sees what the customer may not.")
    ] = "customer",
    engine: Annotated[Preferred, typer.Option(help="Which engine answers.")] = "auto",
    json: Annotated[bool, typer.Option("--json", help="Write JSON (docs/json.md).")] = False,
) -> None:
    """Show what is possible, what follows, why not, how to get it anyway, and what it costs."""
    catalog = load_or_stop(folder)
    buyer = find_buyer(catalog, customer)
    day = on.date() if on else today(catalog, now())
    find_product(product, products_seen(catalog, buyer, day, viewer))
    try:
        answer = answer_for(
            catalog,
            product,
            _choices(choose or ()),
            store=diagram_store(),
            day=day,
            customer=buyer,
            viewer=viewer,
            complete=complete,
            why=_split("--why", why) if why else None,
            get=_split("--get", get) if get else None,
            prices=prices,
            language=language,
            engine=engine,
        )
    except ProductNotInEffect:
        stop(f"{product} cannot be configured on that day")
    except UnknownProduct:
        stop(f"there is no product {product} in this catalog", 2)
    except ModelTooLarge as error:
        stop(str(error))
    if answer.problems:
        for problem in answer.problems:
            say(f"{problem.name}: {problem.message}{'; ' if problem.hint else ''}{problem.hint}", "red")
        stop("some choices cannot be read; nothing was guessed")
    if json:
        print_json(as_json(answer))
    else:
        show_answer(answer)


def _choices(texts: Sequence[str]) -> dict[str, str]:
    pairs = [_split("--choose", text) for text in texts]
    for name in {name for name, _ in pairs}:
        if sum(name == other for other, _ in pairs) > 1:
            stop(f"--choose {name}: chosen more than once", 2)
    return dict(pairs)


def _split(flag: str, text: str) -> tuple[str, str]:
    pair = split_choice(text)
    if pair is None:
        stop(f"{flag} {text}: expected NAME=VALUE, such as motor=cargo", 2)
    return pair


def show_answer(answer: Answer) -> None:
    """Print an answer for people."""
    words = Words(answer)
    say(f"{answer.product} on {answer.day}, {answer.catalog.name} {answer.catalog.version[:12]}")
    for option in answer.options:
        if option.state != "excluded":
            _show_option(option, words)
    if answer.conflict:
        say()
        say(f"These choices contradict each other. {conflict_sentence(answer.conflict, answer.language)}", "red")
        words.show_rules(answer.conflict.rules)
    if answer.why:
        say()
        say(why_sentence(answer.why, answer.language), "yellow")
        words.show_rules(answer.why.rules)
    for number, repair in enumerate(answer.repairs, 1):
        say(f"  {number}. {words.repair(repair)}")
    for offer in answer.suggestions:
        say(f"  suggestion {offer.name}: {words.read(offer.reason)} ({signed(offer.delta)}, then {offer.total})")
    say()
    say(words.closing())
    for limit in answer.limits:
        say(f"not settled ({limit.about}): {limit.message}", "yellow")


def _show_option(option: OptionAnswer, words: Words) -> None:
    by = f" by {option.by}" if option.by is not None and option.state != "chosen" else ""
    value = f" = {option.value}" if option.value is not None else ""
    say(f"{option.name}{value}{' ' + option.unit if option.unit else ''}  [{option.state}{by}]", "bold")
    for one in option.values:
        money = "" if one.price is None else words.range(one.price.low, one.price.high)
        label = words.read(one.label)
        shown = "" if label == one.value else label
        mark = MARKS[one.state]
        say(f"   {mark} {one.value:<14} {shown:<28} {money}".rstrip(), "dim" if one.state == "excluded" else "")


MARKS = {"excluded": "x", "open": " ", "chosen": "*", "implied": "=", "proposed": "+", "unsettled": "?"}


@dataclass(frozen=True, slots=True)
class Words:
    """How the parts of one answer are said on a terminal: its language and its currency."""

    answer: Answer

    def read(self, label: Label) -> str:
        """Return a label in the answer's language."""
        return label.read(self.answer.language)

    def money(self, minor: int) -> str:
        """Write an amount."""
        return write_minor(minor, self.answer.currency)

    def range(self, low: int, high: int) -> str:
        """Write a price range, or the one price."""
        ends = self.money(low) if low == high else f"{self.money(low)} to {self.money(high)}"
        return f"{ends} {self.answer.currency}"

    def show_rules(self, rules: tuple[RuleReason, ...]) -> None:
        """Print rules with their places."""
        for rule in rules:
            say(f"  {rule.name} ({rule.span.file}:{rule.span.line}): {self.read(rule.because)}")

    def repair(self, repair: RepairAnswer) -> str:
        """Say one repair: what changes, and what it costs."""
        changes = ", ".join(f"{one.name} {one.old} -> {one.new or 'not there'}" for one in repair.changes)
        delta = "" if repair.delta is None else f" ({signed(self.money(repair.delta))})"
        total = "" if repair.total is None else f", then from {self.money(repair.total)}"
        return f"change {changes}{delta}{total}" if changes else f"nothing has to change{delta}{total}"

    def closing(self) -> str:
        """Say how it stands: valid or not, how many ways remain, what it costs, and who proved it."""
        answer = self.answer
        count = "not counted" if answer.count is None else f"{answer.count} configurations remain"
        total = answer.total
        price = "" if total is None else f", {self.range(total.low, total.high)} net"
        state = "valid" if answer.valid else "contradictory"
        proof = "exact" if answer.exact else "not all settled"
        return f"{state}{', complete' if answer.complete else ''}: {count}{price} ({answer.engine}, {proof})"


def signed(delta: str) -> str:
    """Write a difference with its sign."""
    return delta if delta.startswith("-") else f"+{delta}"
