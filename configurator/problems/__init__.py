"""Public configuration problems as ground models: files of variables, tables and expressions, and DIMACS clauses.

`read_problem` reads a file, `parse_problem` a text; what is wrong with it is a `ProblemError`. Such a
model has no catalog behind it: its variables are nominal options, its rules have no sentences.
"""

from configurator.problems.problem import Problem, ProblemError
from configurator.problems.reading import parse_problem, read_problem
from configurator.problems.values import read_value

__all__ = ["Problem", "ProblemError", "parse_problem", "read_problem", "read_value"]
