"""Reads clauses over truths: DIMACS CNF, with the names of variables in ``c <number> <name>`` comments.

A variable is what some clause mentions. Numbers that the header counts and no clause mentions are left
out, as published counts of feature models do; else each of them would double the count.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from catalogs.marks import Label
from configurator.model import Constraint
from configurator.passes import FALSE, TRUE
from configurator.problems.problem import Problem, at, make_model, refusal
from configurator.problems.values import TRUTHS, Domain, make_variable
from rules.kinds import Truth
from rules.typed import Not, Or, Reference, Typed

MOST = 2_000_000
"""So many variables, and so many clauses, may a file have."""
_HEADER = re.compile(r"p\s+cnf\s+(\d{1,9})\s+(\d{1,9})\s*")
_LITERAL = re.compile(r"-?[0-9]{1,18}")
_NAMED = re.compile(r"c\s+(\d{1,9})\$?\s+(\S.*?)\s*")


@dataclass(frozen=True, slots=True)
class _Clause:
    line: int
    literals: tuple[int, ...]


def read_clauses(file: str, text: str, name: str, version: str) -> Problem:
    """Read a DIMACS file; `ProblemError` where it is none, or where its clauses are not as many as it says."""
    lines = text.splitlines()
    start, most, stated = _header(file, lines)
    clauses = tuple(_clauses(file, lines, start, most))
    if len(clauses) != stated:
        hint = "is the file cut off?" if len(clauses) < stated else ""
        raise refusal(at(file, start), "wrong-count", f"it states {stated} clauses and has {len(clauses)}", hint)
    names = _names(lines, {abs(literal) for clause in clauses for literal in clause.literals})
    atoms = {number: Reference(Truth(), names[number]) for number in names}
    domains = (Domain(named, Truth(), TRUTHS, {}) for named in names.values())
    variables = [make_variable(domain, at(file), counted=False) for domain in domains]
    constraints = [_constraint(file, number, clause, atoms) for number, clause in enumerate(clauses, 1)]
    model = make_model(name, version, variables, [found for found in constraints if found.condition != TRUE])
    return Problem(name, "clauses", model)


def _header(file: str, lines: Sequence[str]) -> tuple[int, int, int]:
    """Return the line of the header, and the numbers of variables and clauses that it states."""
    for number, line in enumerate(lines, 1):
        stripped = line.strip()
        if not stripped or stripped.startswith("c"):
            continue
        header = _HEADER.fullmatch(stripped)
        if header is None:
            break
        variables, clauses = map(int, header.groups())
        if max(variables, clauses) > MOST:
            raise refusal(at(file, number), "too-large", f"more than {MOST} variables or clauses")
        return number, variables, clauses
    raise refusal(
        at(file),
        "unknown-form",
        "neither a JSON object with variables and constraints, nor clauses below a line ``p cnf``",
    )


def _names(lines: Sequence[str], used: set[int]) -> Mapping[int, str]:
    """Return the name of every used number, ascending; a name that is taken gets its number behind it."""
    found: dict[int, str] = {}
    for line in lines:
        named = _NAMED.fullmatch(line.strip()) if line.startswith("c") else None
        if named is not None:
            found.setdefault(int(named[1]), named[2])
    names: dict[int, str] = {}
    taken: set[str] = set()
    for number in sorted(used):
        name = found.get(number, f"x{number}")
        while name in taken:
            name = f"{name} {number}"
        taken.add(name)
        names[number] = name
    return names


def _clauses(file: str, lines: Sequence[str], start: int, most: int) -> Iterator[_Clause]:
    """Yield the clauses below the header; one may span lines, and the last may lack its 0."""
    literals: list[int] = []
    first = start
    for number, line in enumerate(lines[start:], start + 1):
        if line.startswith("c"):
            continue
        if line.startswith("%"):
            break
        for word in line.split():
            literal = _literal(file, number, word, most)
            first = first if literals else number
            if literal:
                literals.append(literal)
            else:
                yield _Clause(first, tuple(dict.fromkeys(literals)))
                literals.clear()
    if literals:
        yield _Clause(first, tuple(dict.fromkeys(literals)))


def _literal(file: str, line: int, word: str, most: int) -> int:
    if not _LITERAL.fullmatch(word):
        raise refusal(at(file, line), "no-literal", f"{word[:40]!r} is no literal")
    literal = int(word)
    if abs(literal) > most:
        raise refusal(
            at(file, line), "unknown-variable", f"{literal} is beyond the {most} variables that the header states"
        )
    return literal


def _constraint(file: str, number: int, clause: _Clause, atoms: Mapping[int, Reference]) -> Constraint:
    literals = clause.literals
    operands: list[Typed] = [atoms[each] if each > 0 else Not(atoms[-each]) for each in literals]
    condition: Typed
    if not {-literal for literal in literals}.isdisjoint(literals):
        condition = TRUE
    elif not operands:
        condition = FALSE
    else:
        condition = operands[0] if len(operands) == 1 else Or(tuple(operands))
    return Constraint(f"c{number}", "", condition, Label(""), at(file, clause.line))
