"""The waterfall as a table of text and as JSON: every step, also those that were not applied and why."""

from __future__ import annotations

from collections.abc import Sequence

from quotes.explanation.amounts import Amounts
from quotes.pricing.currency import write_micros, write_minor
from quotes.pricing.record import PricedLine, PricedQuote, Step
from quotes.quote import Quote, QuoteLine

_SIGNS = {"set": "=", "add": "+", "percent": "", "times": "x", "round": "~"}


def line_table(quote: Quote, line: QuoteLine, language: str = "") -> str:
    """Write the waterfall of one line: phase, what acted, by how much, the price after it, where it is written.

    A step that was not applied has its reason in brackets in place of a price.
    """
    language = language or quote.language
    amounts = Amounts.of(quote.priced, language)
    rows = [_row(step, amounts, language) for step in line.price.steps]
    head = f"{line.id}  {line.label.read(language)}"
    return "\n".join([head, *_aligned(rows)])


def _row(step: Step, amounts: Amounts, language: str) -> tuple[str, str, str, str, str]:
    label = step.label.read(language)
    name = f"{label} ({step.rule})" if step.rule and step.rule != label else label
    sign = "-" if step.operand < 0 and step.operator in {"add", "percent"} else _SIGNS[step.operator]
    if step.operator == "percent" and step.operand > 0:
        sign = "+"
    output = f"[{step.not_applied}]" if step.not_applied else amounts.of_step(step)
    place = str(step.source) if step.source.line else ""
    return step.phase, name, f"{sign}{amounts.operand(step)}", output, place


def _aligned(rows: Sequence[tuple[str, str, str, str, str]]) -> list[str]:
    """Pad the columns; numbers to the right. A reason in place of a price does not widen its column."""
    widths = [max((len(row[place]) for row in rows if not row[place].startswith("[")), default=0) for place in range(4)]
    lines = []
    for phase, name, operand, output, place in rows:
        cells = (
            phase.ljust(widths[0]),
            name.ljust(widths[1]),
            operand.rjust(widths[2]),
            output.rjust(widths[3]),
            place,
        )
        lines.append("  " + "  ".join(cells).rstrip())
    return lines


def waterfall_json(priced: PricedQuote, line: PricedLine) -> dict[str, object]:
    """Return the waterfall of one line as plain data: fixed-point amounts as text, operands exact as ratios."""
    return {
        "line": line.id,
        "quantity": line.quantity,
        "list_unit": write_micros(line.list_unit, priced.currency),
        "net_unit": write_micros(line.net_unit, priced.currency),
        "net": write_minor(line.net, priced.currency),
        "currency": priced.currency,
        "steps": [_step_json(step, priced.currency) for step in line.steps],
    }


def _step_json(step: Step, currency: str) -> dict[str, object]:
    output = write_minor(step.output, currency) if step.phase == "extend" else write_micros(step.output, currency)
    found: dict[str, object] = {
        "phase": step.phase,
        "rule": step.rule,
        "label": step.label.text,
        "operator": step.operator,
        "operand": str(step.operand),
        "input": write_micros(step.input, currency),
        "output": output,
        "residue": str(step.residue),
    }
    if step.source.line:
        found["source"] = str(step.source)
    if step.path:
        found["path"] = step.path
    if step.value:
        found["value"] = step.value
    if step.not_applied:
        found["not_applied"] = step.not_applied
    return found
