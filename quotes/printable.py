"""Whether every character of a quote can be printed, and where in the request those stand that cannot."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from quotes.documents import Document, MissingGlyphsError, document, strings
from quotes.documents.fonts import font
from quotes.documents.plain import plain
from quotes.quote import Quote
from quotes.reading import MOST_PROBLEMS, Problem, pointer


def unprintable(quote: Quote) -> tuple[Problem, ...]:
    """Return the characters of a quote's document that the typeface lacks, by their place in the request.

    What the customer's record, a note or a chosen text brings in is told there, what else a line has is told at
    its product, and everything else (terms, the seller's name) at the request as a whole.
    """
    made = document(quote)
    whole = _missing((*strings(made), made.running, made.footer, made.page_of))
    problems: list[Problem] = []
    told: set[str] = set()
    for place, found in _found(quote, made) if whole else ():
        problems.append(_problem(place, found))
        told.update(found)
    rest = tuple(character for character in whole if character not in told)
    if rest:
        problems.append(_problem(pointer(), rest))
    return tuple(problems[:MOST_PROBLEMS])


def _found(quote: Quote, made: Document) -> Iterator[tuple[str, tuple[str, ...]]]:
    for place, texts in _foreign(quote):
        if found := _missing(texts):
            yield place, found
    for number, (line, drawn) in enumerate(zip(quote.lines, made.lines, strict=True)):
        chosen = {option.path: option.value for option in line.options if option.kind == "text"}
        for path, text in chosen.items():
            if found := _missing([text]):
                yield pointer("lines", number, "choices", path), found
        own = _missing(chosen.values())
        printed = [drawn.title, *(text for detail in drawn.details for text in (detail.label, detail.value))]
        if found := tuple(character for character in _missing(printed) if character not in own):
            yield pointer("lines", number, "product"), found


def _foreign(quote: Quote) -> Iterator[tuple[str, tuple[str, ...]]]:
    customer = quote.customer
    yield pointer("customer"), (customer.name, customer.address, customer.id, customer.tax_id or "")
    for number, note in enumerate(quote.notes):
        yield pointer("notes", number), (note,)


def _missing(texts: Iterable[str]) -> tuple[str, ...]:
    """Return what the upright or the bold face lacks, each character once; the italic falls back on the upright."""
    printed = "".join(plain(text).replace("\n", " ") for text in texts)
    return tuple(dict.fromkeys((*font("regular").missing(printed), *font("bold").missing(printed))))


def _problem(place: str, characters: tuple[str, ...]) -> Problem:
    error = MissingGlyphsError(characters, font("regular").typeface)
    return Problem(place, "missing-glyphs", error.finding, error.advice)
