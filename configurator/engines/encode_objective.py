"""An objective as one sum of CP-SAT variables, exact over a scale of its own."""

from __future__ import annotations

import math

from configurator.engines.amounts import Amount
from configurator.engines.circuit import Linear
from configurator.engines.encode import Encoder
from configurator.model import Limit, ModelTooLarge, Term
from configurator.objective import Separated


def encode_objective(encoder: Encoder, separated: Separated) -> Linear:
    """Return a sum that orders configurations as the objective does; its constant and scale are left out.

    `ModelTooLarge` where its exact numbers leave 64 bits, or divide by a variable without rounding.
    """
    parts = [encoder.spread(position, table, separated.scale) for position, table in separated.tables.items()]
    parts += [_weighted(encoder, term) for term, _, _, _ in separated.general]
    scale = math.lcm(*(part.scale for part in parts))
    return encoder.circuit.combine([(scale // part.scale, part.top) for part in parts])


def _weighted(encoder: Encoder, term: Term) -> Amount:
    """Return a term's amount where it counts and zero where it does not."""
    circuit, amount = encoder.circuit, encoder.amount(term.amount)
    if amount.bottom is not None:
        message = "an amount to optimise divides by a variable: round it to a step"
        raise ModelTooLarge(Limit("memory", message))
    counts = amount.present if term.when is None else circuit.conjunction((encoder.literal(term.when), amount.present))
    top = circuit.select(counts, amount.top, circuit.constant(0))
    return Amount(top, amount.scale, circuit.true)
