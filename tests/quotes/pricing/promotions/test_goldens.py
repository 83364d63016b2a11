"""Published results of peers that promotions must reproduce, through the engine itself."""

import json
from pathlib import Path

from tests.quotes.pricing.goldens.promotions import check, handles


def test_goldens_of_promotions(shared: Path) -> None:
    cases = json.loads((shared / "data" / "pricing" / "golden.json").read_text(encoding="utf-8"))["cases"]
    own = [case for case in cases if case["category"] == "stacking" and handles(case)]
    assert len(own) >= 15
    for case in own:
        check(case)
