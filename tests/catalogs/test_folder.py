"""A catalog folder is read within limits, and nothing is followed out of it."""

import os
from pathlib import Path

import pytest
from catalogs.folder import LARGEST, Limits, read_folder


def codes(problems):
    return [(problem.span.file, problem.code) for problem in problems]


def test_reads_what_takes_part_and_nothing_else(tmp_path: Path):
    (tmp_path / "tables").mkdir()
    (tmp_path / "a.cpq").write_text("catalog")
    (tmp_path / "tables" / "b.csv").write_text("x")
    (tmp_path / "pic.SVG").write_text("<svg/>")
    (tmp_path / "README.md").write_text("words")
    (tmp_path / ".hidden.cpq").write_text("no")
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "c.cpq").write_text("no")
    files, problems = read_folder(tmp_path)
    assert files == {"a.cpq": b"catalog", "pic.SVG": b"<svg/>", "tables/b.csv": b"x"}
    assert problems == ()


def test_a_single_file_is_a_catalog(tmp_path: Path):
    (tmp_path / "kids.cpq").write_text("x")
    assert read_folder(tmp_path / "kids.cpq") == ({"kids.cpq": b"x"}, ())


@pytest.mark.parametrize("name", ["nowhere", "readme.md"])
def test_what_is_no_catalog_is_said_so(tmp_path: Path, name: str):
    (tmp_path / "readme.md").write_text("x")
    files, problems = read_folder(tmp_path / name)
    assert files == {}
    assert codes(problems) == [(name, "not-a-catalog")]


def test_links_out_of_the_folder_are_not_followed(tmp_path: Path):
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.csv").write_text("secret")
    inside = tmp_path / "catalog"
    inside.mkdir()
    (inside / "a.csv").symlink_to(outside / "secret.csv")
    (inside / "b").symlink_to(outside)
    (inside / "c.csv").symlink_to(inside / "nothing.csv")
    (inside / "d.csv").symlink_to(inside / "d.csv")
    (inside / "real.csv").write_text("real")
    (inside / "e.csv").symlink_to(inside / "real.csv")
    files, problems = read_folder(inside)
    assert files == {"e.csv": b"real", "real.csv": b"real"}
    assert codes(problems) == [
        ("a.csv", "link"),
        ("b", "link"),
        ("c.csv", "unreadable-file"),
        ("d.csv", "unreadable-file"),
    ]


def test_special_files_are_not_opened(tmp_path: Path):
    os.mkfifo(tmp_path / "pipe.csv")
    files, problems = read_folder(tmp_path)
    assert files == {}
    assert codes(problems) == [("pipe.csv", "special-file")]


def test_a_file_that_is_too_large_is_refused(tmp_path: Path):
    with (tmp_path / "a.cpq").open("wb") as stream:
        stream.truncate(LARGEST[".cpq"] + 1)
    files, problems = read_folder(tmp_path)
    assert files == {}
    assert codes(problems) == [("a.cpq", "file-too-large")]


def test_too_many_files_and_bytes_and_folders_are_refused(tmp_path: Path):
    for number in range(4):
        (tmp_path / f"{number}.cpq").write_bytes(b"x" * 10)
    _, many = read_folder(tmp_path, Limits(files=2))
    _, large = read_folder(tmp_path, Limits(total=25))
    (tmp_path / "x" / "y" / "z").mkdir(parents=True)
    (tmp_path / "x" / "y" / "z" / "deep.cpq").write_text("x")
    files, deep = read_folder(tmp_path, Limits(depth=2))
    assert codes(many) == [("2.cpq", "too-many-files")]
    assert codes(large) == [("2.cpq", "folder-too-large")]
    assert codes(deep) == [("x/y", "too-deep")]
    assert "x/y/z/deep.cpq" not in files


def test_a_name_that_is_no_text_can_still_be_printed(tmp_path: Path):
    (Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff.csv"))).write_text("x")
    (tmp_path / "a\nb.csv").write_text("x")
    files, problems = read_folder(tmp_path)
    assert files == {}
    assert [problem.code for problem in problems] == ["file-name", "file-name"]
    for problem in problems:
        str(problem.span).encode("utf-8")
        assert "\n" not in str(problem.span)
