"""The rule language: text to tree to typed tree to meaning; it knows nothing of products.

A file is read by `parse` into syntax nodes (`rules.syntax`, `rules.declarations`); `rules.checker`
resolves names and proves kinds; `rules.evaluator` says what a rule means. `format_text` writes the
one canonical text of a file, `write` any node, `say` a rule as a sentence. Every mistake in a text
is a `Diagnostic` with a `Span`; none raises.
"""

from rules.diagnostics import Diagnostic, Span, did_you_mean, in_order, render
from rules.formatter import format_text, write
from rules.grammar import parse, parse_expression
from rules.prose import say

__all__ = [
    "Diagnostic", "Span", "did_you_mean", "format_text", "in_order", "parse", "parse_expression", "render", "say",
    "write",
]  # fmt: skip
