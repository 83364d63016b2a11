"""`cpq bench pricing`: how long a price takes, from the lines of a basket to the priced quote, by size; beside peers where asked."""

from __future__ import annotations

import gc
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from itertools import cycle
from typing import Annotated

import typer

from api.commands.bench.baskets import DAY, Shop, open_shop, simple
from api.commands.bench.peers import oscar_basket, zen_table
from api.commands.bench.timing import Cell, Row, ranked, timed
from api.commands.output import print_json, say, stop
from quotes.pricing import Context, Line, price, price_many, price_on
from quotes.pricing.sheet import Desk
from quotes.pricing.worksheet import Worksheet

PEERS = {peer.NAME: peer for peer in (oscar_basket, zen_table)}
SIZES = (10, 100, 1_000, 10_000)
_PEER_SIZES = (10, 100)
_QUOTES, _LINES = 10_000, 20


def bench_pricing(
    against: Annotated[str, typer.Option(help=f"Peers on the same baskets: {', '.join(PEERS)}.")] = "",
    seed: Annotated[int, typer.Option(help="Which random baskets.")] = 1,
    seconds: Annotated[float, typer.Option(min=0.1, help="Seconds a row, about.")] = 3.0,
    json: Annotated[bool, typer.Option("--json", help="Write JSON.")] = False,
) -> None:
    """Time prices with their record: of baskets, of one changed line, of many quotes, of one look-up."""
    peers = _peers(against)
    shop = open_shop(seed)
    rows = [
        *_sizes(shop, seed, seconds),
        _edit(shop, seed, seconds),
        _many(shop, seed, seconds),
        _lookup(shop, seconds),
    ]
    for name in peers:
        rows += _peer(name, simple(shop), seed, seconds)
    if json:
        print_json(rows)
        return
    for row in rows:
        say(f"{row['what']!s:<44} {row['median_ms']:>12} ms  p95 {row['p95_ms']:>12} ms  {row.get('note', '')}")


def _peers(written: str) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(name.strip() for name in written.split(",") if name.strip()))
    for name in names:
        if name not in PEERS:
            stop(f"there is no peer {name}; there are {', '.join(PEERS)}", 2)
        if PEERS[name].missing():
            stop(PEERS[name].missing(), 2)
    return names


def _measured(what: str, work: Callable[[], object], seconds: float, **more: Cell) -> Row:
    """Time a call again and again after one to warm up; collection of garbage is not in it."""
    work()
    gc.collect()
    gc.disable()
    times: list[float] = []
    while sum(times) < seconds and len(times) < _MOST:
        times.append(timed(work)[0])
    gc.enable()
    median, high = (round(ranked(times, percent) * 1e3, 4) for percent in (50, 95))
    return {"what": what, "median_ms": median, "p95_ms": high, "calls": len(times), **more}


_MOST = 1_000


def _sizes(shop: Shop, seed: int, seconds: float) -> list[Row]:
    """Time baskets on a desk that knows their configurations, with every step written out, and on a new desk."""
    rows: list[Row] = []
    desk = shop.desk()
    for size in SIZES:
        lines = shop.basket(size, seed)
        rows.append(_measured(f"{size} lines", partial(price_on, desk, lines), seconds, lines=size))
        own = [replace(line, configuration=dict(line.configuration)) for line in lines]
        rows.append(_measured(f"{size} lines, each its own object", partial(price_on, desk, own), seconds, lines=size))
        if size <= _READ:
            rows.append(_measured(f"{size} lines, every step read", partial(_read, desk, lines), seconds, lines=size))
        rows.append(_measured(f"{size} lines, new desk", partial(_anew, shop, lines), seconds, lines=size))
    return rows


_READ = 1_000


def _read(desk: Desk, lines: Sequence[Line]) -> object:
    return [line.steps for line in price_on(desk, lines).lines]


def _anew(shop: Shop, lines: Sequence[Line]) -> object:
    return price(shop.catalog, Context.of(shop.catalog), lines, DAY)


def _edit(shop: Shop, seed: int, seconds: float) -> Row:
    lines = shop.basket(10_000, seed)
    sheet = Worksheet.of(shop.desk(), lines)
    changes = cycle(replace(line, quantity=line.quantity + 1) for line in lines[::97])
    return _measured("one line of 10000 changed", lambda: sheet.changed(next(changes)), seconds, lines=10_000)


def _many(shop: Shop, seed: int, seconds: float) -> Row:
    quotes = [shop.basket(_LINES, seed + number) for number in range(_QUOTES)]
    desk = shop.desk()
    return _measured(
        f"{_QUOTES} quotes of {_LINES} lines", lambda: sum(1 for _ in price_many(desk, quotes)), seconds, lines=_LINES
    )


def _lookup(shop: Shop, seconds: float) -> Row:
    """Time the search for one row among those of a product, a thousand times a call."""
    access = shop.desk().access["p0"]

    def look() -> None:
        for _ in range(1_000):
            access.find(("motor",), "large", lambda _: True)

    row = _measured("1000 look-ups of a price row", look, seconds)
    return {**row, "note": "microseconds each are these milliseconds"}


def _peer(name: str, shop: Shop, seed: int, seconds: float) -> list[Row]:
    """Time a peer and ourselves on the same baskets, of what it can express."""
    peer = PEERS[name]
    ready, desk = peer.prepare(shop), shop.desk()
    rows: list[Row] = []
    for size in _PEER_SIZES:
        lines = shop.basket(size, seed)
        ours = _measured(f"{size} lines, as {name} can", partial(price_on, desk, lines), seconds, lines=size)
        theirs = _measured(f"{size} lines, {name}", ready(lines), seconds, lines=size)
        ratio = float(str(theirs["median_ms"])) / float(str(ours["median_ms"]))
        rows += [ours, {**theirs, "ratio": round(ratio, 1), "note": f"{ratio:.1f} times ours; {peer.SAYS}"}]
    return rows
