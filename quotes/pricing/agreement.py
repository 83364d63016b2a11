"""The phase "agreement": prices and discounts that contracts fix for a product, a part, an option or a choice.

A price takes the place of the product's own row, of the row of a part, or of what an option costs; a discount is a
rate off an option, off a part with all that is in it, or off the whole unit. Where the price stands above or below its
list price already (after a scale), each part of it is taken to stand so as well: an agreed price then replaces just
its part. One term holds for each thing that is named: of a choice before of its option, then of the first contract by
name; the others are recorded. A contract in another currency is not seen.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from catalogs.effectivity import in_effect
from catalogs.policy import Contract, ContractTerm
from quotes.pricing.scope import customer_holds, join
from quotes.pricing.sheet import Desk, Draft, Origin, each_line
from rules.kinds import Scalar

Agreed = tuple[Contract, ContractTerm]


def agreed(desk: Desk, draft: Draft) -> Draft:
    """Return a line after the contracts that hold for its customer."""
    after = with_terms(desk, draft)
    return after if after is draft else after.settled(desk, "agreement")


agreement = each_line(agreed)


def terms_by_product(desk: Desk) -> Mapping[str, tuple[Agreed, ...]]:
    """Return the terms that hold for the customer on the day, by product, in order of precedence."""
    found: dict[str, list[Agreed]] = {}
    for contract in sorted(in_effect(desk.catalog.contracts, desk.day), key=lambda one: (one.name, one.span)):
        if customer_holds(contract.who, desk.catalog, desk.context):
            for term in contract.terms:
                if term.price is None or term.price.currency == desk.context.currency:
                    found.setdefault(term.aim.product, []).append((contract, term))
    return {
        product: tuple(sorted(terms, key=lambda one: one[1].aim.choice is None)) for product, terms in found.items()
    }


def with_terms(desk: Desk, draft: Draft) -> Draft:
    """Return a line after its contracts, not yet rounded."""
    terms = desk.kept(terms_by_product).get(draft.line.product)
    if not terms:
        return draft
    targets: dict[str, list[Agreed]] = {}
    for contract, term in terms:
        for path in _places(draft, term):
            targets.setdefault(path, []).append((contract, term))
    if not targets:
        return draft
    parts = _Parts.of(desk, draft)
    for path in sorted(targets, key=lambda path: (-_depth(path), path)):
        (contract, term), *others = targets[path]
        draft = parts.settle(draft, path, contract, term)
        for other, lost in others:
            origin = Origin("agreement", other.name, other.label, lost.span, path)
            why = f"contract {contract.name} goes before it"
            draft = draft.noted(origin.not_applied("percent", -(lost.discount or Fraction(0)), draft.unit, why))
    return draft


def _depth(path: str) -> int:
    return path.count(".") + 1 if path else 0


def _places(draft: Draft, term: ContractTerm) -> Iterator[str]:
    """Yield the paths of what a term names in a configuration."""
    aim = term.aim
    for spot in draft.spots:
        if spot.names == aim.path:
            yield spot.path
        elif aim.path and spot.names == aim.path[:-1] and any(o.name == aim.path[-1] for o in spot.component.options):
            path = join(spot.path, aim.path[-1])
            value = draft.line.configuration.get(path)
            if value is not None and names(term, value):
                yield path


def names(term: ContractTerm, value: Scalar) -> bool:
    """Say whether a term names a value of its option; a switch that is off is named only where the term says so."""
    return value is not False if term.aim.choice is None else value == term.aim.choice


def agreed_amount(
    terms: tuple[Agreed, ...], path: tuple[str, ...], value: Scalar, amount: Fraction, *, row: bool = True
) -> Fraction:
    """Return what a part of the list price comes to by the contracts: its own term, then rates of the parts around it.

    This holds where the price is the list price before; a discount of the whole product is not in it.
    """
    for depth in range(len(path), 0 if path else -1, -1):
        own = depth == len(path)
        found = (term for _, term in terms if term.aim.path == path[:depth] and (not own or names(term, value)))
        term = next(found, None)
        if term is None or (not path and term.price is None):
            continue
        if term.price is None:
            amount *= 1 - (term.discount or Fraction(0))
        elif own and row:
            amount = term.price.amount
    return amount


def whole_discount(terms: tuple[Agreed, ...]) -> Fraction:
    """Return the rate that contracts take off the whole unit."""
    first = next((term for _, term in terms if not term.aim.path), None)
    return Fraction(0) if first is None else first.discount or Fraction(0)


@dataclass(slots=True)
class _Part:
    """What one row or charge adds to the unit: at which path, and how much of the price as it stands."""

    path: str
    row: bool
    amount: Fraction


@dataclass(slots=True)
class _Parts:
    """The parts that the price of a unit is made of."""

    found: list[_Part]

    @classmethod
    def of(cls, desk: Desk, draft: Draft) -> _Parts:
        """Read the parts from the record of the list price; what its rounding changed belongs to the product's own row."""
        charges = {charge.span for charge in desk.catalog.charges}
        found = [
            _Part(step.path, step.source not in charges, step.operand)
            for step in draft.steps
            if step.phase in {"base", "configure"} and step.operator in {"set", "add"} and not step.not_applied
        ]
        rounding = draft.listed - sum((part.amount for part in found), Fraction(0))
        for part in found[:1]:
            part.amount += rounding
        if draft.listed:
            for part in found:
                part.amount *= draft.exact / draft.listed
        return cls(found)

    def settle(self, draft: Draft, path: str, contract: Contract, term: ContractTerm) -> Draft:
        """Return the line after one term, with the step that it makes."""
        origin = Origin("agreement", contract.name, contract.label, term.span, path)
        if term.price is not None:
            own = [part for part in self.found if part.path == path and part.row]
            before = sum((part.amount for part in own), Fraction(0))
            self.found = [part for part in self.found if part not in own]
            self.found.append(_Part(path, row=True, amount=term.price.amount))
            if len(self.found) == 1:
                return draft.moved(term.price.amount, origin, "set", term.price.amount)
            return self._added(draft, origin, term.price.amount - before)
        rate = term.discount or Fraction(0)
        if not path:
            return draft.moved(draft.exact * (1 - rate), origin, "percent", -rate)
        inside = [part for part in self.found if part.path == path or part.path.startswith(f"{path}.")]
        off = sum((part.amount for part in inside), Fraction(0)) * rate
        for part in inside:
            part.amount *= 1 - rate
        return self._added(draft, origin, -off)

    def _added(self, draft: Draft, origin: Origin, amount: Fraction) -> Draft:
        return draft.moved(draft.exact + amount, replace(origin), "add", amount)
