"""Random quotes whose interest lies in how they are closed: taxes, charges, allowances; and what they come to, by hand."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from hypothesis import strategies as st

from catalogs.model import Tax
from catalogs.policy import Fee, Policy
from tests.quotes.pricing.en16931 import half_up
from tests.quotes.pricing.plain import Item, fee, rate

TAXES: tuple[Tax, ...] = (
    rate("standard", 19), rate("reduced", 7), rate("odd", "8.1"), rate("zero", 0, "Z"),
    rate("exempt", 0, "E", "Medical goods"), rate("export", 0, "G", "Export outside the EU"),
)  # fmt: skip
RATES = {one.category: one.rate for one in TAXES}
CATEGORIES = st.sampled_from(sorted(RATES))


@dataclass(frozen=True, slots=True)
class Closing:
    items: tuple[Item, ...]
    fees: tuple[Fee, ...]
    policy: Policy


def prices():
    cents = st.integers(0, 200_000).map(lambda size: Fraction(size, 100))
    micros = st.integers(0, 50_000_000).map(lambda size: Fraction(size, 1_000_000))
    return st.one_of(st.just(Fraction(0)), cents, micros)


@st.composite
def closings(draw, tax=("exclusive", "inclusive"), per=("group", "line")):
    items = draw(st.lists(st.builds(Item, prices(), st.integers(1, 30), CATEGORIES), min_size=1, max_size=6).map(tuple))
    fees = []
    for number in range(draw(st.integers(0, 4))):
        kind = draw(st.sampled_from(["charge", "allowance"]))
        category = draw(st.one_of(st.none(), CATEGORIES))
        if draw(st.booleans()):
            fees.append(fee(kind, f"fee{number}", percent=draw(st.integers(0, 120)), category=category))
        else:
            amount = Fraction(draw(st.integers(0, 90_000)), 100)
            fees.append(fee(kind, f"fee{number}", amount, category=category))
    policy = Policy(
        "random", tax=draw(st.sampled_from(tax)), tax_per=draw(st.sampled_from(per)),
        allocation=draw(st.sampled_from(["proportional", "even", "by quantity"])),
        remainder=draw(st.sampled_from(["largest", "first", "last"])),
    )  # fmt: skip
    return Closing(items, tuple(fees), policy)


def nets(closing: Closing) -> list[int]:
    """Return the lines' amounts in cents."""
    return [half_up(Fraction(item.price) * item.quantity * 100) for item in closing.items]


def exact_tax(closing: Closing, bases: dict[str, list[int]]) -> int:
    """Return the tax of amounts by category, rounded as the policy says."""
    total = 0
    for category, amounts in bases.items():
        ratio = RATES[category]
        if closing.policy.tax == "inclusive":
            ratio = ratio / (1 + ratio)
        if closing.policy.tax_per == "line":
            total += sum(half_up(amount * ratio) for amount in amounts)
        else:
            total += half_up(sum(amounts) * ratio)
    return total
