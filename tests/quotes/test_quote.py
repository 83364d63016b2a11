"""A quote states every price once: its lines are the priced lines."""

from dataclasses import replace

import pytest

from tests.quotes import factory


def test_lines_are_the_priced_lines():
    quote = factory.quote([factory.ebike_line(1), factory.window_line(2)])
    with pytest.raises(ValueError, match="priced lines"):
        replace(quote, lines=quote.lines[::-1])
    with pytest.raises(ValueError, match="priced lines"):
        replace(quote, lines=quote.lines[:1])


def test_a_line_has_the_quantity_and_id_of_its_price():
    quote = factory.quote([factory.ebike_line(1, quantity=6)])
    with pytest.raises(ValueError, match="same id and quantity"):
        replace(quote, lines=(replace(quote.lines[0], quantity=7),))
    with pytest.raises(ValueError, match="same id and quantity"):
        replace(quote, lines=(replace(quote.lines[0], id="L9"),))
