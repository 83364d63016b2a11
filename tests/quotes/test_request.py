"""A request is read exactly, or refused with every problem at its JSON pointer; no text does harm."""

import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quotes.request import MOST_BYTES, QuoteRequest, RequestLine, read_request

GOOD = {
    "customer": "c1",
    "day": "2026-11-21",
    "language": "de",
    "notes": ["Gate 3."],
    "lines": [
        {
            "product": "ebike",
            "quantity": 6,
            "choices": {"motor": "trail", "bags[0].size": "small"},
            "complete": "cheapest",
        },
        {"product": "ebike", "complete": None},
    ],
}


def problems(value):
    request, found = read_request(json.dumps(value) if not isinstance(value, (str, bytes)) else value)
    assert (request is None) == bool(found)
    return [(problem.pointer, problem.code) for problem in found]


def test_a_good_request():
    request, found = read_request(json.dumps(GOOD).encode())
    assert found == ()
    assert request == QuoteRequest(
        "c1",
        date(2026, 11, 21),
        "de",
        (
            RequestLine("ebike", 6, {"motor": "trail", "bags[0].size": "small"}, "cheapest"),
            RequestLine("ebike", 1, {}, None),
        ),
        ("Gate 3.",),
    )


def test_today_stands_in_for_a_day_only_where_it_is_given():
    bare = {name: value for name, value in GOOD.items() if name != "day"}
    assert problems(bare) == [("", "missing-member")]
    request, _ = read_request(json.dumps(bare), today=date(2027, 1, 2))
    assert request is not None
    assert request.day == date(2027, 1, 2)
    kept, _ = read_request(json.dumps(GOOD), today=date(2027, 1, 2))
    assert kept is not None
    assert kept.day == date(2026, 11, 21)


def test_a_line_that_does_not_say_how_is_completed_at_the_lowest_price():
    request, _ = read_request('{"customer": "c1", "day": "2026-11-21", "lines": [{"product": "ebike"}]}')
    assert request is not None
    assert request.lines[0].complete == "cheapest"


@pytest.mark.parametrize(
    ("written", "value"),
    [("true", "yes"), ("false", "no"), ("3", "3"), ("1.50", "1.50"), ("-2e3", "-2e3"), ('"54 cm"', "54 cm")],
)
def test_json_numbers_and_truths_are_read_as_the_catalog_writes_them(written, value):
    text = '{"customer":"c","day":"2026-11-21","lines":[{"product":"p","choices":{"x":' + written + "}}]}"
    request, found = read_request(text)
    assert request is not None, found
    assert request.lines[0].choices == {"x": value}


def changed(**changes: object):
    return {**GOOD, **changes}


def line(**changes: object):
    return changed(lines=[{"product": "ebike", "quantity": 1, **changes}])


@pytest.mark.parametrize(
    ("request_value", "expected"),
    [
        ([], [("", "not-an-object")]),
        ({}, [("", "missing-member")] * 3),
        (changed(lines=[]), [("/lines", "no-lines")]),
        (changed(lines={}), [("/lines", "not-an-array")]),
        (changed(lines=[1]), [("/lines/0", "not-an-object")]),
        (changed(lines=[{}]), [("/lines/0", "missing-member")]),
        (changed(lines=[{"product": "a"}] * 5_001), [("/lines", "too-many")]),
        (changed(customer=""), [("/customer", "wrong-length")]),
        (changed(customer=None), [("/customer", "not-a-text")]),
        (changed(customer="x" * 201), [("/customer", "wrong-length")]),
        (changed(costumer="c"), [("/costumer", "unknown-member")]),
        (changed(day="2026-02-30"), [("/day", "not-a-day")]),
        (changed(day="20261121"), [("/day", "not-a-day")]),
        (changed(day=20261121), [("/day", "not-a-day")]),
        (changed(day="\uff12026-11-21"), [("/day", "not-a-day")]),
        (changed(language=7), [("/language", "not-a-text")]),
        (changed(notes="x"), [("/notes", "not-an-array")]),
        (changed(notes=["x" * 10_001]), [("/notes/0", "wrong-length")]),
        (changed(notes=["a\0b"]), [("/notes/0", "wrong-character")]),
        (line(quantity=0), [("/lines/0/quantity", "out-of-range")]),
        (line(quantity=10**30), [("/lines/0/quantity", "out-of-range")]),
        (line(quantity=1.5), [("/lines/0/quantity", "not-a-whole-number")]),
        (line(quantity=True), [("/lines/0/quantity", "not-a-whole-number")]),
        (line(quantity="6"), [("/lines/0/quantity", "not-a-whole-number")]),
        (line(complete="dearest"), [("/lines/0/complete", "unknown-name")]),
        (line(complete=["cheapest"]), [("/lines/0/complete", "unknown-name")]),
        (line(choices=[]), [("/lines/0/choices", "not-an-object")]),
        (line(choices={"a": None}), [("/lines/0/choices/a", "not-a-text")]),
        (line(choices={"a": {"b": 1}}), [("/lines/0/choices/a", "not-a-text")]),
        (line(choices={"a": 10**19}), [("/lines/0/choices/a", "out-of-range")]),
        (line(choices={"": "x"}), [("/lines/0/choices/", "wrong-length")]),
        (line(choices={"a/b~c": []}), [("/lines/0/choices/a~1b~0c", "not-a-text")]),
        (line(choices={str(i): "x" for i in range(2_001)}), [("/lines/0/choices", "too-many")]),
        (line(choices={"a": "\ud800"}), [("/lines/0/choices/a", "wrong-character")]),
        (
            changed(customer=1, day="x", lines=[{"product": 2, "quantity": -1}]),
            [
                ("/lines/0/product", "not-a-text"),
                ("/lines/0/quantity", "out-of-range"),
                ("/customer", "not-a-text"),
                ("/day", "not-a-day"),
            ],
        ),
    ],
)
def test_every_problem_has_its_place(request_value, expected):
    assert problems(request_value) == expected


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "malformed-json"),
        ("{", "malformed-json"),
        (b"\xff\xfe", "malformed-json"),
        ("[" * 100_000, "malformed-json"),
        ('{"lines": NaN}', "malformed-json"),
        ('{"lines": ' + "9" * 10_000 + "}", "malformed-json"),
        (b" " * (MOST_BYTES + 1), "too-large"),
    ],
)
def test_what_is_no_json_is_refused(text, code):
    assert problems(text) == [("", code)]


def test_a_name_given_twice_is_refused_where_it_stands():
    text = '{"customer":"a","customer":"b","day":"2026-11-21","lines":[{"product":"p","choices":{"x":"1","x":"2"}}]}'
    assert problems(text) == [("/customer", "repeated-member"), ("/lines/0/choices/x", "repeated-member")]


def test_a_hint_names_what_was_meant():
    _, found = read_request(json.dumps(changed(costumer="c")))
    assert found[0].hint == "did you mean customer?"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from([*GOOD, "product", "choices", "x"]), inner)
    ),
    max_leaves=20,
)


@given(JSON)
def test_no_json_makes_it_raise(value):
    request, found = read_request(json.dumps(value), today=date(2026, 1, 1))
    assert (request is None) == bool(found)
    for problem in found:
        assert problem.message
        assert len(problem.pointer) <= 400


@given(st.binary(max_size=200) | st.text(max_size=200))
def test_no_text_makes_it_raise(text):
    request, found = read_request(text)
    assert (request is None) == bool(found)


def test_the_number_of_problems_is_bounded():
    text = "{" + ",".join(f'"member{i}": 1' for i in range(50_000)) + "}"
    _, found = read_request(text)
    assert len(found) == 200
    _, found = read_request(json.dumps(changed(lines=[[]] * 5_000)))
    assert len(found) == 200
