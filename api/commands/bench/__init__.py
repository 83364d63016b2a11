"""`cpq bench`: how fast it is here, on catalogs and on public configuration problems, beside peers where asked."""

import typer

from api.commands.bench.catalogs import bench_configure, bench_load
from api.commands.bench.configuration import bench_configuration
from api.commands.bench.pricing import bench_pricing

app = typer.Typer(no_args_is_help=True, help="Measure. Compare runs on one machine only.")
app.command("load")(bench_load)
app.command("configure")(bench_configure)
app.command("configuration")(bench_configuration)
app.command("pricing")(bench_pricing)

__all__ = ["app"]
