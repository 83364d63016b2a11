"""`cpq quote` and `cpq order`: a request becomes a quote, a quote becomes an order, as files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, NoReturn

import typer

from api.commands.local import local_service, now
from api.commands.output import load_or_stop, say, stop
from api.service import Refused, order_id_of
from api.storage.quote_folder import write_whole
from quotes.answer import Viewer
from quotes.documents import MissingGlyphsError, render_quote
from quotes.exchange import read_quote, write_quote
from quotes.lifecycle import NotAllowedError
from quotes.orders import NotOrderableError, QuoteExpiredError, accept, write_order
from quotes.pricing import write_minor
from quotes.quote import Quote
from quotes.reading import Problem

Out = Annotated[Path, typer.Option(help="The folder to write to; made where it is missing.")]


def quote(
    folder: Annotated[Path, typer.Argument(help="A catalog folder, or one .cpq file.", exists=True)],
    request: Annotated[Path, typer.Argument(help="A quote request, JSON.", exists=True, dir_okay=False)],
    out: Out = Path("out"),
    viewer: Annotated[
        Viewer, typer.Option(help="Who reads why a line is refused: the customer, or a rep.")
    ] = "customer",
) -> None:
    """Make a quote from a request: PDF and JSON."""
    catalog = load_or_stop(folder)
    try:
        made = local_service(catalog, folder=out / "kept", viewer=viewer).quote(catalog, request.read_bytes())
    except Refused as error:
        _stop_with(request, error.problems)
    try:
        paths = write_quote_files(made, out)
    except MissingGlyphsError as error:
        stop(f"{made.id} cannot be drawn: {error}")
    for path in paths:
        say(f"wrote {path}")
    totals = made.priced.totals
    net, gross = (write_minor(amount, made.priced.currency) for amount in (totals.net, totals.gross))
    say(
        f"{made.id}: {len(made.lines)} lines, net {net}, with tax {gross} {made.priced.currency}, valid until {made.valid_until}"
    )
    if made.state == "pending":
        for one in made.priced.judgement.needed:
            say(f"{one.line or 'the quote'} needs {one.mode} {', '.join(one.needs)}: {one.because.text} ({one.source})")
        suffice = ", ".join(made.priced.judgement.approvers)
        say(f"it waits for {suffice}; next: cpq approve {out / f'quote-{made.id}.json'} --catalog {folder} --as …")
        return
    say(f"next: cpq order {out / f'quote-{made.id}.json'} --out {out}")


def write_quote_files(made: Quote, out: Path) -> tuple[Path, Path]:
    """Write a quote's PDF and JSON into a folder."""
    out.mkdir(parents=True, exist_ok=True)
    pdf, data = out / f"quote-{made.id}.pdf", out / f"quote-{made.id}.json"
    write_whole(pdf, render_quote(made))
    write_whole(data, write_quote(made).encode())
    return pdf, data


def order(
    quote_file: Annotated[
        Path, typer.Argument(help="A quote, JSON as `cpq quote` wrote it.", exists=True, dir_okay=False)
    ],
    out: Out = Path("out"),
) -> None:
    """Accept a quote: write its order as a TMF622 product order with bill of materials."""
    made = read_or_stop(quote_file)
    try:
        path = write_order_file(made, out)
    except (NotAllowedError, NotOrderableError, QuoteExpiredError) as error:
        stop(str(error))
    say(f"wrote {path}")


def read_or_stop(quote_file: Path) -> Quote:
    """Read a quote as `cpq quote` wrote it, or print what is wrong with the file and stop."""
    made, problems = read_quote(quote_file.read_bytes())
    if made is None:
        _stop_with(quote_file, problems)
    return made


def write_order_file(made: Quote, out: Path) -> Path:
    """Write the order of a quote into a folder, as accepted today; the order that is already there stays."""
    out.mkdir(parents=True, exist_ok=True)
    path = out / f"order-{order_id_of(made)}.json"
    if not path.exists():
        write_whole(path, write_order(accept(made, order_id_of(made), now().date())).encode())
    return path


def _stop_with(file: Path, problems: tuple[Problem, ...]) -> NoReturn:
    for problem in problems:
        say(f"{file}: {problem}", "red")
    stop(f"{file}: {len(problems)} problems; nothing was written")
