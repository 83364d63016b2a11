"""GoRules ZEN on our baskets: a decision table by product, motor and quantity gives list price and rate, line by line.

It looks prices up and has no quotes: sums, rounding, taxes and a record are not in its time.
"""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Callable, Sequence

from api.commands.bench.baskets import Shop
from quotes.pricing import Line

NAME = "zen"
PACKAGE = "zen"
SAYS = "unit prices from a table of products and tiers; no options, sums, taxes or record"


def missing() -> str:
    """Say what is not installed, "" where all is there."""
    return "" if importlib.util.find_spec(PACKAGE) else "zen-engine is not installed: pip install quotewright[bench]"


def prepare(shop: Shop) -> Callable[[Sequence[Line]], Callable[[], object]]:
    """Build the table once; return what makes a basket ready, and then prices it."""
    import zen  # noqa: PLC0415 - of the bench extra, which need not be there

    decision = zen.ZenEngine().create_decision(json.dumps(_graph(shop)))

    def ready(lines: Sequence[Line]) -> Callable[[], object]:
        asked = [{"product": line.product, "quantity": line.quantity} for line in lines]
        return lambda: [decision.evaluate(one)["result"] for one in asked]

    return ready


def _graph(shop: Shop) -> object:
    bases = {row.product: str(row.price) for one in shop.catalog.price_lists for row in one.rows if not row.path}
    rules = []
    for scale in shop.catalog.scales:
        for number, tier in enumerate(scale.tiers):
            high = "" if tier.high is None else f" and quantity <= {tier.high}"
            rules.append({
                "_id": f"{scale.name}_{number}", "product": f'"{scale.on}"', "quantity": f"quantity >= {tier.low}{high}",
                "price": bases[scale.on], "rate": str(float(tier.rate or 0)),
            })  # fmt: skip
    table = {
        "hitPolicy": "first",
        "inputs": [{"id": "product", "name": "Product", "field": "product"}, {"id": "quantity", "name": "Quantity"}],
        "outputs": [{"id": "price", "name": "Price", "field": "price"}, {"id": "rate", "name": "Rate", "field": "rate"}],
        "rules": rules,
    }  # fmt: skip
    nodes = [
        {"id": "in", "type": "inputNode", "name": "in", "position": {"x": 0, "y": 0}},
        {"id": "table", "type": "decisionTableNode", "name": "table", "content": table, "position": {"x": 1, "y": 0}},
        {"id": "out", "type": "outputNode", "name": "out", "position": {"x": 2, "y": 0}},
    ]
    edges = [
        {"id": "a", "sourceId": "in", "targetId": "table", "type": "edge"},
        {"id": "b", "sourceId": "table", "targetId": "out", "type": "edge"},
    ]
    return {"nodes": nodes, "edges": edges}
