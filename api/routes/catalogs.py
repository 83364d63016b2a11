"""Catalogs and products: what there is to configure."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import quote

from fastapi import APIRouter, Response

from api.problems import Problem, documented
from api.routes.finding import TheCatalog, TheProduct, TheService, products_seen, unknown_product
from api.schemas import CatalogEntry, CustomerEntry, ProductEntry
from catalogs.model import Catalog, Component

router = APIRouter(tags=["catalogs"])

_MEDIA_TYPES = {".svg": "image/svg+xml", ".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg"}


def catalog_entry(catalog: Catalog, products: Iterable[Component], language: str = "") -> CatalogEntry:
    """Describe a catalog with those of its products that the reader sees."""
    return CatalogEntry(
        name=catalog.name,
        label=catalog.label.read(language),
        version=catalog.version,
        currency=catalog.currency,
        languages=list(catalog.languages),
        products=[product_entry(catalog, product, language) for product in products],
    )


def product_entry(catalog: Catalog, product: Component, language: str = "") -> ProductEntry:
    """Describe a product."""
    picture = f"/catalogs/{quote(catalog.name)}/media/{quote(product.picture)}" if product.picture else None
    return ProductEntry(name=product.name, label=product.label.read(language), picture=picture)


@router.get("/catalogs", responses=documented(422))
def list_catalogs(service: TheService, language: str = "") -> list[CatalogEntry]:
    """List the catalogs that are served, with the products that everybody sees."""
    catalogs = service.shelf.catalogs.values()
    return [catalog_entry(catalog, service.products(catalog), language) for catalog in catalogs]


@router.get("/catalogs/{catalog}", responses=documented(404, 422))
def show_catalog(service: TheService, catalog: TheCatalog, language: str = "", customer: str = "") -> CatalogEntry:
    """Show one catalog with the products that a customer sees."""
    return catalog_entry(catalog, products_seen(service, catalog, customer), language)


@router.get("/catalogs/{catalog}/products/{product}", responses=documented(404, 422))
def show_product(
    service: TheService, catalog: TheCatalog, product: TheProduct, language: str = "", customer: str = ""
) -> ProductEntry:
    """Show one product, where the customer sees it."""
    if product not in products_seen(service, catalog, customer):
        raise unknown_product(service, catalog, product.name)
    return product_entry(catalog, product, language)


@router.get("/catalogs/{catalog}/customers", responses=documented(404, 422))
def list_customers(catalog: TheCatalog) -> list[CustomerEntry]:
    """List the customers that the catalog folder names."""
    return [CustomerEntry(id=customer.id, name=customer.name) for customer in catalog.customers]


@router.get(
    "/catalogs/{catalog}/media/{file:path}",
    responses={**documented(404, 422), 200: {"content": {kind: {} for kind in sorted(set(_MEDIA_TYPES.values()))}}},
    response_class=Response,
)
def show_media(catalog: TheCatalog, file: str) -> Response:
    """Return a picture of the catalog."""
    kind = _MEDIA_TYPES.get(f".{file.rpartition('.')[2].lower()}")
    if kind is None or file not in catalog.media:
        raise Problem(404, "unknown-media", "The catalog has no such picture.")
    return Response(catalog.media[file], media_type=kind, headers={"cache-control": "private, max-age=3600"})
