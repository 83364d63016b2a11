"""Stored diagrams: read as they were written, damaged ones not at all, and a folder that keeps to its bound."""

import os
import time
from pathlib import Path

import numpy as np
import pytest

from configurator.engines.diagram.compiler.compile import compile_network
from configurator.engines.diagram.diagram import Diagram
from configurator.engines.diagram.store import Store, Stored, key_of
from configurator.engines.network import Network, Table


@pytest.fixture(scope="module")
def stored() -> Stored:
    rows = np.array([(0, 0), (0, 1), (1, 2)], np.int32)
    diagram = compile_network(Network((2, 3), 2, (Table((0, 1), 0, rows=rows),)))
    assert isinstance(diagram, Diagram)
    return Stored(diagram, {"weights": np.arange(500, dtype=np.int64)})


def size_of(folder: Path, stored: Stored) -> int:
    store = Store(folder)
    assert store.save("one", stored)
    return (folder / "one.diagram").stat().st_size


def names(folder: Path) -> set[str]:
    return {path.stem for path in folder.iterdir()}


def used(folder: Path, key: str, seconds_ago: float) -> None:
    moment = time.time() - seconds_ago
    os.utime(folder / f"{key}.diagram", (moment, moment))


def test_what_was_written_is_read(tmp_path: Path, stored: Stored) -> None:
    store = Store(tmp_path)
    assert store.load("one") is None
    assert store.save("one", stored)
    found = store.load("one")
    assert found is not None
    assert np.array_equal(found.arrays["weights"], stored.arrays["weights"])
    for name in ("starts", "edges", "left", "right"):
        assert np.array_equal(getattr(found.diagram, name), getattr(stored.diagram, name))


@pytest.mark.parametrize("place", [0, 20, 200, -100])
def test_a_damaged_file_is_as_good_as_none(tmp_path: Path, stored: Stored, place: int) -> None:
    store = Store(tmp_path)
    assert store.save("one", stored)
    path = tmp_path / "one.diagram"
    whole = bytearray(path.read_bytes())
    if place == 200:
        whole = whole[:place]
    else:
        whole[place] ^= 0x55
    path.write_bytes(bytes(whole))
    assert store.load("one") is None


def test_keys_tell_texts_apart_that_only_their_ends_do() -> None:
    assert key_of(["ab", "c"]) != key_of(["a", "bc"])


def test_a_full_folder_loses_what_was_not_used_for_longest(tmp_path: Path, stored: Stored) -> None:
    size = size_of(tmp_path / "size", stored)
    folder = tmp_path / "kept"
    store = Store(folder, room=3 * size)
    for age, key in enumerate(("a", "b", "c")):
        assert store.save(key, stored)
        used(folder, key, 100 - age)
    assert names(folder) == {"a", "b", "c"}
    mapped = store.load("b")
    assert store.load("a") is not None  # used now: b and c are older
    used(folder, "b", 50)
    assert store.save("d", stored)
    assert names(folder) == {"a", "b", "d"}
    assert Store(folder, room=size).save("e", stored)
    assert names(folder) == {"e"}
    assert mapped is not None
    assert np.array_equal(mapped.arrays["weights"], stored.arrays["weights"])  # still there for who has it
    assert store.load("b") is None


def test_a_diagram_larger_than_the_bound_stays_alone(tmp_path: Path, stored: Stored) -> None:
    store = Store(tmp_path, room=10)
    assert store.save("a", stored)
    assert store.save("b", stored)
    assert names(tmp_path) == {"b"}
    assert store.load("b") is not None


def test_files_left_unfinished_go_and_others_are_left_alone(tmp_path: Path, stored: Stored) -> None:
    for name in ("old.unfinished", "new.unfinished", "notes.txt"):
        (tmp_path / name).write_text("x")
    long_ago = time.time() - 100_000
    for name in ("old.unfinished", "notes.txt"):
        os.utime(tmp_path / name, (long_ago, long_ago))
    assert Store(tmp_path, room=10).save("a", stored)
    assert {path.name for path in tmp_path.iterdir()} == {"a.diagram", "new.unfinished", "notes.txt"}


def test_a_folder_that_cannot_be_made_costs_nothing(tmp_path: Path, stored: Stored) -> None:
    (tmp_path / "file").write_text("")
    store = Store(tmp_path / "file" / "folder")
    assert not store.save("a", stored)
    assert store.load("a") is None
