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

from rules import commerce, expressions, products
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


Action = int | Reduction


@dataclass(frozen=True, slots=True)
class Tables:
    """What to do in each state on each terminal, where to go after a reduction, and what the terminals look like."""

    actions: tuple[Mapping[str, Action], ...]
    starts: Mapping[str, int]
    ends: Mapping[str, int]
    keywords: Mapping[str, str]
    declarations: frozenset[str]


@cache
def tables() -> Tables:
    """Build the tables once."""
    grammar = Path(__file__).with_name("grammar.lark").read_text(encoding="utf-8")
    builders = {**expressions.BUILDERS, **products.BUILDERS, **commerce.BUILDERS}
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
    actions = tuple(
        {
            str(symbol): numbers[target] if action is Shift else reductions[target]
            for symbol, (action, target) in row.items()
        }
        for row in machine.states.values()
    )
    words = {
        terminal.pattern.value: terminal.name
        for terminal in lark.terminals
        if re.fullmatch("[a-z]+", terminal.pattern.value)
    }
    starts = {start: numbers[machine.parse_table.start_states[start]] for start in STARTS}
    ends = {start: numbers[machine.parse_table.end_states[start]] for start in STARTS}
    first = actions[starts[STARTS[0]]]
    declarations = frozenset(word for word, kind in words.items() if kind in first)
    return Tables(actions, starts, ends, words, declarations)


def _spread(builder: Callable[..., object]) -> Callable[[Sequence[object]], object]:
    def build(children: Sequence[object]) -> object:
        return builder(*children)

    return build


@dataclass(slots=True)
class Stack:
    """Where the machine stands: its states, and the values between them."""

    states: list[int]
    values: list[object] = field(default_factory=list)

    def fits(self, kind: str, states: list[int] | None = None) -> list[int] | None:
        """Return the states after a terminal would be taken; None where it does not fit here. Nothing is changed."""
        actions = tables().actions
        trial = (self.states if states is None else states).copy()
        while True:
            action = actions[trial[-1]].get(kind)
            if action is None:
                return None
            if isinstance(action, int):
                trial.append(action)
                return trial
            _reduce_states(trial, action, actions)
            if kind == END and trial[-1] in tables().ends.values():
                return trial

    def take(self, kind: str, value: object) -> bool:
        """Take a terminal with its value: reduce as long as it asks for it, then shift. False where it does not fit."""
        actions = tables().actions
        states, values = self.states, self.values
        while True:
            action = actions[states[-1]].get(kind)
            if action is None:
                return False
            if isinstance(action, int):
                states.append(action)
                values.append(value)
                return True
            size = action.size
            if action.build is not None:
                children = values[-size:] if size else []
                made = action.build(children)
                if size:
                    del values[-size:]
                values.append(made)
            _reduce_states(states, action, actions)
            if kind == END and states[-1] in tables().ends.values():
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
        row = tables().actions[self.states[-1]]
        return frozenset(
            kind for kind in row if not kind[0].islower() and kind[0] != "_" and self.fits(kind) is not None
        )


def _reduce_states(states: list[int], reduction: Reduction, actions: Sequence[Mapping[str, Action]]) -> None:
    if reduction.size:
        del states[-reduction.size :]
    target = actions[states[-1]][reduction.origin]
    if not isinstance(target, int):
        raise TypeError(target)
    states.append(target)
