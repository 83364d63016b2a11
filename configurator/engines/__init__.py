"""Engines behind one protocol: the same questions about a model with the same exact answers.

`cp_sat` takes catalogs of any kind, `enumeration` small ones and the part of the oracle; `planner`
picks. What encodes rules for CP-SAT: `circuit` (literals and sums), `indices` (variables), `amounts`
(exact numbers), `encode` (expressions), `enforce` (rules), `encode_objective`.
"""
