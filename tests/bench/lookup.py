"""How long prices take to find among ten thousand, a hundred thousand and a million rows.

``python -m tests.bench.lookup [ROWS …]`` prints seconds to load, and microseconds to open a desk for a customer the desk has
not seen, to find the first row, and to find it again. Most rows are for one customer or one segment.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median

from catalogs import load
from catalogs.model import Catalog, Customer
from quotes.pricing.context import Context
from quotes.pricing.sheet import Desk

SIZES = (10_000, 100_000, 1_000_000)
DAY = date(2026, 5, 1)
_PRODUCTS, _SEGMENTS = 100, 20
_HEAD = 'catalog big "Big" { currency EUR }\nprices big in EUR from "big.csv"\n'


@dataclass(frozen=True)
class Measured:
    """Seconds to load so many rows (of the processor alone), and microseconds of each kind of look-up, the median."""

    rows: int
    load_seconds: float
    load_cpu_seconds: float
    index_seconds: float
    open_us: float
    first_us: float
    again_us: float


def price_file(rows: int, seed: int = 1) -> str:
    """Write a price file: a base price and five motors a product, prices of segments, and the rest for single customers."""
    chance = random.Random(seed)
    lines = ["product,option,choice,customer.id,customer.segment,price,from"]
    for row in range(rows):
        product, rank = row % _PRODUCTS, row // _PRODUCTS
        price = f"{chance.randrange(1_000, 90_000) / 100:.2f}"
        if rank == 0:
            lines.append(f"p{product},,,,,{price},")
        elif rank <= 5:
            lines.append(f"p{product},motor,m{rank},,,{price},")
        elif rank <= 5 + _SEGMENTS:
            lines.append(f"p{product},,,,s{rank - 6},{price},2026-01-01")
        else:
            lines.append(f"p{product},,,c{rank},,{price},")
    return "\n".join(lines) + "\n"


def catalog_of(rows: int) -> Catalog:
    """Load a catalog with so many price rows."""
    motors = " | ".join(f"m{number}" for number in range(1, 6))
    products = "".join(f"product p{n} {{ option motor: {motors} = m1 }}\n" for n in range(_PRODUCTS))
    loaded = load({"a.cpq": (_HEAD + products).encode(), "big.csv": price_file(rows).encode()})
    if loaded.catalog is None:
        raise ValueError(loaded.diagnostics[:3])
    return loaded.catalog


def measure(rows: int, tries: int = 300) -> Measured:
    """Measure one size."""
    begin, cpu = time.perf_counter(), time.process_time()
    catalog = catalog_of(rows)
    load_seconds, load_cpu = time.perf_counter() - begin, time.process_time() - cpu
    begin = time.perf_counter()
    _look(catalog, "c0", "p0")
    index_seconds = time.perf_counter() - begin
    chance = random.Random(2)
    customers = max(27, rows // _PRODUCTS)
    times = [
        _look(catalog, f"c{chance.randrange(26, customers)}", f"p{chance.randrange(_PRODUCTS)}") for _ in range(tries)
    ]
    opened, first, again = (median(found) for found in zip(*times, strict=True))
    return Measured(rows, load_seconds, load_cpu, index_seconds, opened, first, again)


def _look(catalog: Catalog, customer: str, product: str) -> tuple[float, float, float]:
    """Return microseconds to open a desk, to find a row, and to find it again."""
    clock = time.perf_counter
    marks = [clock()]
    desk = Desk.open(catalog, Context(Customer(customer, "", {}, "s3"), "EUR"), DAY)
    access = desk.access[product]
    marks.append(clock())
    access.find((), True, lambda _: True)
    marks.append(clock())
    for _ in range(100):
        access.find((), True, lambda _: True)
    marks.append(clock())
    return (marks[1] - marks[0]) * 1e6, (marks[2] - marks[1]) * 1e6, (marks[3] - marks[2]) * 1e4


def report(sizes: Sequence[int]) -> Iterator[str]:
    """Yield a line of text for every size."""
    for rows in sizes:
        one = measure(rows)
        yield (
            f"{one.rows:>9,} rows: load {one.load_seconds:6.2f} s ({one.load_cpu_seconds:.2f} s of processor), index "
            f"{one.index_seconds:.2f} s, open {one.open_us:.0f} us, first find {one.first_us:.0f} us, again {one.again_us:.2f} us"
        )


if __name__ == "__main__":
    for line in report([int(one) for one in sys.argv[1:]] or SIZES):
        print(line, flush=True)
