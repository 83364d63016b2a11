"""The catalogs that the tests of this room load, and how to take one apart and put it together in another order."""

import os
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path

from catalogs import read_folder
from rules.grammar import parse

ROOT = Path(__file__).parents[2]
SHARED = Path(os.environ.get("CPQ_SHARED", ROOT.parent / "shared"))
LANGUAGE = SHARED / "language"
KIDS_BIKE = LANGUAGE / "kids_bike.cpq"
EBIKES = LANGUAGE / "ebikes"
WRONG = Path(__file__).parent / "data" / "wrong"
WRONG_CASES = sorted(path for path in WRONG.iterdir() if path.is_dir() or path.suffix == ".cpq")


def files_of(path: Path) -> dict[str, bytes]:
    files, problems = read_folder(path)
    assert problems == ()
    return dict(files)


def declarations_of(files: Mapping[str, bytes]) -> list[str] | None:
    """Return the text of every declaration; None where a file has mistakes of grammar."""
    found = []
    for name, content in files.items():
        if name.endswith(".cpq"):
            text = content.decode("utf-8-sig")
            lines = text.split("\n")
            tree, problems = parse(text, name)
            if problems:
                return None
            found += ["\n".join(lines[one.span.line - 1 : one.span.end_line]) for one in tree.declarations]
    return found


def arranged(files: Mapping[str, bytes], declarations: list[str], places: list[int]) -> dict[str, bytes]:
    """Return the same catalog with its declarations in this order, each in the file of its number."""
    texts: dict[str, list[str]] = {}
    for declaration, place in zip(declarations, places, strict=True):
        texts.setdefault(f"part{place}.cpq", []).append(declaration)
    rest = {name: content for name, content in files.items() if not name.endswith(".cpq")}
    return {**rest, **{name: "\n\n".join(one).encode() for name, one in texts.items()}}


PLACES = {"span", "row_spans", "version", "sources"}


def meaning(thing: object, *, top: bool = True) -> object:
    """Return what a catalog says, without places and without the order of its declarations."""
    if is_dataclass(thing) and not isinstance(thing, type):
        said = {f.name: meaning(getattr(thing, f.name), top=False) for f in fields(thing) if f.name not in PLACES}
        if top:
            said = {name: sorted(one, key=repr) if isinstance(one, list) else one for name, one in said.items()}
        return (type(thing).__name__, tuple(sorted(said.items())))
    if isinstance(thing, tuple):
        return [meaning(one, top=False) for one in thing]
    if isinstance(thing, (frozenset, set)):
        return sorted((meaning(one, top=False) for one in thing), key=repr)
    if isinstance(thing, Mapping):
        return sorted(((name, meaning(one, top=False)) for name, one in thing.items()), key=repr)
    return thing
