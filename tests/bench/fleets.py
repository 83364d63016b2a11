"""Fleets of bikes, as many as wanted, as catalogs: the city and travel bikes of the public COOM fleets, converted by hand.

``python -m tests.bench.fleets`` measures how fast all valid values of such a fleet are found, with the times
that were published for the answer set solvers clingo and flingo beside (potassco/coom-benchmarks, seconds).
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from datetime import date

from catalogs import load
from catalogs.model import Catalog
from configurator import compile_product, planned
from configurator.assessment import assess
from configurator.engines.planner import PATIENT
from configurator.session import start

DAY = date(2026, 1, 1)
PUBLISHED = {
    "city-10": {"clingo": 3.41, "flingo": 5.28, "clingo valid values": 2.93},
    "city-50": {"clingo": 3.96, "flingo": 14.44, "clingo valid values": 5.37},
    "city-100": {"clingo": 8.44, "flingo": 31.84, "clingo valid values": 12.27},
    "city-150": {"clingo": 14.8, "flingo": 43.19, "clingo valid values": 23.85},
    "travel-1": {"clingo": 43.85, "flingo": 3.35, "clingo valid values": 198.32},
    "travel-5": {"clingo": None, "flingo": 5.46, "clingo valid values": None},
    "travel-10": {"clingo": None, "flingo": 6.92, "clingo valid values": None},
}
"""Seconds; None where a solver had no answer after 1,200."""
HEAD = 'catalog fleet "Fleet" {\n  currency EUR\n  languages en\n  timezone "Europe/Berlin"\n}\n'


def city(bikes: int) -> Catalog:
    """Return a fleet of city bikes."""
    return _loaded(
        f"""
choices Colour "Colour" {{
  silver "Silver"
  white "White"
  black "Black"
  blue "Blue"
}}
choices Position "Position" {{
  front "Front"
  back "Back"
}}
choices Saddle "Saddle" {{
  standard "Standard"
  comfort "Comfort"
  vintage "Vintage"
}}
choices Material "Material" {{
  cotton "Cotton"
  leather "Leather"
  polyester "Polyester"
}}
choices Capacity "Capacity" (volume: l) {{
  b10 "10" 10
  b20 "20" 20
  b50 "50" 50
  b100 "100" 100
}}
choices Wheel "Wheel" (size: inch) {{
  w25 "25" 25
  w26 "26" 26
  w27 "27" 27
  w28 "28" 28
}}
component Basket "Basket" {{
  option position "Position": Position
  option colour "Colour": Colour
}}
component Bag "Bag" {{
  option capacity "Capacity": Capacity
  option material "Material": Material
}}
component Bike "Bike" {{
  option colour "Colour": Colour
  option saddle "Saddle": Saddle
  option front "Front wheel": Wheel
  option rear "Rear wheel": Wheel
  part basket "Basket": Basket 0..1
  part bags "Bags": Bag 0..2
}}
product fleet "Fleet" {{
  part bikes "Bikes": Bike {bikes}..{bikes}
}}
rule same_colour on Bike {{ all k in basket: k.colour = colour because "A basket has the bike's colour." }}
rule room_in_front on Bike {{
  any k in basket: k.position = front requires front.size < 29 inch
  because "A basket in front needs room."
}}
rule heavy_bags on Bike {{
  any b in bags: b.capacity.volume = 100 l requires rear.size >= 28 inch
  because "Large bags need a large wheel."
}}
rule vintage on Bike {{
  saddle = vintage requires all b in bags: b.material = leather
  because "A vintage saddle goes with leather."
}}
rule same_wheels on Bike {{ front.size = rear.size because "Both wheels have one size." }}
rule bag_material on Bag {{
  allow material  | capacity
        leather   | b10
        cotton    | b20, b50
        polyester | b20, b50, b100
  because "Not every material is made in every size."
}}
"""
    )


def travel(bikes: int, most: int) -> Catalog:
    """Return a fleet of travel bikes that costs `most` at most."""
    return _loaded(
        f"""
choices Bag_kind "Bag" (price: number) {{
  b10 "10" 10
  b20 "20" 20
  b50 "50" 30
  b100 "100" 40
}}
choices Wheel "Wheel" (size: inch, price: number) {{
  w22 "22" 22 10
  w24 "24" 24 20
  w26 "26" 26 30
  w28 "28" 28 40
}}
component Bag "Bag" {{
  option kind "Kind": Bag_kind
}}
component Bike "Bike" {{
  option front "Front wheel": Wheel
  option rear "Rear wheel": Wheel
  part carrier "Bags on the carrier": Bag 0..3
  part frame "Bags in the frame": Bag 0..2
  let price "Price" = front.price + rear.price + sum(b in carrier: b.kind.price) + sum(b in frame: b.kind.price)
}}
product fleet "Fleet" {{
  part bikes "Bikes": Bike {bikes}..{bikes}
}}
rule two_bags on Bike {{ count(carrier) + count(frame) <= 2 because "A bike carries two bags." }}
rule same_wheels on Bike {{ front.size = rear.size because "Both wheels have one size." }}
rule price_of_one on Bike {{ price <= 240 because "A bike costs 240 at most." }}
rule price_of_all on fleet {{ sum(b in bikes: b.price) <= {most} because "The fleet costs {most} at most." }}
"""
    )


def _loaded(text: str) -> Catalog:
    loaded = load({"catalog.cpq": (HEAD + text).encode()})
    if loaded.catalog is None:
        raise ValueError([diagnostic.message for diagnostic in loaded.diagnostics])
    return loaded.catalog


def measure(name: str, catalog: Catalog, runs: int) -> dict[str, object]:
    """Build the engine of a fleet and time valid values of the first click, and a whole assessment."""
    began = time.perf_counter()
    model = compile_product(catalog, "fleet", DAY)
    grounded = time.perf_counter() - began
    found = planned(model, budget=PATIENT)
    built = time.perf_counter() - began
    engine, session = found.engine, start(found.engine)
    clicks = [_timed(lambda: engine.valid_values({})) for _ in range(runs + 1)]
    assessed = [_timed(lambda: assess(session)) for _ in range(2)]
    click = statistics.median(clicks[1:])
    peers = {
        peer: None if seconds is None else round(seconds / click) for peer, seconds in PUBLISHED.get(name, {}).items()
    }
    return {
        "name": name,
        "variables": len(model.variables),
        "engine": engine.name,
        "why": found.plan.reason,
        "ground_seconds": round(grounded, 2),
        "build_seconds": round(built, 2),
        "count": str(engine.count({}).value),
        "first_click_ms": round(clicks[0] * 1000, 2),
        "click_ms": round(click * 1000, 3),
        "assess_ms": round(assessed[-1] * 1000, 1),
        "published_over_click": peers,
        "published_over_build_and_click": {
            peer: None if seconds is None else round(seconds / (built + click), 1)
            for peer, seconds in PUBLISHED.get(name, {}).items()
        },
    }


def _timed(work: object) -> float:
    began = time.perf_counter()
    work()  # type: ignore[operator]
    return time.perf_counter() - began


def main() -> None:
    """Measure the fleets and print one line of JSON each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=20)
    options = parser.parse_args()
    fleets = {f"city-{n}": city(n) for n in (10, 50, 100, 150)}
    fleets |= {f"travel-{n}": travel(n, most) for n, most in ((1, 200), (5, 1_000), (10, 2_000))}
    for name, catalog in fleets.items():
        print(json.dumps(measure(name, catalog, options.runs)), flush=True)


if __name__ == "__main__":
    main()
