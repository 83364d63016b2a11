"""`cpq explain-price` and `cpq explain-difference`: why a quote costs what it costs, and why another costs more."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from api.commands.output import print_json, say, stop
from api.commands.quoting import read_or_stop
from api.storage.quote_folder import write_whole
from quotes.explanation import difference, line_table, tell_difference, tell_line, tell_quote, waterfall_json
from quotes.explanation import waterfall_picture
from quotes.explanation.difference import OtherCurrencyError
from quotes.pricing import write_minor
from quotes.quote import Quote, QuoteLine

QuoteFile = Annotated[Path, typer.Argument(help="A quote, JSON as `cpq quote` wrote it.", exists=True, dir_okay=False)]
Language = Annotated[str, typer.Option(help="A language tag, such as de; the quote's own where it is not given.")]


def explain_price(
    quote_file: QuoteFile,
    line: Annotated[str, typer.Option(help="The id of one line; all where it is not given.")] = "",
    language: Language = "",
    svg: Annotated[Path | None, typer.Option(help="Draw the waterfall of the line into this file.")] = None,
    *,
    json: Annotated[bool, typer.Option("--json", help="Write JSON.")] = False,
) -> None:
    """Explain a price: every step from list to net with the rule that made it, as a table and in sentences."""
    quote = read_or_stop(quote_file)
    lines = _lines(quote, line)
    if svg is not None:
        if len(lines) != 1:
            stop("a picture shows one line: name it by --line", 2)
        write_whole(svg, waterfall_picture(quote, lines[0], language).encode())
    if json:
        print_json({"quote": quote.id, "lines": [waterfall_json(quote.priced, one.price) for one in lines]})
        return
    for one in lines:
        say(line_table(quote, one, language))
        say()
    say(tell_line(quote, lines[0], language) if line else tell_quote(quote, language))
    if svg is not None:
        say(f"wrote {svg}")


def _lines(quote: Quote, name: str) -> tuple[QuoteLine, ...]:
    found = tuple(one for one in quote.lines if not name or one.id == name)
    if not found:
        stop(f"quote {quote.id} has no line {name}; it has {', '.join(one.id for one in quote.lines)}", 2)
    return found


def explain_difference(
    before: QuoteFile,
    after: QuoteFile,
    language: Language = "",
    *,
    json: Annotated[bool, typer.Option("--json", help="Write JSON.")] = False,
) -> None:
    """Explain why one quote costs more than another: every part of the difference with the rule that made it."""
    first, second = read_or_stop(before), read_or_stop(after)
    try:
        found = difference(first, second)
    except OtherCurrencyError as error:
        stop(f"these quotes are in different currencies: {error}", 2)
    if not json:
        say(tell_difference(found, language or second.language))
        return
    currency = second.priced.currency
    print_json(
        {
            "before": first.id,
            "after": second.id,
            "currency": currency,
            "amount": write_minor(found.amount, currency),
            "changes": [
                {
                    "kind": one.kind,
                    "line": one.line,
                    "label": one.label.text,
                    "rule": one.rule,
                    "source": str(one.source) if one.source.line else "",
                    "amount": write_minor(one.minor, currency),
                    "exact": str(one.amount),
                }
                for one in found.changes
            ],
        }
    )
