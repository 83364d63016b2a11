"""Other people's solvers on the same problems and the same choices, in the same run.

Each peer gets a `Grid` (tables and clauses over indices) in a process of its own, so that it can be
stopped; each answers the same question a click, as well as its package's interface lets it.
"""

from api.commands.bench.peers.race import PEERS, against, missing_peer

__all__ = ["PEERS", "against", "missing_peer"]
