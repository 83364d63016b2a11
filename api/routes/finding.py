"""What a path of the API names: the service, a catalog, a product; a problem where there is none."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

from fastapi import Depends, Path, Request

from api.problems import Finding, Problem
from api.service import Service
from catalogs.model import Catalog, Component
from rules.diagnostics import did_you_mean


def _service(request: Request) -> Service:
    service: Service = request.app.state.service
    return service


TheService = Annotated[Service, Depends(_service)]


def _catalog(service: TheService, catalog: Annotated[str, Path(description="Name of a catalog.")]) -> Catalog:
    known = service.shelf.catalogs
    if catalog not in known:
        raise Problem(404, "unknown-catalog", _sentence("catalog", catalog, known))
    return known[catalog]


TheCatalog = Annotated[Catalog, Depends(_catalog)]


def _product(
    service: TheService, catalog: TheCatalog, product: Annotated[str, Path(description="Name of a product.")]
) -> Component:
    known = {component.name: component for component in catalog.products}
    if product not in known:
        raise unknown_product(service, catalog, product)
    return known[product]


def unknown_product(service: Service, catalog: Catalog, product: str) -> Problem:
    """Return the problem of a product that is not there, or that the reader does not see: the same document.

    Where customers see different products no other name is hinted at: the path does not say who asks.
    """
    is_open = service.viewer == "rep" or not catalog.entitlements
    return Problem(
        404, "unknown-product", _sentence("product", product, [one.name for one in catalog.products if is_open])
    )


def products_seen(service: Service, catalog: Catalog, customer: str) -> tuple[Component, ...]:
    """Return the products that a customer sees (by id, "" for nobody in particular)."""
    try:
        return service.products(catalog, customer or None)
    except KeyError:
        raise unknown_customer(customer, catalog) from None


TheProduct = Annotated[Component, Depends(_product)]


def unknown_customer(customer_id: str, catalog: Catalog) -> Problem:
    """Return the problem of a customer that the catalog does not have."""
    hint = did_you_mean(customer_id, (customer.id for customer in catalog.customers))
    detail = f"This catalog has no customer {customer_id[:80]}."
    finding = Finding(code="unknown-customer", pointer="/customer", detail=detail, hint=hint)
    return Problem(422, "unknown-customer", detail, [finding])


def _sentence(kind: str, name: str, known: Iterable[str]) -> str:
    hint = did_you_mean(name, known)
    return f"There is no {kind} {name[:80]}{'; ' if hint else '.'}{hint}"
