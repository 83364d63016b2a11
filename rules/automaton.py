"""The LALR tables that lark makes of grammar.lark, and the machine that runs them over the tokens of one declaration.

The machine is our own because three things depend on where the parser stands: whether a word is a
keyword or a name, whether a line end counts, and where reading goes on after a mistake.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Final, cast

from lark import Lark
from lark.grammar import Rule
from lark.parsers.lalr_analysis import Shift

from rules import commerce, expressions, pricing_terms, products
from rules.diagnostics import NOWHERE, Diagnostic, Span
from rules.statements import Refusal
from rules.syntax import Name
from rules.tokens import Token

END: Final = "$END"
STARTS: Final = ("declaration", "expression")
RESERVED: Final = frozenset({
    "all", "any", "not", "and", "or", "if", "then", "else", "in", "between", "count", "sum", "min", "max", "yes", "no",
    "text",
})  # fmt: skip
"""The words that are not usable as names."""


@dataclass(frozen=True, slots=True)
class Reduction:
    """Replace the `size` topmost values by what `build` makes of them; None where the one value stays as it is."""

    size: int
    origin: str
    build: Callable[[list[object]], object] | None


@dataclass(frozen=True, slots=True)
class Tables:
    """What to do in each state, and what the terminals look like.

    `moves` has the next state for a terminal that is shifted and for what a reduction made, `reductions`
    the reduction that a terminal asks for first.
    """

    moves: tuple[Mapping[str, int], ...]
    reductions: tuple[Mapping[str, Reduction], ...]
    starts: Mapping[str, int]
    ends: Mapping[str, int]
    keywords: Mapping[str, str]
    declarations: frozenset[str]


@cache
def tables() -> Tables:
    """Build the tables once."""
    grammar = Path(__file__).with_name("grammar.lark").read_text(encoding="utf-8")
    builders = {**expressions.BUILDERS, **products.BUILDERS, **commerce.BUILDERS, **pricing_terms.BUILDERS}
    lark = Lark(
        grammar,
        parser="lalr",
        lexer="basic",
        start=list(STARTS),
        keep_all_tokens=True,
        maybe_placeholders=False,
        transformer=SimpleNamespace(**{name: _spread(builder) for name, builder in builders.items()}),
    )
    machine = lark.parse_interactive("", start=STARTS[0]).parser_state.parse_conf
    numbers = {state: number for number, state in enumerate(machine.states)}
    # lark annotates the keys as text; they are its rules.
    callbacks = cast("Mapping[Rule, Callable[[list[object]], object]]", machine.callbacks)
    reductions = {
        rule: Reduction(
            len(rule.expansion),
            str(rule.origin.name),
            None if rule.options.expand1 and len(rule.expansion) == 1 and not rule.alias else callbacks[rule],
        )
        for rule in lark.rules
    }
    rows = machine.states.values()
    moves = tuple({str(symbol): numbers[to] for symbol, (act, to) in row.items() if act is Shift} for row in rows)
    reduced = tuple(
        {str(symbol): reductions[by] for symbol, (act, by) in row.items() if act is not Shift} for row in rows
    )
    words = {
        terminal.pattern.value: terminal.name
        for terminal in lark.terminals
        if re.fullmatch("[a-z]+", terminal.pattern.value)
    }
    starts = {start: numbers[machine.parse_table.start_states[start]] for start in STARTS}
    ends = {start: numbers[machine.parse_table.end_states[start]] for start in STARTS}
    declarations = frozenset(word for word, kind in words.items() if kind in moves[starts[STARTS[0]]])
    return Tables(moves, reduced, starts, ends, words, declarations)


def _spread(builder: Callable[..., object]) -> Callable[[Sequence[object]], object]:
    def build(children: Sequence[object]) -> object:
        return builder(*children)

    return build


@dataclass(slots=True)
class Stack:
    """Where the machine stands: its states, and the values between them."""

    states: list[int]
    values: list[object] = field(default_factory=list)

    def may(self, kind: str) -> bool:
        """Say at a glance whether a terminal may fit here; `fits` knows for sure."""
        state = self.states[-1]
        return kind in tables().moves[state] or kind in tables().reductions[state]

    def fits(self, kind: str, states: list[int] | None = None) -> list[int] | None:
        """Return the states after a terminal would be taken; None where it does not fit here. Nothing is changed."""
        table = tables()
        trial = (self.states if states is None else states).copy()
        while True:
            target = table.moves[trial[-1]].get(kind)
            if target is not None:
                trial.append(target)
                return trial
            reduction = table.reductions[trial[-1]].get(kind)
            if reduction is None:
                return None
            if reduction.size:
                del trial[-reduction.size :]
            trial.append(table.moves[trial[-1]][reduction.origin])
            if kind == END and trial[-1] in table.ends.values():
                return trial

    def take(self, kind: str, value: object) -> bool:
        """Take a terminal with its value: reduce as long as it asks for it, then shift. False where it does not fit."""
        table, states, values = tables(), self.states, self.values
        moves, reductions = table.moves, table.reductions
        while True:
            target = moves[states[-1]].get(kind)
            if target is not None:
                states.append(target)
                values.append(value)
                return True
            reduction = reductions[states[-1]].get(kind)
            if reduction is None:
                return False
            size = reduction.size
            if reduction.build is not None:
                made = reduction.build(values[-size:] if size else [])
                if size:
                    del values[-size:]
                values.append(made)
            if size:
                del states[-size:]
            states.append(moves[states[-1]][reduction.origin])
            if kind == END and states[-1] in table.ends.values():
                return True

    def give_up(self, problems: list[Diagnostic]) -> list[object] | None:
        """Drop what was taken back to where an ERROR fits, and take that; return what was dropped, None where there is no such place.

        A statement that was complete before, and is refused only now, adds its problems.
        """
        dropped: list[object] = []
        while self.states:
            if self.fits("ERROR") is not None:
                try:
                    self.take("ERROR", Token("ERROR", "", NOWHERE))
                except Refusal as refusal:
                    problems += refusal.diagnostics
                else:
                    return dropped
            del self.states[-1]
            if self.values:
                dropped.insert(0, self.values.pop())
        return None

    def undo(self, span: Span) -> bool:
        """Take back the name at a place, where it was the last thing taken."""
        last = self.values[-1] if self.values else None
        if not isinstance(last, Name) or last.span != span:
            return False
        del self.states[-1], self.values[-1]
        return True

    def expected(self) -> frozenset[str]:
        """Return the terminals that fit here."""
        state = self.states[-1]
        kinds = {*tables().moves[state], *tables().reductions[state]}
        return frozenset(
            kind for kind in kinds if not kind[0].islower() and kind[0] != "_" and self.fits(kind) is not None
        )
