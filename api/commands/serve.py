"""`cpq serve`: the HTTP door and the page, on this machine only until there is access control."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from api.commands.local import local_service, product_plans
from api.commands.output import load_or_stop, say, stop
from quotes.answer import Viewer

HOST = "127.0.0.1"


def serve(
    folders: Annotated[list[Path], typer.Argument(help="Catalog folders.", exists=True)],
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes any free port.")] = 8000,
    viewer: Annotated[
        Viewer, typer.Option(help="Who uses this door: customers see what they may, reps everything.")
    ] = "customer",
    keep: Annotated[Path, typer.Option(help="The folder that keeps quotes and orders.")] = Path("out/kept"),
) -> None:
    """Serve catalogs: a page to configure in the browser, and the API behind it."""
    import uvicorn  # noqa: PLC0415 - only this command pays for it

    from api.app import create_app  # noqa: PLC0415
    from configurator.engines.diagram.warm import warm  # noqa: PLC0415

    catalogs = [load_or_stop(folder) for folder in folders]
    names = [catalog.name for catalog in catalogs]
    if len(set(names)) < len(names):
        stop(f"two catalogs have the same name: {', '.join(sorted(names))}", 2)
    warm()
    for catalog in catalogs:
        for one in product_plans(catalog):
            say(f"{catalog.name}/{one.product}: {one.engine}, {one.reason}")
    app = create_app(local_service(*catalogs, folder=keep, viewer=viewer))
    server = uvicorn.Server(uvicorn.Config(app, host=HOST, port=port, log_level="warning", server_header=False))
    server.config.load()
    sockets = [server.config.bind_socket()]
    say(f"http://{HOST}:{sockets[0].getsockname()[1]}/  serves {', '.join(names)}; stop with Ctrl-C")
    server.run(sockets)
