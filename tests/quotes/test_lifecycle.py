"""The table of states is the only truth: what it has happens, what it has not is refused with a sentence."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quotes.lifecycle import EVENTS, START, STATES, TRANSITIONS, NotAllowedError, advance, diagram, events
from tests.conftest import ROOT
from tests.quotes import factory

TMF648_V5 = {"acknowledged", "inProgress", "pending", "approved", "accepted", "rejected", "declined", "cancelled"}


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("event", EVENTS)
def test_an_event_leads_where_the_table_says_or_is_refused(state, event):
    quote = replace(factory.quote(), state=state)
    target = TRANSITIONS[state].get(event)
    if target is not None:
        assert advance(quote, event) == replace(quote, state=target)
        return
    with pytest.raises(NotAllowedError) as caught:
        advance(quote, event)
    sentence = str(caught.value)
    assert state in sentence
    assert event in sentence
    assert quote.id in sentence
    for allowed in events(state):
        assert allowed in sentence


def test_every_state_has_a_row_and_can_be_reached():
    assert set(TRANSITIONS) == set(STATES)
    reached, waiting = set(), [START]
    while waiting:
        state = waiting.pop()
        if state not in reached:
            reached.add(state)
            waiting += TRANSITIONS[state].values()
    assert reached == set(STATES)


def test_every_event_occurs_and_names_are_those_of_the_standard():
    assert {event for row in TRANSITIONS.values() for event in row} == set(EVENTS)
    assert set(STATES) - {"expired"} <= TMF648_V5


def test_what_is_over_stays_over():
    ended = {state for state, row in TRANSITIONS.items() if not row}
    assert ended == {"accepted", "rejected", "declined", "cancelled", "expired"}


@given(st.lists(st.sampled_from(EVENTS), max_size=12))
def test_no_walk_leaves_the_states_or_comes_back_from_an_end(walk):
    quote = replace(factory.quote(), state=START)
    for event in walk:
        before = quote.state
        try:
            quote = advance(quote, event)
        except NotAllowedError:
            assert event not in TRANSITIONS[before]
            continue
        assert quote.state in STATES
        assert TRANSITIONS[before]


def test_the_page_in_the_docs_is_drawn_from_the_table():
    assert (ROOT / "docs" / "quote-states.md").read_text(encoding="utf-8") == diagram()
