"""Numbers in JSON are exactly the digits they should be."""

import json
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from quotes.orders.tokens import write_json

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text()
    | st.decimals(allow_nan=False, allow_infinity=False, places=4),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
)


@given(VALUES)
def test_any_reader_reads_back_the_same(value):
    assert json.loads(write_json(value), parse_float=Decimal) == value


def test_decimals_keep_their_zeros_and_have_no_exponent():
    assert write_json([Decimal("2099.00"), Decimal("1E+3"), Decimal("-0.05")]) == "[\n  2099.00,\n  1000,\n  -0.05\n]"


def test_empty_things():
    assert write_json({"a": {}, "b": []}) == '{\n  "a": {},\n  "b": []\n}'
