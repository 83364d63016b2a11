"""Search that learns from contradictions, over tables: complete where a diagram is too wide or its rules are merged.

A `Refuter` decides any part of a network's rules under any restriction of the values, with a solution
or with the rules a refutation rests on; on that stand valid values without a diagram and minimal
conflicts down to rules. Conflict-driven clause learning (Marques-Silva and Sakallah, GRASP, 1999) with
tables that explain themselves when asked (Ohrimenko, Stuckey, Codish, Lazy clause generation, 2009).
"""

from configurator.engines.refutation.refuter import Found, Refuted, Refuter, Unknown, Values

__all__ = ["Found", "Refuted", "Refuter", "Unknown", "Values"]
