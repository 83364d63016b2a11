"""Linear rules that a diagram leaves out, answered at query time: bounds exclude, witnesses show, labels prove."""

from configurator.engines.diagram.resources.packing import Rule
from configurator.engines.diagram.resources.pool import Pool
from configurator.engines.diagram.resources.resources import Resources, Settled, Verdicts
from configurator.engines.diagram.resources.witness import EXCLUDED, OPEN, UNASKED, VALID

__all__ = ["EXCLUDED", "OPEN", "UNASKED", "VALID", "Pool", "Resources", "Rule", "Settled", "Verdicts"]
