"""Exchange rates: in place or from CSV, each until the next one; the version covers their files."""

from datetime import date, timedelta
from fractions import Fraction

from catalogs import load
from hypothesis import given
from hypothesis import strategies as st

HEAD = "catalog c { currency EUR }\n"
DAYS = [date(2026, 1, 1) + timedelta(days=n) for n in range(40)]
rates = st.dictionaries(st.sampled_from(DAYS), st.integers(1, 10**6), max_size=6)


def rates_of(text, **files):
    found = load({"c.cpq": (HEAD + text).encode(), **{name: content.encode() for name, content in files.items()}})
    assert found.diagnostics == ()
    return found.catalog


def worth(catalog, base, currency, day):
    found = [
        rate.rate
        for rate in catalog.exchange_rates
        if (rate.base, rate.currency) == (base, currency) and rate.effectivity.covers(day)
    ]
    assert len(found) <= 1
    return found[0] if found else None


@given(rates, rates, st.sampled_from(DAYS))
def test_on_every_day_the_latest_rate_holds(in_place, listed, day):
    """A day of one pair is never in the other: the one is declared in place, the other read."""
    lines = "".join(f"rate 1 EUR = {micros / 10**6:.6f} USD from {start}\n" for start, micros in in_place.items())
    rows = "".join(f"CHF,{micros / 10**6:.6f},{start}\n" for start, micros in listed.items())
    catalog = rates_of(lines + 'rates r per EUR from "r.csv"', **{"r.csv": "currency,rate,from\n" + rows})
    for currency, declared in (("USD", in_place), ("CHF", listed)):
        past = [start for start in declared if start <= day]
        expected = Fraction(declared[max(past)], 10**6) if past else None
        assert worth(catalog, "EUR", currency, day) == expected


def test_a_rate_ends_on_its_last_day():
    catalog = rates_of("rate 100 JPY = 0.61 EUR until 2026-01-05\nrate 1 JPY = 0.01 EUR from 2026-01-08\n")
    assert worth(catalog, "JPY", "EUR", date(2026, 1, 5)) == Fraction(61, 10_000)
    assert worth(catalog, "JPY", "EUR", date(2026, 1, 7)) is None
    assert worth(catalog, "JPY", "EUR", date(2026, 1, 9)) == Fraction(1, 100)


def test_a_file_says_what_one_unit_buys_or_what_it_is_worth():
    sheet = "currency,rate,from,until,source\nUSD,1.08,2026-01-01,2026-12-31,Bank\nCHF,0.93,,,\n"
    per = rates_of('rates ecb per EUR from "r.csv"', **{"r.csv": sheet})
    assert [(one.base, one.currency, one.rate, one.source) for one in per.exchange_rates] == [
        ("EUR", "CHF", Fraction(93, 100), "ecb"), ("EUR", "USD", Fraction(108, 100), "Bank"),
    ]  # fmt: skip
    worth_of = rates_of('rates ecb in EUR from "r.csv"', **{"r.csv": sheet})
    assert [(one.base, one.currency) for one in worth_of.exchange_rates] == [("CHF", "EUR"), ("USD", "EUR")]
    assert per.exchange_rates[1].effectivity.end == date(2026, 12, 31)


def test_the_version_covers_rates():
    text = 'rates ecb per EUR from "r.csv"'
    sheets = ("currency,rate,from\nUSD,1.08,2026-01-01\n", "currency,rate,from\nUSD,1.09,2026-01-01\n")
    one, other = (rates_of(text, **{"r.csv": sheet}) for sheet in sheets)
    assert one.version != other.version
