"""Reads a problem file, plain or gzipped; what it is, its content tells."""

from __future__ import annotations

import hashlib
import zlib
from pathlib import Path

from configurator.problems.dimacs import read_clauses
from configurator.problems.problem import Problem, at, refusal
from configurator.problems.tables import read_tables

LARGEST = 512 * 2**20
"""So many bytes may a problem have, unpacked."""
MAGIC = b"\x1f\x8b"
"""How a gzip file begins."""
_ENDINGS = (".gz", ".json", ".dimacs", ".cnf")


def read_problem(path: Path) -> Problem:
    """Read a problem from a file; `ProblemError` where it is none, `OSError` where it cannot be read."""
    with path.open("rb") as file:
        content = file.read(LARGEST + 1)
    return parse_problem(str(path), content)


def parse_problem(file: str, content: bytes) -> Problem:
    """Read a problem from what a file holds; `file` names it in errors, and the problem where it has no name."""
    if content.startswith(MAGIC):
        content = _unpacked(file, content)
    if len(content) > LARGEST:
        raise refusal(at(file), "too-large", f"more than {LARGEST // 2**20} MB unpacked")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise refusal(at(file, line), "not-utf-8", f"byte {error.start} is not UTF-8: {error.reason}") from None
    version = hashlib.sha256(content).hexdigest()
    name = Path(file).name
    while name.endswith(_ENDINGS):
        name = name.rpartition(".")[0]
    if text.lstrip().startswith("{"):
        return read_tables(file, text, name, version)
    return read_clauses(file, text, name, version)


def _unpacked(file: str, content: bytes) -> bytes:
    """Unpack the members of a gzip file, as far as the limit."""
    whole, rest = b"", content
    while rest.startswith(MAGIC) and len(whole) <= LARGEST:
        unpacker = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
        try:
            whole += unpacker.decompress(rest, LARGEST + 1 - len(whole))
        except zlib.error as error:
            raise refusal(at(file), "damaged", f"it begins as a gzip file but cannot be unpacked: {error}") from None
        if len(whole) <= LARGEST and not unpacker.eof:
            raise refusal(at(file), "damaged", "the gzip file ends early", "is the download complete?")
        rest = unpacker.unused_data
    return whole
