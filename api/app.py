"""The HTTP application: guards, routes, pages, problems, and an OpenAPI document whose pages work offline."""

from __future__ import annotations

from collections.abc import Iterable

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles
from fastapi_swagger import patch_fastapi

from api import problems
from api.edge import Edge
from api.pages import STATIC
from api.routes import catalogs, configuration, quotes, screens
from api.service import Service

DESCRIPTION = """
Configure, price, quote. A configuration is stateless: choices in, the state of every option and value out.
Money is fixed-point text, counts are exact integers as text, values are written as in the catalog.
Every error is a problem document (RFC 9457).
"""
LOOPBACK = ("127.0.0.1", "localhost", "[::1]")


def create_app(service: Service, hosts: Iterable[str] = LOOPBACK) -> FastAPI:
    """Build the application around a service; it answers only under these host names."""
    app = FastAPI(
        title="Quotewright",
        version="1",
        description=DESCRIPTION,
        docs_url=None,
        redoc_url=None,
        swagger_ui_oauth2_redirect_url=None,
        separate_input_output_schemas=False,
    )
    app.state.service = service
    for routes in (catalogs, configuration, quotes, screens):
        app.include_router(routes.router)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    patch_fastapi(app, docs_url="/docs")
    problems.install(app)
    app.add_middleware(Edge, hosts=tuple(hosts))
    return app
