"""The files of a catalog: decoding, and finding the CSV file or picture that a declaration names."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from typing import Literal

from catalogs.report import Report
from catalogs.tables import Sheet, read_sheet
from rules.diagnostics import Span
from rules.naming import nearest
from rules.syntax import Text

Role = Literal["choices", "rows of a rule", "prices", "rates", "texts", "customers", "a picture"]

_BEGINNINGS = {".svg": (b"<", b"\xef\xbb\xbf<"), ".png": (b"\x89PNG\r\n\x1a\n",), ".jpg": (b"\xff\xd8\xff",)}
_CONTROL = re.compile("[\x01-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
_ENDS = re.compile(r"\r\n?")


class Sources:
    """The content of one load; knows which files take part and what each is used for."""

    def __init__(self, files: Mapping[str, bytes], report: Report) -> None:
        self.report = report
        self.texts: dict[str, str] = {}
        self.media: dict[str, bytes] = {}
        self._files = dict(sorted(files.items()))
        self._roles: dict[str, tuple[Role, Span]] = {}
        self._sheets: dict[str, Sheet | None] = {}
        self.declarations = tuple(file for file in self._files if file.endswith(".cpq"))
        for file in self.declarations:
            text = self._decode(file)
            if text is not None:
                self.texts[file] = text

    def version(self) -> str:
        """Return the hash of everything that takes part: path and content, in the order of the paths."""
        digest = hashlib.sha256()
        for file in sorted({*self.declarations, *self._roles}):
            content = hashlib.sha256(self._files.get(file, b"")).digest()
            digest.update(hashlib.sha256(file.encode("utf-8", "surrogatepass")).digest() + content)
        return digest.hexdigest()

    def has(self, file: str) -> bool:
        """Say whether there is such a file."""
        return file in self._files

    def quote(self, span: Span) -> str:
        """Return the text that stands at a place on one line."""
        lines = self.texts.get(span.file, "").split("\n", span.line)
        line = lines[span.line - 1] if span.line <= len(lines) else ""
        return line[span.column - 1 : span.end_column - 1] if span.line == span.end_line else line[span.column - 1 :]

    def sheet(self, source: Text, role: Role) -> Sheet | None:
        """Return the CSV file a declaration names; None, with a diagnostic, where it cannot be read."""
        file = self._find(source, role)
        if file is None:
            return None
        if not file.endswith(".csv"):
            self.report.error("not-a-table", source.span, "rows are read from a .csv file")
            return None
        return self.read_sheet(file)

    def read_sheet(self, file: str) -> Sheet | None:
        """Read a CSV file that is there, once."""
        self._roles.setdefault(file, ("customers", Span(file, 1, 1, 1, 1)))
        if file not in self._sheets:
            text = self._decode(file)
            if text is not None:
                self.texts[file] = text
            self._sheets[file] = None if text is None else read_sheet(text, file, self.report)
        return self._sheets[file]

    def picture(self, source: Text) -> str | None:
        """Return the path of a picture and keep its content; None, with a diagnostic, where there is none."""
        file = self._find(source, "a picture")
        if file is None:
            return None
        end = "." + file.rpartition(".")[2].lower().replace("jpeg", "jpg")
        content = self._files[file]
        if end not in _BEGINNINGS or not content.lstrip().startswith(_BEGINNINGS[end]):
            self.report.error("not-a-picture", source.span, "a picture is an SVG, PNG or JPEG file")
            return None
        self.media[file] = content
        return file

    def _find(self, source: Text, role: Role) -> str | None:
        file = source.value.removeprefix("./")
        steps = file.split("/")
        if not file or ".." in steps or "" in steps or "\\" in file or ":" in file or not file.isprintable():
            message = "a file is named by its path inside the catalog folder, with / between folders"
            self.report.error("path-outside", source.span, message)
            return None
        if file not in self._files:
            hint = nearest(file, self._files) or "a file is named by its path from the catalog folder"
            self.report.error("missing-file", source.span, f"there is no file {file[:200]} in the catalog", hint)
            return None
        used, place = self._roles.setdefault(file, (role, source.span))
        if used != role:
            message = f"{file} cannot hold {role}, since it is read for {used} elsewhere"
            self.report.error("file-used-twice", source.span, message, related=((place, f"for {used} here"),))
            return None
        return file

    def _decode(self, file: str) -> str | None:
        """Decode UTF-8, every line end as a line feed; None, with a diagnostic, where that is not what it is."""
        content = self._files[file]
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            good = error.object[: error.start].decode("utf-8-sig", "replace")
            message, hint = "this is not UTF-8 text", "save the file with the encoding UTF-8"
            self.report.error("not-utf-8", _place_after(file, good), message, hint)
            return None
        text = _ENDS.sub("\n", text)
        if "\0" in text:
            message = "there is a NUL character here; this is not a text file"
            self.report.error("not-text", _place_after(file, text[: text.index("\0")]), message)
            return None
        control = None if file.endswith(".cpq") else _CONTROL.search(text)
        if control is not None:
            message = f"the invisible character U+{ord(control[0]):04X} does not belong in a table"
            self.report.error("control-character", _place_after(file, text[: control.start()]), message, "delete it")
            return None
        return text


def _place_after(file: str, text: str) -> Span:
    text = _ENDS.sub("\n", text)
    line, column = text.count("\n") + 1, len(text) - (text.rfind("\n") + 1) + 1
    return Span(file, line, column, line, column + 1)
