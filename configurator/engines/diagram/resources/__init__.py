"""Linear rules that a diagram leaves out, answered at query time: bounds exclude, witnesses show, labels prove."""

from configurator.engines.diagram.resources.packing import Rule
from configurator.engines.diagram.resources.pool import Pool
from configurator.engines.diagram.resources.one_price import NONE
from configurator.engines.diagram.resources.prices import Prices
from configurator.engines.diagram.resources.recent import Recent
from configurator.engines.diagram.resources.resources import Resources, Settled
from configurator.engines.diagram.resources.verdicts import Verdicts
from configurator.engines.diagram.resources.witness import EXCLUDED, OPEN, UNASKED, VALID

__all__ = [
    "EXCLUDED",
    "NONE",
    "OPEN",
    "UNASKED",
    "VALID",
    "Pool",
    "Prices",
    "Recent",
    "Resources",
    "Rule",
    "Settled",
    "Verdicts",
]
