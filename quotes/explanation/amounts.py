"""How the numbers of a record are written in an explanation: in the units that the step speaks of."""

from __future__ import annotations

from dataclasses import dataclass

from quotes.documents.figures import Figures, figures
from quotes.pricing.record import MICROS, PricedQuote, Step
from quotes.pricing.rounding import half_away


@dataclass(frozen=True, slots=True)
class Amounts:
    """Writes amounts of one quote in one language, with its currency."""

    figures: Figures
    currency: str

    @classmethod
    def of(cls, priced: PricedQuote, language: str) -> Amounts:
        """Return the writer for a quote."""
        return cls(figures(language or "en", priced.currency, priced.minor_units), priced.currency)

    def minor(self, amount: int) -> str:
        """Write minor units."""
        return f"{self.figures.amount(amount)} {self.currency}"

    def unit(self, micros: int) -> str:
        """Write a unit price."""
        return f"{self.figures.unit_price(micros, 0)} {self.currency}"

    def of_step(self, step: Step, *, output: bool = True) -> str:
        """Write what a step puts out, or what it got."""
        amount = step.output if output else step.input
        return self.minor(amount) if step.phase == "extend" and output else self.unit(amount)

    def operand(self, step: Step) -> str:
        """Write by how much a step changes the price: a rate, an amount, a factor."""
        if step.operator == "percent":
            return self.figures.percent(abs(step.operand))
        if step.operator in {"add", "set"}:
            return self.unit(abs(half_away(step.operand * MICROS)))
        return self.figures.number(_plain(step))


def _plain(step: Step) -> str:
    if step.operand.denominator == 1:
        return str(step.operand)
    micros = half_away(step.operand * MICROS)
    text = f"{abs(micros) // MICROS}.{abs(micros) % MICROS:06d}".rstrip("0").rstrip(".")
    return f"-{text}" if micros < 0 else text
