"""What a configuration costs and what was promised for it: quotes, their documents and orders.

A request (`quotes.request`) becomes a quote (`quotes.build`: configured, proved valid, priced by
`quotes.pricing`, with its bill of materials and suggestions); a quote has a state (`quotes.lifecycle`), is
kept as JSON (`quotes.exchange`), printed (`quotes.documents`) and accepted to an order (`quotes.orders`).
Import from these rooms: this package itself loads nothing, so that pricing alone stays light.
"""
