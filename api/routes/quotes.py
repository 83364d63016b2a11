"""Quotes and orders: made from a request, shown as JSON and PDF, accepted to an order once."""

from __future__ import annotations

import json
import logging
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse

from api.problems import Finding, Problem, documented
from api.routes.finding import TheCatalog, TheService
from api.schemas import QuoteEntry, QuoteRequest
from api.service import Refused, Service, UnreadableQuote
from api.storage import UnknownOrder, UnknownQuote
from configurator import ModelTooLarge
from quotes.documents import MissingGlyphsError
from quotes.exchange import as_json
from quotes.lifecycle import NotAllowedError
from quotes.orders import NotOrderableError, QuoteExpiredError
from quotes.pricing import write_minor
from quotes.quote import Quote

router = APIRouter()
log = logging.getLogger("cpq.api")


def _body() -> dict[str, Any]:
    """Return the documented body of a quote request; `quotes.request` reads it, so FastAPI does not know it."""
    schema = QuoteRequest.model_json_schema()
    schema["properties"]["lines"]["items"] = schema.pop("$defs")["QuoteLineRequest"]
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}


@router.post(
    "/catalogs/{catalog}/quotes",
    status_code=201,
    response_model=dict[str, Any],
    responses=documented(404, 409, 413, 415, 422),
    openapi_extra=_body(),
    tags=["quotes"],
)
async def make_quote(service: TheService, catalog: TheCatalog, request: Request) -> JSONResponse:
    """Make a quote: the same request as `cpq quote` reads. Choices are completed as each line says."""
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
        raise Problem(415, "unsupported-media-type", "A quote request is application/json.")
    body = await request.body()
    try:
        quote = await run_in_threadpool(service.quote, catalog, body)
    except Refused as error:
        findings = [
            Finding(code=problem.code, pointer=problem.pointer, detail=problem.message, hint=problem.hint)
            for problem in error.problems
        ]
        malformed = any(finding.code == "malformed-json" for finding in findings)
        status, kind = (400, "malformed-json") if malformed else (422, "quote-refused")
        raise Problem(status, kind, "This quote cannot be made as asked.", findings) from None
    except ModelTooLarge as error:
        raise Problem(409, "model-too-large", str(error)) from None
    return JSONResponse(_shown(service, quote), 201, {"location": f"/quotes/{quote.id}"})


@router.get("/quotes", responses=documented(500), tags=["quotes"])
def list_quotes(service: TheService) -> list[QuoteEntry]:
    """List all quotes, sorted by id."""
    entries = []
    for quote_id in service.folder.quote_ids():
        try:
            entries.append(_entry(service, service.find_quote(quote_id)))
        except UnreadableQuote as error:
            log.warning("quote %s cannot be read: %s", quote_id, error)
    return entries


@router.get("/quotes/{quote_id}", response_model=dict[str, Any], responses=documented(404, 409, 422), tags=["quotes"])
def show_quote(service: TheService, quote_id: str) -> JSONResponse:
    """Show a quote, in the state it is in now."""
    return JSONResponse(_shown(service, _find(service, quote_id)))


@router.get(
    "/quotes/{quote_id}/pdf",
    responses={**documented(404, 409, 422), 200: {"content": {"application/pdf": {}}}},
    response_class=Response,
    tags=["quotes"],
)
def show_pdf(service: TheService, quote_id: str) -> Response:
    """Return the quote as PDF; the same bytes every time."""
    quote = _find(service, quote_id)
    headers = {"content-disposition": f'inline; filename="{quote.id}.pdf"'}
    try:
        content = service.pdf(quote)
    except MissingGlyphsError as error:
        raise Problem(422, "missing-glyphs", str(error)) from None
    return Response(content, media_type="application/pdf", headers=headers)


@router.post(
    "/quotes/{quote_id}/accept",
    response_model=dict[str, Any],
    responses={**documented(404, 409, 422), 201: {"description": "The order was made.", "model": dict[str, Any]}},
    tags=["orders"],
)
def accept_quote(service: TheService, quote_id: str) -> JSONResponse:
    """Accept a quote: 201 with its new order (TMF622), 200 with the same order when it was accepted before."""
    try:
        order = service.accept(quote_id)
    except UnknownQuote:
        raise _unknown("quote", quote_id) from None
    except UnreadableQuote as error:
        raise _unreadable(quote_id, error) from None
    except QuoteExpiredError as error:
        raise Problem(409, "quote-expired", str(error)) from None
    except (NotOrderableError, NotAllowedError) as error:
        raise Problem(409, "not-orderable", str(error)) from None
    content = service.order(json.loads(order.text)["id"])
    return JSONResponse(content, 201 if order.created else 200, {"location": f"/orders/{content['id']}"})


@router.get("/orders/{order_id}", response_model=dict[str, Any], responses=documented(404, 422), tags=["orders"])
def show_order(service: TheService, order_id: str) -> JSONResponse:
    """Show an order as a TMF622 product order."""
    try:
        return JSONResponse(service.order(order_id))
    except UnknownOrder:
        raise _unknown("order", order_id) from None


def _find(service: Service, quote_id: str) -> Quote:
    try:
        return service.find_quote(quote_id)
    except UnknownQuote:
        raise _unknown("quote", quote_id) from None
    except UnreadableQuote as error:
        raise _unreadable(quote_id, error) from None


def _unreadable(quote_id: str, error: UnreadableQuote) -> Problem:
    return Problem(409, "unreadable-quote", f"The file of quote {quote_id} is damaged: {error}")


def _unknown(kind: str, name: str) -> Problem:
    return Problem(404, f"unknown-{kind}", f"There is no {kind} {name[:80]}.")


def _shown(service: Service, quote: Quote) -> dict[str, Any]:
    return {**as_json(quote), "state": service.state(quote)}


def _entry(service: Service, quote: Quote) -> QuoteEntry:
    total = write_minor(quote.priced.totals.gross, quote.priced.currency)
    return QuoteEntry(
        id=quote.id,
        state=service.state(quote),
        customer=quote.customer.name,
        total=total,
        currency=quote.priced.currency,
        day=quote.day,
    )
