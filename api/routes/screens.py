"""The pages for people: what there is, and one page that configures any product."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from api.pages import page
from api.routes.catalogs import catalog_entry, product_entry
from api.routes.finding import TheCatalog, TheProduct, TheService

router = APIRouter(include_in_schema=False)


@router.get("/", response_class=HTMLResponse)
def index(service: TheService, language: str = "") -> str:
    """Show all catalogs and their products."""
    entries = [catalog_entry(catalog, language) for catalog in service.shelf.catalogs.values()]
    return page("index.html", catalogs=entries, language=language)


@router.get("/configure/{catalog}/{product}", response_class=HTMLResponse)
def configure(catalog: TheCatalog, product: TheProduct, language: str = "") -> str:
    """Show the page that configures a product."""
    spoken = language if language in catalog.languages else catalog.languages[0] if catalog.languages else "en"
    sections = [{"label": section.label.read(spoken), "names": list(section.names)} for section in product.sections]
    return page(
        "configure.html",
        catalog=catalog_entry(catalog, spoken),
        product=product_entry(catalog, product, spoken),
        customers=catalog.customers,
        language=spoken,
        sections=sections,
    )
