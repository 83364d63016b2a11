"""The pages for people: what there is, and one page that configures any product."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from api.pages import page
from api.routes.catalogs import catalog_entry, product_entry
from api.routes.finding import TheCatalog, TheProduct, TheService, products_seen, unknown_product

router = APIRouter(include_in_schema=False)


@router.get("/", response_class=HTMLResponse)
def index(service: TheService, language: str = "") -> str:
    """Show all catalogs and the products that everybody sees."""
    catalogs = service.shelf.catalogs.values()
    entries = [catalog_entry(catalog, service.products(catalog), language) for catalog in catalogs]
    return page("index.html", catalogs=entries, language=language)


@router.get("/configure/{catalog}/{product}", response_class=HTMLResponse)
def configure(
    service: TheService, catalog: TheCatalog, product: TheProduct, language: str = "", customer: str = ""
) -> str:
    """Show the page that configures a product for a customer who sees it; its sections come with the answers."""
    products = products_seen(service, catalog, customer)
    if product not in products:
        raise unknown_product(service, catalog, product.name)
    spoken = language if language in catalog.languages else catalog.languages[0] if catalog.languages else "en"
    return page(
        "configure.html",
        catalog=catalog_entry(catalog, products, spoken),
        product=product_entry(catalog, product, spoken),
        customers=catalog.customers,
        customer=customer,
        language=spoken,
    )
