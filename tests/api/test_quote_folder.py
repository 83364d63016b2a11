"""Files are written whole or not at all, and an id is taken once."""

import errno
import os
import stat
from pathlib import Path

import pytest

from api.storage import QuoteFolder, UnknownQuote
from api.storage.quote_folder import write_whole


def test_a_full_disk_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "catalog.cpq"
    write_whole(path, b"old")

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_whole(path, b"new")
    assert path.read_bytes() == b"old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["catalog.cpq"]


def test_a_crash_while_adding_a_quote_leaves_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = QuoteFolder(tmp_path)
    monkeypatch.setattr(os, "link", lambda *_: (_ for _ in ()).throw(OSError(errno.EIO, "Input/output error")))
    with pytest.raises(OSError, match="Input/output"):
        folder.add_quote("Q-1", "{}")
    assert folder.quote_ids() == ()
    assert list(tmp_path.rglob("*.part")) == []


def test_an_id_is_taken_once(tmp_path: Path) -> None:
    folder = QuoteFolder(tmp_path)
    assert folder.add_quote("Q-1", "first")
    assert not folder.add_quote("Q-1", "second")
    assert folder.quote("Q-1") == "first"


@pytest.mark.parametrize("name", ["", "..", "../x", "a/b", "a\\b", ".hidden", "x" * 65, "a\0b", "ä"])
def test_ids_never_leave_the_folder(tmp_path: Path, name: str) -> None:
    folder = QuoteFolder(tmp_path)
    with pytest.raises(UnknownQuote):
        folder.quote(name)
    with pytest.raises(UnknownQuote):
        folder.add_quote(name, "x")
    assert not folder.has_order(name)


def test_permissions_are_those_of_an_ordinary_file(tmp_path: Path) -> None:
    path = tmp_path / "quote.pdf"
    previous = os.umask(0o022)
    try:
        write_whole(path, b"new")
        assert stat.S_IMODE(path.stat().st_mode) == 0o644
        path.chmod(0o600)
        write_whole(path, b"newer")
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    finally:
        os.umask(previous)
