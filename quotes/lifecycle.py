"""The life of a quote revision: a table of states and events, and the one place that looks it up.

States are those of TMF648 (quote management), with ``expired`` as the MEF profile has it. Nothing else
in the product compares states to decide what may happen: it asks `events` or calls `advance`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Literal, get_args

from quotes.quote import Quote, State

Event = Literal["submit", "issue", "approve", "reject", "reopen", "accept", "decline", "expire", "cancel"]
"""What can happen to a revision; a change of its content is a new revision, not an event."""

TRANSITIONS: Mapping[State, Mapping[Event, State]] = MappingProxyType(
    {
        "inProgress": {"submit": "pending", "issue": "approved", "cancel": "cancelled"},
        "pending": {"approve": "approved", "reject": "rejected", "reopen": "inProgress", "cancel": "cancelled"},
        "approved": {"accept": "accepted", "decline": "declined", "expire": "expired", "cancel": "cancelled"},
        "accepted": {},
        "rejected": {},
        "declined": {},
        "cancelled": {},
        "expired": {},
    }
)
"""What each event leads to. ``submit`` asks for approvals, ``issue`` is for a quote that needs none."""

START: State = "inProgress"
STATES: tuple[State, ...] = get_args(State)
EVENTS: tuple[Event, ...] = get_args(Event)

_MEANING: Mapping[State, str] = MappingProxyType(
    {
        "inProgress": "being written; only here the content may change",
        "pending": "waits for the approvals it needs",
        "approved": "offered to the customer, binding until its last day",
        "accepted": "accepted by the customer; an order exists",
        "rejected": "refused by an approver of the seller",
        "declined": "refused by the customer",
        "cancelled": "withdrawn by the seller",
        "expired": "not accepted by its last day",
    }
)


class NotAllowedError(Exception):
    """An event that the quote's state has no row for."""

    def __init__(self, quote_id: str, state: State, event: Event) -> None:
        self.quote_id, self.state, self.event = quote_id, state, event
        allowed = ", ".join(TRANSITIONS[state]) or "nothing"
        super().__init__(f"quote {quote_id} is {state}: {event} is not allowed (allowed: {allowed})")


def events(state: State) -> tuple[Event, ...]:
    """Return what may happen in a state, in the order of the table."""
    return tuple(TRANSITIONS[state])


def advance(quote: Quote, event: Event) -> Quote:
    """Return the quote after the event; `NotAllowedError` where the table has no such row."""
    following = TRANSITIONS[quote.state].get(event)
    if following is None:
        raise NotAllowedError(quote.id, quote.state, event)
    return replace(quote, state=following)


def diagram() -> str:
    """Write the table for the documentation, as a page with a Mermaid state diagram (``docs/quote-states.md``)."""
    rows = [f"    {state} --> {target}: {event}" for state, row in TRANSITIONS.items() for event, target in row.items()]
    ends = [f"    {state} --> [*]" for state, row in TRANSITIONS.items() if not row]
    meanings = [f"| `{state}` | {_MEANING[state]} | {', '.join(events(state)) or 'nothing'} |" for state in STATES]
    return "\n".join(
        [
            "# The states of a quote",
            "",
            "This page is written by `quotes.lifecycle.diagram()` from the table that the code looks up; do not edit it.",
            "",
            "```mermaid",
            "stateDiagram-v2",
            f"    [*] --> {START}",
            *rows,
            *ends,
            "```",
            "",
            "| state | meaning | what may happen |",
            "|---|---|---|",
            *meanings,
            "",
        ]
    )
