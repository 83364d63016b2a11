"""django-oscar on our baskets: products with stock records, a basket with lines, an offer of a rate off some products.

It runs on SQLite in memory, by its normal way through Django's models; one rate holds for all quantities, and there
are no options. Making the catalog is not in its time, adding the lines to a basket and applying the offer is.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Sequence
from decimal import Decimal

from api.commands.bench.baskets import Shop
from quotes.pricing import Line

NAME = "oscar"
PACKAGE = "oscar"
SAYS = "list prices, one offer of 5 % on half of the products, lines of one product merged; models on SQLite in memory"


def missing() -> str:
    """Say what is not installed, "" where all is there."""
    return "" if importlib.util.find_spec(PACKAGE) else "django-oscar is not installed: pip install quotewright[bench]"


def prepare(shop: Shop) -> Callable[[Sequence[Line]], Callable[[], object]]:
    """Fill the database once; return what makes a basket ready, and then prices it."""
    _configure()
    from oscar.core.loading import get_class, get_model  # noqa: PLC0415 - after Django is configured

    products = _fill(shop, get_model)
    basket_model, strategy = get_model("basket", "Basket"), get_class("partner.strategy", "Default")
    applicator = get_class("offer.applicator", "Applicator")

    def ready(lines: Sequence[Line]) -> Callable[[], object]:
        def run() -> object:
            basket = basket_model.objects.create()
            basket.strategy = strategy()
            for line in lines:
                # lines of one product become one: its baskets then have fewer lines than ours
                basket.add_product(products[line.product], quantity=line.quantity)
            applicator().apply(basket)
            return basket.total_incl_tax

        return run

    return ready


def _configure() -> None:
    import django  # noqa: PLC0415 - of the bench extra, which need not be there
    from django.conf import settings  # noqa: PLC0415
    from django.core.management import call_command  # noqa: PLC0415

    if settings.configured:
        return
    from oscar import defaults  # noqa: PLC0415

    stated = {name: getattr(defaults, name) for name in dir(defaults) if name.startswith("OSCAR")}
    settings.configure(
        **stated,
        INSTALLED_APPS=_apps(),
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
        HAYSTACK_CONNECTIONS={"default": {"ENGINE": "haystack.backends.simple_backend.SimpleEngine"}},
        DEFAULT_AUTO_FIELD="django.db.models.AutoField",
        SECRET_KEY="measured in memory",  # noqa: S106 - no secret: nothing outlives the process
        SITE_ID=1,
        USE_TZ=True,
    )
    django.setup()
    call_command("migrate", verbosity=0)


def _apps() -> list[str]:
    """Return the applications of a shop as its documentation lists them."""
    plain = ["analytics", "checkout", "address", "shipping", "catalogue", "communication", "partner", "basket",
             "payment", "offer", "order", "customer", "search", "voucher", "wishlists", "dashboard"]  # fmt: skip
    boards = ["reports", "users", "orders", "catalogue", "offers", "partners", "pages", "ranges", "reviews", "vouchers",
              "communications", "shipping"]  # fmt: skip
    django = ["admin", "auth", "contenttypes", "sessions", "messages", "sites", "flatpages"]
    return [
        *(f"django.contrib.{one}" for one in django),
        "oscar.config.Shop",
        *(f"oscar.apps.{one}.apps.{one.capitalize()}Config" for one in plain),
        "oscar.apps.catalogue.reviews.apps.CatalogueReviewsConfig",
        *(f"oscar.apps.dashboard.{one}.apps.{one.capitalize()}DashboardConfig" for one in boards),
        "widget_tweaks", "haystack", "treebeard", "django_tables2",
    ]  # fmt: skip


def _fill(shop: Shop, model: Callable[[str, str], type]) -> dict[str, object]:
    """Create products, stock and one offer; return the products by name."""
    made: dict[str, object] = {}
    kind = model("catalogue", "ProductClass").objects.create(name="thing", track_stock=False)  # type: ignore[attr-defined]
    partner = model("partner", "Partner").objects.create(name="house")  # type: ignore[attr-defined]
    bases = {row.product: str(row.price) for one in shop.catalog.price_lists for row in one.rows if not row.path}
    for name, price in bases.items():
        product = model("catalogue", "Product").objects.create(title=name, product_class=kind)  # type: ignore[attr-defined]
        model("partner", "StockRecord").objects.create(  # type: ignore[attr-defined]
            product=product, partner=partner, partner_sku=name, price=Decimal(price), num_in_stock=1_000_000
        )
        made[name] = product
    half = model("offer", "Range").objects.create(name="half")  # type: ignore[attr-defined]
    for product in list(made.values())[::2]:
        half.add_product(product)
    condition = model("offer", "Condition").objects.create(range=half, type="Count", value=1)  # type: ignore[attr-defined]
    benefit = model("offer", "Benefit").objects.create(range=half, type="Percentage", value=5)  # type: ignore[attr-defined]
    model("offer", "ConditionalOffer").objects.create(name="half", condition=condition, benefit=benefit)  # type: ignore[attr-defined]
    return made
