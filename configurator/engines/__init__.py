"""Engines behind one protocol: the same questions about a model with the same exact answers.

`planner` picks: `enumeration` for small models, `diagram_engine` and `resource_engine` over the compiled
`diagram`, `search_engine` over what `refutation` learns, `cp_sat` for catalogs of any kind. All but the
first and the last stand on a `network` of tables, which `tabling` writes; `kernel` compiles their loops.
What encodes rules for CP-SAT: `circuit` (literals and sums), `indices` (variables), `amounts` (exact
numbers), `encode` (expressions), `enforce` (rules), `encode_objective`.
"""
