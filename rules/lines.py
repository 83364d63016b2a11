"""Writes what the lines of declarations are made of: blocks, labels, conditions, reasons, amounts, tiers."""

from __future__ import annotations

from collections.abc import Iterable

from rules.selling import Tier
from rules.syntax import Expression, Number, Text
from rules.writer import joined, quoted, write_expression, write_node


def block(head: str, lines: Iterable[str]) -> str:
    """Write a head and, in braces, the lines that are not empty."""
    inside = [f"  {line}" for text in lines if text for line in text.split("\n")]
    return "\n".join([f"{head} {{", *inside, "}"])


def label(text: Text | None) -> str:
    """Write a label, where there is one."""
    return quoted(text) if text else ""


def when(condition: Expression | None, word: str = "when") -> str:
    """Write a condition behind its word, where there is one."""
    return f"{word} {write_expression(condition)}" if condition is not None else ""


def because(text: Text | None) -> str:
    """Write a reason, where there is one."""
    return f"because {quoted(text)}" if text else ""


def source(text: Text | None) -> str:
    """Write the file that rows come from, where there is one."""
    return f"from {quoted(text)}" if text else ""


def number(word: str, amount: Number | None) -> str:
    """Write a number behind its word, where there is one."""
    return f"{word} {write_node(amount)}" if amount else ""


def tier(node: Tier) -> str:
    """Write a tier: its quantities, and what they earn."""
    high = f".. {write_node(node.high)}" if node.high else "or more"
    return joined(write_node(node.low), high, write_node(node.value))
