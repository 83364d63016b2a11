"""Reads a catalog folder from disk within limits, following nothing that leads out of it."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from rules.diagnostics import Diagnostic, Span, in_order

MEGABYTE = 1_000_000
LARGEST = {
    ".cpq": 8 * MEGABYTE,
    ".csv": 64 * MEGABYTE,
    ".svg": 4 * MEGABYTE,
    ".png": 16 * MEGABYTE,
    ".jpg": 16 * MEGABYTE,
    ".jpeg": 16 * MEGABYTE,
}
"""What takes part in a catalog, by the end of its name, with the most bytes one file may have."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one folder may hold: files that take part, and their bytes together."""

    files: int = 10_000
    total: int = 512 * MEGABYTE
    depth: int = 16


LIMITS = Limits()


def read_folder(
    path: str | os.PathLike[str], limits: Limits = LIMITS
) -> tuple[Mapping[str, bytes], tuple[Diagnostic, ...]]:
    """Read a catalog folder, or a single `.cpq` file, into its files by path relative to the folder.

    Hidden files and files of other kinds are left out. Every trouble with the disk is a diagnostic.
    """
    root = Path(path)
    problems: list[Diagnostic] = []
    if root.is_file():
        found = iter([(root.name, root)]) if root.suffix == ".cpq" else iter(())
        if root.suffix != ".cpq":
            problems.append(_problem("not-a-catalog", root.name, "a catalog is a folder or a .cpq file"))
    elif root.is_dir():
        found = _walk(root, limits, problems)
    else:
        problems.append(_problem("not-a-catalog", root.name, "there is no such folder or file"))
        found = iter(())
    return _read_all(found, limits, problems), in_order(problems)


def _problem(code: str, file: str, message: str, hint: str = "") -> Diagnostic:
    shown = "".join(c if c.isprintable() else c.encode("unicode_escape", "backslashreplace").decode() for c in file)
    return Diagnostic(code, Span(shown, 1, 1, 1, 1), message, hint)


def _walk(root: Path, limits: Limits, problems: list[Diagnostic]) -> Iterator[tuple[str, Path]]:
    """Yield the name and the path of every file that may take part, in the order of the names."""
    inside = root.resolve()

    def failed(error: OSError) -> None:
        name = os.path.relpath(error.filename, root) if error.filename else ""
        problems.append(_problem("unreadable-file", name, f"this folder cannot be read: {error.strerror}"))

    for folder, folders, names in os.walk(root, onerror=failed, followlinks=False):
        here = Path(folder)
        depth = len(here.relative_to(root).parts)
        for name in sorted(folders):
            if (here / name).is_symlink() and not name.startswith("."):
                shown = (here / name).relative_to(root).as_posix()
                problems.append(_problem("link", shown, "links to folders are not followed"))
        if depth >= limits.depth and folders:
            shown = here.relative_to(root).as_posix()
            problems.append(_problem("too-deep", shown, f"folders are nested more than {limits.depth} deep"))
            folders.clear()
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            file = here / name
            if name.startswith(".") or file.suffix.lower() not in LARGEST:
                continue
            shown = file.relative_to(root).as_posix()
            if _is_safe(file, shown, inside, problems):
                yield shown, file


def _is_safe(file: Path, shown: str, inside: Path, problems: list[Diagnostic]) -> bool:
    if not shown.isprintable():
        problems.append(_problem("file-name", shown, "the name of this file is not readable text"))
        return False
    try:
        target = file.resolve(strict=True)
        mode = target.stat().st_mode
    except (OSError, RuntimeError):
        problems.append(_problem("unreadable-file", shown, "this file cannot be found; does the link lead nowhere?"))
        return False
    if not target.is_relative_to(inside):
        problems.append(_problem("link", shown, "this link leads out of the catalog folder"))
        return False
    if not stat.S_ISREG(mode):
        problems.append(_problem("special-file", shown, "this is not an ordinary file"))
        return False
    return True


def _read_all(found: Iterator[tuple[str, Path]], limits: Limits, problems: list[Diagnostic]) -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    total = 0
    for name, file in found:
        if len(files) >= limits.files:
            problems.append(_problem("too-many-files", name, f"a catalog has at most {limits.files} files"))
            break
        content = _read(name, file, problems)
        if content is None:
            continue
        total += len(content)
        if total > limits.total:
            problems.append(_problem("folder-too-large", name, f"a catalog has at most {limits.total} bytes"))
            break
        files[name] = content
    return files


def _read(name: str, file: Path, problems: list[Diagnostic]) -> bytes | None:
    most = LARGEST[file.suffix.lower()]
    try:
        with file.open("rb") as stream:
            content = stream.read(most + 1)
    except OSError as error:
        problems.append(_problem("unreadable-file", name, f"this file cannot be read: {error.strerror}"))
        return None
    if len(content) > most:
        problems.append(_problem("file-too-large", name, f"a {file.suffix} file has at most {most} bytes"))
        return None
    return content
