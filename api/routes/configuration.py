"""Configuring: choices in, state out; why not, how to get it anyway, completion, suggestions. Nothing is kept."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Mapping
from typing import Any, Literal

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse

from api.problems import Finding, Problem, documented
from api.routes.finding import (
    TheCatalog, TheProduct, TheService, products_seen, unknown_customer, unknown_product,
)  # fmt: skip
from api.schemas import CompletionRequest, ConfigurationAnswer, ConfigurationRequest, ValueRequest
from api.service import Service, Wish
from catalogs.model import Catalog, Component
from configurator import ModelTooLarge, ProductNotInEffect, UnknownProduct
from quotes.answer import WishProblem, as_json


async def _once(request: Request) -> None:
    """Refuse a body that gives a member twice: of two choices none may be dropped in silence."""

    def members(pairs: list[tuple[str, object]]) -> dict[str, object]:
        names = [name for name, _ in pairs]
        for name in dict.fromkeys(names):
            if names.count(name) > 1:
                raise Problem(422, "repeated-member", f"The request gives {name[:80]} more than once.")
        return dict(pairs)

    with contextlib.suppress(ValueError, RecursionError):
        json.loads(await request.body(), object_pairs_hook=members)


router = APIRouter(
    prefix="/catalogs/{catalog}/products/{product}", tags=["configuration"], dependencies=[Depends(_once)]
)
_RESPONSES = documented(404, 409, 413, 422)


@router.post("/configuration", response_model=ConfigurationAnswer, responses=_RESPONSES)
def configure(
    service: TheService, catalog: TheCatalog, product: TheProduct, body: ConfigurationRequest
) -> JSONResponse:
    """Say the state of every option and value under these choices, with price ranges."""
    return JSONResponse(_ask(service, catalog, product, body, prices=body.prices))


@router.post("/why-not", response_model=ConfigurationAnswer, responses=_RESPONSES)
def why_not(service: TheService, catalog: TheCatalog, product: TheProduct, body: ValueRequest) -> JSONResponse:
    """Say why a value is excluded (`why`): a minimal conflict of choices and rules with file and line."""
    return JSONResponse(_ask(service, catalog, product, body, why=(body.name, body.value)))


@router.post("/repairs", response_model=ConfigurationAnswer, responses=_RESPONSES)
def repairs(service: TheService, catalog: TheCatalog, product: TheProduct, body: ValueRequest) -> JSONResponse:
    """Say how to get a value anyway (`repairs`): every minimal set of choices to change, with its price, and why."""
    wanted = (body.name, body.value)
    return JSONResponse(_ask(service, catalog, product, body, why=wanted, get=wanted))


@router.post("/completion", response_model=ConfigurationAnswer, responses=_RESPONSES)
def complete(service: TheService, catalog: TheCatalog, product: TheProduct, body: CompletionRequest) -> JSONResponse:
    """Complete the choices: at the lowest price, or as preferred."""
    return JSONResponse(_ask(service, catalog, product, body, completion=body.complete))


@router.post("/suggestions", response_model=list[dict[str, Any]], responses=_RESPONSES)
def suggestions(
    service: TheService, catalog: TheCatalog, product: TheProduct, body: ConfigurationRequest
) -> JSONResponse:
    """List what else could be offered: valid, in effect, with the exact new total and the reason."""
    return JSONResponse(_ask(service, catalog, product, body)["suggestions"])


def _ask(
    service: Service,
    catalog: Catalog,
    product: Component,
    body: ConfigurationRequest,
    *,
    why: tuple[str, str] | None = None,
    get: tuple[str, str] | None = None,
    completion: Literal["cheapest", "preferred"] | None = None,
    prices: bool = False,
) -> dict[str, Any]:
    wish = Wish(body.choices, body.on, body.customer, body.language)
    if body.customer is not None and all(customer.id != body.customer for customer in catalog.customers):
        raise unknown_customer(body.customer, catalog)
    try:
        answer = service.configure(catalog, product.name, wish, complete=completion, why=why, get=get, prices=prices)
    except ProductNotInEffect:
        if product not in products_seen(service, catalog, body.customer or ""):
            raise unknown_product(service, catalog, product.name) from None
        raise Problem(409, "product-not-in-effect", f"{product.name} cannot be configured on that day.") from None
    except UnknownProduct:
        raise unknown_product(service, catalog, product.name) from None
    except ModelTooLarge as error:
        raise Problem(409, "model-too-large", str(error)) from None
    if answer.problems:
        findings = [_finding(problem, body.choices) for problem in answer.problems]
        raise Problem(422, "unreadable-choices", "Some choices cannot be read; nothing was guessed.", findings)
    return as_json(answer)


def _finding(problem: WishProblem, choices: Mapping[str, str]) -> Finding:
    asked_about = problem.name not in choices
    pointer = "/value" if asked_about else "/choices/" + problem.name.replace("~", "~0").replace("/", "~1")
    return Finding(code=problem.code, pointer=pointer, detail=problem.message, hint=problem.hint)
