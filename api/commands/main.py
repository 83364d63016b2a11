"""The table of commands and what happens when one fails."""

from __future__ import annotations

import sys

import typer

from api.commands import (
    approving,
    bench,
    catalog,
    configure,
    demo,
    entitled,
    explaining,
    prove,
    quoting,
    reprice,
    serve,
)
from configurator import ModelTooLarge

app = typer.Typer(
    name="cpq",
    help="Configure, price, quote: exact answers from catalogs written as text.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command("new")(catalog.new)
app.command("check")(catalog.check)
app.command("format")(catalog.format_files)
app.command("test")(catalog.run_catalog_tests)
app.command("configure")(configure.configure)
app.command("entitled")(entitled.entitled)
app.command("quote")(quoting.quote)
app.command("order")(quoting.order)
app.command("approve")(approving.approve)
app.command("reject")(approving.reject)
app.command("explain-price")(explaining.explain_price)
app.command("explain-difference")(explaining.explain_difference)
app.command("reprice")(reprice.reprice)
app.command("serve")(serve.serve)
app.command("demo")(demo.demo)
app.add_typer(bench.app, name="bench")
app.add_typer(prove.app, name="prove")


def main() -> None:
    """Run `cpq`; a full disk, a file that cannot be read, a model past its limits: one sentence and exit code 1."""
    try:
        app()
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(1)
    except ModelTooLarge as error:
        sys.stderr.write(f"cpq: {error}\n")
        sys.exit(1)
    except OSError as error:
        sys.stderr.write(f"cpq: {error.filename or ''}: {error.strerror or error}\n")
        sys.exit(1)
