"""Every tree that a text can mean is written and read back as itself."""

from hypothesis import HealthCheck, given, settings

from rules.diagnostics import Span
from rules.formatter import write
from rules.grammar import parse, parse_expression
from tests.rules import trees

SLOW = settings(max_examples=250, deadline=None, suppress_health_check=list(HealthCheck))


@SLOW
@given(trees.expressions)
def test_an_expression_reads_as_it_was_written(node):
    text = write(node)
    assert parse_expression(text, Span("f", 1, 1, 1, 1)) == (node, ()), text


@SLOW
@given(trees.declarations)
def test_a_declaration_reads_as_it_was_written(node):
    text = write(node)
    tree, problems = parse(text, "f.cpq")
    assert problems == (), text
    assert tree.declarations == (node,), text
