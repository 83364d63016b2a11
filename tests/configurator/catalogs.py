"""Generates whole catalogs as text: small ones, of every construct the configurator must understand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from random import Random

DAY = date(2026, 3, 15)
BEFORE, AFTER = "2026-01-01", "2026-12-31"
PAST, FUTURE = "2026-02-28", "2026-04-01"
MOST_COMBINATIONS = 360


@dataclass(frozen=True, slots=True)
class Generated:
    """A catalog's files by path; its only product is `thing`."""

    files: Mapping[str, bytes]

    def __str__(self) -> str:
        return "\n".join(f"--- {name}\n{content.decode()}" for name, content in self.files.items())


@dataclass(slots=True)
class Scope:
    """What expressions on one component can name: options by type, numbers by dimension, a part's inner scope."""

    choices: dict[str, tuple[str, ...]] = field(default_factory=dict)
    truths: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    plain: list[str] = field(default_factory=list)
    mass: list[str] = field(default_factory=list)
    ranges: dict[str, tuple[int, int, int, str]] = field(default_factory=dict)
    parts: dict[str, tuple[int, int, Scope]] = field(default_factory=dict)

    def inside(self, prefix: str) -> Scope:
        """Return the scope of an instance, its names behind a prefix."""
        return Scope(
            {f"{prefix}.{name}": values for name, values in self.choices.items()},
            *([f"{prefix}.{name}" for name in names] for names in (self.truths, self.texts, self.plain, self.mass)),
            {f"{prefix}.{name}": numbers for name, numbers in self.ranges.items()},
        )


@dataclass(slots=True)
class Lists:
    """The named lists of choices: their rows, and which attributes they have."""

    choices: dict[str, tuple[str, ...]] = field(default_factory=dict)
    current: dict[str, tuple[str, ...]] = field(default_factory=dict)


def seeded(seed: int) -> Random:
    """Return the source of a drawing that can be replayed."""
    return Random(seed)


def generate(draw: Random) -> Generated:
    """Draw a catalog."""
    files: dict[str, bytes] = {}
    lines = ['catalog generated "Generated" {\n  currency EUR\n}\n']
    lists = Lists()
    lines += [_choices(draw, name, lists, files) for name in ("Kit", "Rig")[: draw.randint(1, 2)]]
    inner: Scope | None = None
    size = 1
    if draw.random() < 0.45:
        inner, text, values = _component(draw, "component", "pod", lists, "", draw.randint(1, 2), 4)
        lines.append(text)
        high = draw.randint(1, 2)
        low = draw.choice([0, 0, high, 1])
        size = sum(values**number for number in range(low, high + 1))
    part = "" if inner is None else f"  part pods: pod {low}..{high}\n"
    budget = MOST_COMBINATIONS // size
    scope, text, _ = _component(draw, "product", "thing", lists, part, draw.randint(2, 4), budget)
    lines.append(text)
    if inner is not None:
        scope.parts["pods"] = (low, high, inner)
    lines += _rules(draw, scope, "thing", draw.randint(1, 4), files)
    if inner is not None and draw.random() < 0.6:
        lines += _rules(draw, inner, "pod", 1, files)
    for number in range(draw.randint(0, 2)):
        condition = _condition(draw, scope, 1)
        lines.append(f"prefer wish{number} on thing weight {draw.randint(1, 3)} {{ {condition} }}\n")
    if inner is not None and draw.random() < 0.3:
        lines.append(f"prefer pod_wish on pod {{ {_condition(draw, inner, 0)} }}\n")
    lines += _prices(draw, scope, files)
    return Generated({"catalog.cpq": "\n".join(lines).encode(), **files})


# --- what there is ------------------------------------------------------------------------------


def _choices(draw: Random, name: str, lists: Lists, files: dict[str, bytes]) -> str:
    names = tuple(f"{name.lower()}{letter}" for letter in "abcd"[: draw.randint(2, 4)])
    rows, current = [], []
    for number, choice in enumerate(names):
        effect = ("", "")
        if number and draw.random() < 0.15:
            effect = draw.choice([("", PAST), (FUTURE, ""), (BEFORE, AFTER)])
        if effect not in {("", PAST), (FUTURE, "")}:
            current.append(choice)
        rows.append((choice, f"The {choice}", draw.randint(0, 6), f"{draw.randint(1, 30) / 10}", *effect))
    lists.choices[name], lists.current[name] = names, tuple(current)
    head = f'choices {name} "{name}" (power: number, load: kg)'
    if draw.random() < 0.3:
        table = ["choice,label,power,load,from,until", *(",".join(map(str, row)) for row in rows)]
        files[f"{name.lower()}.csv"] = "\n".join(table).encode()
        return f'{head} from "{name.lower()}.csv"\n'

    def row_text(choice: str, label: str, power: int, load: str, start: str, end: str) -> str:
        days = (f" from {start}" if start else "") + (f" until {end}" if end else "")
        return f'  {choice} "{label}" {power} {load}{days}'

    return "\n".join([f"{head} {{", *(row_text(*row) for row in rows), "}\n"])


def _component(
    draw: Random, keyword: str, name: str, lists: Lists, part: str, options: int, budget: int
) -> tuple[Scope, str, int]:
    scope, lines, combinations = Scope(), [], 1
    for number in range(options):
        text, values = _option(draw, f"{name[0]}{number}", scope, lists, budget // combinations)
        lines.append(text)
        combinations *= values
    body = "\n".join(lines) + "\n" + part
    if draw.random() < 0.5:
        body += _let(draw, scope)
    return scope, f'{keyword} {name} "{name}" {{\n{body}}}\n', combinations


def _option(draw: Random, name: str, scope: Scope, lists: Lists, most: int) -> tuple[str, int]:
    """Draw an option: its declaration, and how many values it has on the day."""
    kind = draw.choice(["named", "named", "inline", "truth", "range", "range", "text"])
    if most < 2 or (kind == "text" and scope.texts):
        kind = "truth" if most >= 2 else "fixed"
    if kind == "truth":
        scope.truths.append(name)
        return f"  option {name}: yes/no{_default(draw, ['yes', 'no'])}{_gone(draw)}", 2
    if kind == "text":
        scope.texts.append(name)
        default = _default(draw, ['"hey"'], 0.2)
        return f"  option {name}: text 0..5{default}", 2
    if kind == "named":
        fitting = [each for each, current in lists.current.items() if len(current) <= most]
        if fitting:
            listed = draw.choice(fitting)
            scope.choices[name] = lists.choices[listed]
            scope.plain.append(f"{name}.power")
            scope.mass.append(f"{name}.load")
            default = _default(draw, lists.current[listed])
            return f"  option {name}: {listed}{default}{_gone(draw)}", len(lists.current[listed])
    if kind == "range" and most >= 3:
        return _range(draw, name, scope)
    names = tuple(f"{name}{letter}" for letter in "xyz"[: 2 if most >= 2 else 1])
    if len(names) < 2:
        scope.ranges[name] = (1, 1, 1, "")
        scope.plain.append(name)
        return f"  option {name}: 1 .. 1", 1
    scope.choices[name] = names
    return f"  option {name}: {' | '.join(names)}{_default(draw, names)}{_gone(draw)}", len(names)


def _range(draw: Random, name: str, scope: Scope) -> tuple[str, int]:
    unit = draw.choice(["", "", "kg", "g"])
    step = draw.choice([1, 2, 5])
    low = draw.randint(-2 if not unit else 0, 3)
    values = draw.randint(2, 3)
    high = low + step * (values - 1)
    (scope.mass if unit else scope.plain).append(name)
    scope.ranges[name] = (low, high, step, unit)
    default = _default(draw, [f"{low + step}{unit and ' ' + unit}"])
    return f"  option {name}: {low} .. {high} step {step} {unit}{default}", values


def _default(draw: Random, values: tuple[str, ...] | list[str], share: float = 0.4) -> str:
    return f" = {draw.choice(values)}" if draw.random() < share else ""


def _gone(draw: Random) -> str:
    """Seldom an option is not there on the day."""
    return draw.choice([f" until {PAST}", f" from {FUTURE}", " retired"]) if draw.random() < 0.04 else ""


def _let(draw: Random, scope: Scope) -> str:
    if scope.mass and draw.random() < 0.5:
        text = f"  let burden = {_mass(draw, scope, 1)}\n"
        scope.mass.append("burden")
        return text
    text = f"  let score = {_plain(draw, scope, 1)}\n"
    scope.plain.append("score")
    return text


# --- conditions ---------------------------------------------------------------------------------


def _rules(draw: Random, scope: Scope, on: str, number: int, files: dict[str, bytes]) -> list[str]:
    rules = []
    for index in range(number):
        name = f"{on}_rule{index}"
        days = draw.choice([f" until {PAST}", f" from {BEFORE}"]) if draw.random() < 0.12 else ""
        rules.append(f'rule {name} on {on}{days} {{\n{_rule(draw, scope, name, files)}\n  because "{name}"\n}}\n')
    return rules


def _rule(draw: Random, scope: Scope, name: str, files: dict[str, bytes]) -> str:
    columns = [*scope.choices, *scope.truths]
    form = draw.random()
    if form < 0.3 and len(columns) >= 2:
        return _table(draw, scope, name, files)
    first, second = _condition(draw, scope, 1), _condition(draw, scope, 1)
    if form < 0.5:
        return f"  if {first} then {second}"
    if form < 0.6:
        return f"  ({first}) requires ({second})"
    if form < 0.7:
        return f"  ({first}) excludes ({second})"
    return f"  {_condition(draw, scope, 2)}"


def _table(draw: Random, scope: Scope, name: str, files: dict[str, bytes]) -> str:
    columns = draw.sample([*scope.choices, *scope.truths], 2)
    mode = draw.choice(["allow", "allow", "forbid"])
    numbers = [path for path in scope.ranges if path not in columns]
    if numbers and draw.random() < 0.4:
        columns[1] = draw.choice(numbers)
    count = draw.randint(2, 4) if mode == "allow" else draw.randint(1, 2)
    rows = dict.fromkeys(tuple(_cell(draw, scope, column) for column in columns) for _ in range(count))
    if draw.random() < 0.35:
        file = f"{name}.csv"
        quoted = ('"{}"'.format('","'.join(row)) for row in rows)
        files[file] = "\n".join([",".join(columns), *quoted]).encode()
        return f'  {mode} {" | ".join(columns)} from "{file}"'
    return "\n".join([f"  {mode} {' | '.join(columns)}", *(f"    {' | '.join(row)}" for row in rows)])


def _cell(draw: Random, scope: Scope, column: str) -> str:
    if draw.random() < 0.12:
        return "any"
    if column in scope.truths:
        return draw.choice(["yes", "no"])
    if column in scope.ranges:
        low, high, step, _unit = scope.ranges[column]
        start = low + step * draw.randint(0, 2)
        return str(start) if draw.random() < 0.5 else f"{start}..{max(start, high)}"
    names = scope.choices[column]
    return ", ".join(sorted(draw.sample(names, draw.randint(1, max(1, len(names) - 1)))))


def _condition(draw: Random, scope: Scope, depth: int) -> str:
    if depth and draw.random() < 0.45:
        first, second = _condition(draw, scope, depth - 1), _condition(draw, scope, depth - 1)
        return draw.choice(
            [f"({first}) and ({second})", f"({first}) or ({second})", f"({first}) or ({second})", f"not ({first})"]
        )
    atoms = [_compare_plain]
    atoms += [_about_choice] * 3 * bool(scope.choices)
    atoms += [_about_truth] * 2 * bool(scope.truths)
    atoms += [_about_text] * bool(scope.texts)
    atoms += [_compare_mass] * 2 * bool(scope.mass)
    atoms += [_about_parts] * 3 * bool(scope.parts)
    return draw.choice(atoms)(draw, scope)


def _about_choice(draw: Random, scope: Scope) -> str:
    path = draw.choice(list(scope.choices))
    names = scope.choices[path]
    operator = draw.choice(["=", "=", "!=", "in"])
    if operator == "in":
        return f"{path} in {{{', '.join(draw.sample(names, max(1, len(names) - 1)))}}}"
    return f"{path} {operator} {draw.choice(names)}"


def _about_truth(draw: Random, scope: Scope) -> str:
    return f"{draw.choice(scope.truths)} = {draw.choice(['yes', 'no'])}"


def _about_text(draw: Random, scope: Scope) -> str:
    return f'{draw.choice(scope.texts)} {draw.choice(["=", "!="])} ""'


def _compare_plain(draw: Random, scope: Scope) -> str:
    left = _plain(draw, scope, 1)
    form = draw.random()
    if form < 0.15:
        low = draw.randint(-1, 4)
        return f"{left} between {low} and {low + draw.randint(0, 6)}"
    if form < 0.25:
        return f"{left} in {{{draw.randint(0, 2)}, {draw.randint(3, 5)}..{draw.randint(6, 9)}}}"
    operator = draw.choice(["<=", "<=", ">=", "<", ">", "=", "!="])
    return f"{left} {operator} {draw.randint(0, 8) if draw.random() < 0.7 else _plain(draw, scope, 0)}"


def _compare_mass(draw: Random, scope: Scope) -> str:
    left, operator = _mass(draw, scope, 1), draw.choice(["<=", "<=", ">=", "<", ">"])
    bound = f"{draw.randint(5, 60) / 10} kg" if draw.random() < 0.6 else f"{draw.randint(1, 60) * 100} g"
    return f"{left} {operator} {bound if draw.random() < 0.8 else _mass(draw, scope, 0)}"


def _about_parts(draw: Random, scope: Scope) -> str:
    part = draw.choice(list(scope.parts))
    _low, high, inner = scope.parts[part]
    condition = _condition(draw, inner.inside("one"), 0)
    return draw.choice(
        [
            f"count({part}) {draw.choice(['>=', '<=', '='])} {draw.randint(0, high)}",
            f"(all one in {part}: {condition})",
            f"(any one in {part}: {condition})",
            f"count(one in {part} where {condition}) {draw.choice(['<=', '>='])} {draw.randint(0, 1)}",
            _condition(draw, inner.inside(f"{part}[{draw.randint(0, high - 1)}]"), 0),
        ]
    )


# --- numbers ------------------------------------------------------------------------------------


def _plain(draw: Random, scope: Scope, depth: int) -> str:
    names = [*scope.plain, *(f"count({part})" for part in scope.parts)]
    if not names or (draw.random() < 0.15 and depth == 0):
        return str(draw.randint(0, 5))
    if depth == 0 or draw.random() < 0.5:
        return draw.choice(names)
    first, second = _plain(draw, scope, 0), _plain(draw, scope, 0)
    forms = [
        f"{first} + {second}", f"{first} - {second}", f"{first} * {second}", f"min({first}, {second})",
        f"max({first}, {second})", f"floor({first} / {draw.randint(2, 3)})", f"round({first} / 2, {draw.choice([1, 2])})",
        f"(if {_condition(draw, scope, 0)} then {first} else {second})", f"2 * {first} - 3 * {second}",
        f"floor({first} / ({draw.choice(names)}))",
    ]  # fmt: skip
    forms += [f"{draw.choice(['sum', 'max', 'min'])}(one in {part}: {_plain(draw, inner.inside('one'), 0)})"
              for part, (_low, _high, inner) in scope.parts.items() if inner.plain]  # fmt: skip
    return draw.choice(forms)


def _mass(draw: Random, scope: Scope, depth: int) -> str:
    if not scope.mass:
        return f"{draw.randint(1, 9) / 2} kg"
    if depth == 0 or draw.random() < 0.4:
        return draw.choice(scope.mass)
    first, second = _mass(draw, scope, 0), _mass(draw, scope, 0)
    forms = [f"{first} + {second}", f"0.5 kg + {first}", f"{first} * {_plain(draw, scope, 0)}",
             f"ceiling({first}, 500 g)", f"(if {_condition(draw, scope, 0)} then {first} else 0 kg)"]  # fmt: skip
    forms += [f"{first} + sum(one in {part}: {_mass(draw, inner.inside('one'), 0)})"
              for part, (_low, _high, inner) in scope.parts.items() if inner.mass]  # fmt: skip
    return draw.choice(forms)


# --- prices -------------------------------------------------------------------------------------


def _prices(draw: Random, scope: Scope, files: dict[str, bytes]) -> list[str]:
    listed, table = [("", f"{draw.randint(10, 30)}.00")], []
    listed += [(f"{path}.{name}", _cents(draw)) for path, names in scope.choices.items() for name in names]
    table += [(path, "yes", _cents(draw)) for path in scope.truths]
    for part, (_low, _high, inner) in scope.parts.items():
        table.append((part, "", _cents(draw)))
        for path, names in inner.choices.items():
            listed += [(f"{part}.{path}.{name}", _cents(draw)) for name in names]
        table += [(f"{part}.{path}", "no", _cents(draw)) for path in inner.truths]
    rows = [f"  thing{path and '.' + path} {price} EUR" for path, price in listed if not path or draw.random() < 0.7]
    lists = ["\n".join(["prices retail in EUR {", *rows, "}\n"])]
    cells = [f"thing,{path},{choice},{price}" for path, choice, price in table if draw.random() < 0.7]
    if cells:
        files["more.csv"] = "\n".join(["product,option,choice,price", *cells]).encode()
        lists.append('prices more in EUR from "more.csv"\n')
    for number in range(draw.randint(0, 2)):
        amount = f"{_cents(draw)} EUR"
        if draw.random() < 0.5:
            amount += f" * ({_plain(draw, scope, 1)})"
        when = f" when {_condition(draw, scope, 1)}" if draw.random() < 0.7 else ""
        lists.append(f'charge fee{number} on thing {{\n  {amount}{when}\n  because "fee"\n}}\n')
    return lists


def _cents(draw: Random) -> str:
    return f"{draw.randint(0, 12)}.{draw.choice(['00', '50', '25', '10'])}"
