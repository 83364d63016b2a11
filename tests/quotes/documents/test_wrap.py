"""Lines are never wider than asked, and hold every character of the text."""

from hypothesis import given
from hypothesis import strategies as st

from quotes.documents.fonts import font
from quotes.documents.wrap import Run, line_width, runs, wrap

LETTERS = st.text(st.sampled_from("abcdefgh WM.,-\u00a0\n"), max_size=120)


def text_of(lines):
    return "\n".join("".join(run.text for run in line) for line in lines)


@given(st.lists(st.tuples(LETTERS, st.sampled_from(["regular", "bold"])), max_size=4), st.floats(12, 200))
def test_no_line_is_too_wide_and_no_character_is_lost(pieces, width):
    source = [Run(text, font(weight)) for text, weight in pieces]
    lines = wrap(source, 9.5, width)
    assert all(line_width(line, 9.5) <= width + 1e-6 for line in lines)
    assert "".join(text_of(lines).split()) == "".join("".join(text for text, _ in pieces).split())


@given(LETTERS, st.floats(60, 200))
def test_words_stay_whole_where_they_fit(text, width):
    lines = text_of(wrap(runs(text), 9.5, width)).split("\n")
    pieces = [word for line in lines for word in line.split(" ") if word]
    words = [word for line in text.split("\n") for word in line.split(" ") if word]
    if all(font("regular").width(word, 9.5) <= width for word in words):
        assert pieces == words


def test_lines_are_filled_greedily():
    width = font("regular").width("aaa bbb", 10) + 0.1
    assert text_of(wrap(runs("aaa bbb ccc"), 10, width)) == "aaa bbb\nccc"


def test_line_ends_are_kept_and_nothing_is_one_empty_line():
    assert text_of(wrap(runs("a\n\nb"), 10, 100)) == "a\n\nb"
    assert text_of(wrap(runs(""), 10, 100)) == ""
    assert len(wrap((), 10, 100)) == 1


def test_a_word_in_two_weights_gets_no_space_within():
    source = [Run("bold", font("bold")), Run("ly", font("regular"))]
    assert text_of(wrap(source, 10, 500)) == "boldly"
    assert "".join(text_of(wrap(source, 10, 14)).split()) == "boldly"
    assert " " not in text_of(wrap([Run("x" * 50, font("bold")), Run("y", font("regular"))], 10, 30))
