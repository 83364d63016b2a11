"""Compiled diagrams on disk: one file each, named by what it was compiled from, read by memory map.

A file is written whole under another name and then renamed, so readers never see half of one. A file that is
damaged, or of another version of this program, is as good as none: it is compiled anew. A folder that grows past
its bound loses the files that were not used for longest; who has one mapped keeps it.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from configurator.engines.diagram.diagram import Diagram

_MAGIC = b"CPQ diagram 1\n"
_ALIGNED = 64
_LENGTH = 8
_ENDING, _UNFINISHED = ".diagram", ".unfinished"
_ABANDONED = 3_600.0
"""Seconds after which a file that was not finished is taken to be left behind."""
ROOM = 1 << 30
"""Bytes that a folder may take."""
Array = NDArray[np.int32] | NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Stored:
    """A diagram and the arrays that belong to it, by name."""

    diagram: Diagram
    arrays: Mapping[str, NDArray[np.int64]]


def key_of(parts: Iterable[str]) -> str:
    """Return the name of what is compiled from these texts: a hash of all of them in order."""
    found = hashlib.sha256(_MAGIC)
    for part in parts:
        text = part.encode()
        found.update(len(text).to_bytes(_LENGTH, "little") + text)
    return found.hexdigest()


@cache
def program_digest() -> str:
    """Return a hash of the program text that compiles: what another version compiled is not read."""
    found = hashlib.blake2b(digest_size=16)
    for path in sorted(Path(__file__).parent.parent.rglob("*.py")):
        found.update(path.read_bytes())
    return found.hexdigest()


class Store:
    """A folder of compiled diagrams, of `room` bytes at most; a diagram larger than that stays alone."""

    def __init__(self, folder: Path, room: int = ROOM) -> None:
        self.folder, self.room = folder, room

    def load(self, key: str) -> Stored | None:
        """Return what was stored under a key, mapped into memory; None where there is nothing whole."""
        path = self._path(key)
        try:
            with path.open("rb") as file:
                if file.read(len(_MAGIC)) != _MAGIC:
                    return None
                length = int.from_bytes(file.read(_LENGTH), "little")
                header = json.loads(file.read(min(length, path.stat().st_size)))
                whole = np.memmap(file, np.uint8, "r")
            places = header["places"]
            if header["digest"] != _digest(places, whole[header["begin"] :].data):
                return None
            arrays = {name: _cut(whole, header["begin"] + start, size) for name, (start, size) in places.items()}
            diagram = Diagram(*(arrays.pop(name).view(np.int32) for name in ("starts", "edges", "left", "right")))
            stored = Stored(diagram, {name: array.view(np.int64) for name, array in arrays.items()})
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return None
        with suppress(OSError):  # a folder that cannot be written to
            os.utime(path)
        return stored

    def save(self, key: str, stored: Stored) -> bool:
        """Write a diagram; False where the disk does not take it, which costs nothing but time later."""
        diagram = stored.diagram
        arrays: dict[str, Array] = {
            "starts": diagram.starts, "edges": diagram.edges, "left": diagram.left, "right": diagram.right,
            **stored.arrays,
        }  # fmt: skip
        places, end = {}, 0
        for name, array in arrays.items():
            places[name] = (end, array.nbytes)
            end += -(-array.nbytes // _ALIGNED) * _ALIGNED
        body = b"".join(
            array.tobytes().ljust(-(-array.nbytes // _ALIGNED) * _ALIGNED, b"\0") for array in arrays.values()
        )
        file = None
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=self.folder, suffix=_UNFINISHED, delete=False) as file:
                file.write(_header(places, _digest(places, body)) + body)
            Path(file.name).replace(self._path(key))
        except OSError:
            if file is not None:
                Path(file.name).unlink(missing_ok=True)
            return False
        self._evict(self._path(key))
        return True

    def _path(self, key: str) -> Path:
        return self.folder / f"{key}{_ENDING}"

    def _evict(self, newest: Path) -> None:
        """Remove what was not used for longest until the folder fits, and what was never finished."""
        left, files = self.room, sorted(self._files(), reverse=True)
        now = max((used for used, _, path in files if path == newest), default=0.0)
        for used, size, path in files:
            if path.suffix == _UNFINISHED:
                is_kept = used > now - _ABANDONED
            else:
                is_kept = path == newest or size <= left
                left -= size if is_kept else left  # what was used even longer ago goes as well
            if not is_kept:
                with suppress(OSError):  # another process was first, or the system keeps files that are mapped
                    path.unlink()

    def _files(self) -> Iterator[tuple[float, int, Path]]:
        """Yield when a file was last used, its bytes, and its path."""
        with suppress(OSError):
            for entry in os.scandir(self.folder):
                if entry.name.endswith((_ENDING, _UNFINISHED)):
                    with suppress(OSError):
                        stat = entry.stat()
                        yield stat.st_mtime, stat.st_size, Path(entry.path)


def _digest(places: Mapping[str, Sequence[int]], body: bytes | memoryview) -> str:
    head = json.dumps({name: list(place) for name, place in places.items()}).encode()
    return hashlib.blake2b(hashlib.blake2b(head).digest() + hashlib.blake2b(body).digest(), digest_size=16).hexdigest()


def _header(places: Mapping[str, tuple[int, int]], digest: str) -> bytes:
    """Return the head of a file, padded so that arrays are aligned; places count from where it ends."""
    room = 4096
    while True:
        text = json.dumps({"places": places, "begin": room, "digest": digest}).encode()
        whole = _MAGIC + len(text).to_bytes(_LENGTH, "little") + text
        if len(whole) <= room:
            return whole.ljust(room, b"\0")
        room *= 2


def _cut(whole: NDArray[np.uint8], start: int, size: int) -> NDArray[np.uint8]:
    if start + size > len(whole):
        raise ValueError(size)
    return whole[start : start + size]
