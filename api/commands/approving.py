"""`cpq approve` and `cpq reject`: someone of the seller agrees to a quote that needs it, or refuses it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from api.commands.local import now, today
from api.commands.output import load_or_stop, say, stop
from api.commands.quoting import read_or_stop, write_quote_files
from quotes.approval import grants_by, open_approvals, roles_of
from quotes.lifecycle import NotAllowedError, advance
from quotes.quote import Quote

QuoteFile = Annotated[Path, typer.Argument(help="A quote, JSON as `cpq quote` wrote it.", exists=True, dir_okay=False)]
CatalogFolder = Annotated[Path, typer.Option(help="The catalog it was made with: who stands in for whom.", exists=True)]


def approve(
    quote_file: QuoteFile,
    catalog: CatalogFolder,
    person: Annotated[str, typer.Option("--as", help="Who agrees: a role, or a person it is delegated to.")],
) -> None:
    """Agree to everything in a quote that your roles may agree to; the file and its PDF are written again."""
    quote = read_or_stop(quote_file)
    if quote.state != "pending":
        stop(f"quote {quote.id} is {quote.state}: it waits for nobody")
    loaded = load_or_stop(catalog)
    day = today(loaded, now())
    grants = grants_by(person, roles_of(loaded, person, day), quote.priced, quote.grants, day)
    if not grants:
        stop(f"nothing in quote {quote.id} waits for {person}; it waits for {_waiting(quote)}")
    quote = replace(quote, grants=(*quote.grants, *grants))
    for grant in grants:
        say(f"{person} agrees to {grant.name} on {grant.line or 'the quote'} as {grant.role}")
    if not open_approvals(quote.priced, quote.grants):
        quote = advance(quote, "approve")
    for path in write_quote_files(quote, quote_file.parent):
        say(f"wrote {path}")
    say(f"{quote.id} is {quote.state}" + (f"; it waits for {_waiting(quote)}" if quote.state == "pending" else ""))


def _waiting(quote: Quote) -> str:
    found = dict.fromkeys(role for one in open_approvals(quote.priced, quote.grants) for role in one.missing)
    return ", ".join(found) or "nobody"


def reject(quote_file: QuoteFile) -> None:
    """Refuse a quote that waits for approval; the file and its PDF are written again."""
    quote = read_or_stop(quote_file)
    try:
        quote = advance(quote, "reject")
    except NotAllowedError as error:
        stop(str(error))
    for path in write_quote_files(quote, quote_file.parent):
        say(f"wrote {path}")
