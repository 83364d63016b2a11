"""Approvals: a grant stands while nothing judged got worse, delegation ends, more authority never needs more people."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from catalogs.model import Catalog
from quotes.approval import Grant, digest_of, grants_by, open_approvals, roles_of
from quotes.pricing import PricedQuote
from tests.quotes.pricing.test_judge import POLICY, bikes, percent, shop
from tests.quotes.shop import DAY

CATALOG = shop(POLICY + '\ndelegate sales_manager to "bob" from 2026-11-20 until 2026-11-30\n')


def deal(rate: str, catalog: Catalog = CATALOG, author: str = "") -> PricedQuote:
    return bikes(catalog, 1, percent("l0", rate), author=author)


def granted(priced: PricedQuote, *people: str, day: date = DAY) -> tuple[Grant, ...]:
    found: tuple[Grant, ...] = ()
    for person in people:
        found += grants_by(person, roles_of(CATALOG, person, day), priced, found, day)
    return found


def test_who_has_no_role_agrees_to_nothing() -> None:
    assert granted(deal("0.2"), "mallory") == ()


def test_an_approval_of_all_waits_for_all() -> None:
    priced = deal("0.32")
    some = granted(priced, "sales_manager", "director")
    assert [(one.judged.name, one.missing) for one in open_approvals(priced, some)] == [("large_quote", ("finance",))]
    assert open_approvals(priced, granted(priced, "sales_manager", "director", "finance")) == ()


def test_a_grant_is_bound_to_what_it_was_given_for() -> None:
    priced = deal("0.2")
    (grant,) = granted(priced, "sales_manager")
    assert grant.digest == digest_of(priced) != digest_of(deal("0.21"))
    assert (grant.role, grant.person, grant.day) == ("sales_manager", "sales_manager", DAY)


def test_a_delegate_agrees_while_it_lasts() -> None:
    priced = deal("0.2")
    assert [(one.role, one.person) for one in granted(priced, "bob")] == [("sales_manager", "bob")]
    assert granted(priced, "bob", day=date(2026, 11, 30)) != ()
    assert granted(priced, "bob", day=date(2026, 12, 1)) == ()
    assert granted(priced, "bob", day=date(2026, 11, 19)) == ()


@settings(max_examples=60)
@given(st.integers(0, 60), st.integers(0, 60))
def test_asked_again_only_when_something_got_worse(before: int, after: int) -> None:
    first, second = deal(f"{before}/100"), deal(f"{after}/100")
    grants = granted(first, "sales_manager", "director", "finance")
    still = open_approvals(second, grants)
    if after <= before:
        assert still == ()
    else:
        assert {one.judged.name for one in still} == {one.name for one in second.judgement.needed}
        assert all(one.stale for one in still if one.judged.name in {grant.name for grant in grants})


@settings(max_examples=60)
@given(st.integers(0, 60), st.integers(0, 60), st.integers(0, 60))
def test_more_authority_never_needs_more_people(rate: int, less: int, more: int) -> None:
    low, high = sorted((less, more))

    def needed(limit: int) -> set[str]:
        approvals = tuple(
            replace(one, limits=tuple(replace(two, rate=Fraction(limit, 100)) for two in one.limits))
            for one in CATALOG.approvals
        )
        judgement = deal(f"{rate}/100", replace(CATALOG, approvals=approvals), "ann").judgement
        return set(judgement.approvers)

    assert needed(high) <= needed(low)


def test_a_grant_of_yesterday_stays_when_its_delegation_ends() -> None:
    priced = deal("0.2")
    grants = granted(priced, "bob", day=DAY)
    assert open_approvals(priced, grants) == ()
    assert grants[0].day + timedelta(days=30) > date(2026, 12, 1)
