"""Templates: a brand owner's text with Jinja2 in a sandbox, giving a page tree that a schema has checked.

A template sees the Document and nothing else. It may print, branch and walk: no calls, no arithmetic, no
assignments, no imports, and an inner loop walks what the outer loop gives, so that a template's work is
bounded by the size of its document. What it prints is XML of the few tags in ``templates/page.rng``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from jinja2 import StrictUndefined, TemplateSyntaxError, UndefinedError, nodes
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from lxml import etree

from quotes.documents.model import Document

LONGEST_TEMPLATE = 200_000
LONGEST_PAGE = 20_000_000
FILTERS = ("upper", "lower", "title", "trim", "length", "first", "last", "join")

_STATEMENTS = (nodes.Template, nodes.Output, nodes.TemplateData, nodes.For, nodes.If)
_EXPRESSIONS = (
    nodes.Name, nodes.Const, nodes.Getattr, nodes.Getitem, nodes.Filter, nodes.Test, nodes.Compare, nodes.Operand,
    nodes.And, nodes.Or, nodes.Not, nodes.CondExpr,
)  # fmt: skip
_TESTS = ("defined", "undefined")


class TemplateError(Exception):
    """A template that is not allowed or does not give a page: `line` is where, 0 where it is the whole."""

    def __init__(self, message: str, line: int = 0) -> None:
        self.message, self.line = message, line
        super().__init__(f"template, line {line}: {message}" if line else f"template: {message}")


@cache
def standard() -> str:
    """Return the template that the product ships."""
    return _shipped("quote.xml")


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag of a page tree with its text and tags in order."""

    name: str
    attributes: Mapping[str, str]
    content: tuple[str | Tag, ...]


def page_tree(template: str, document: Document) -> Tag:
    """Fill a template with a document; `TemplateError` where the template is at fault."""
    text = _filled(template, document)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        tree = etree.fromstring(text.encode(), parser)
    except etree.XMLSyntaxError as error:
        raise TemplateError(f"the filled template is no XML: {error.msg}") from None
    foreign = any(not isinstance(element.tag, str) for element in tree.iter())
    if foreign or tree.getroottree().docinfo.internalDTD is not None:
        raise TemplateError("a document type, a comment or a processing instruction is not allowed")
    schema = _schema()
    if not schema.validate(tree):
        raise TemplateError(f"the filled template has a tag at a wrong place: {schema.error_log[0].message}")
    return _tag(tree)


def _tag(element: etree._Element) -> Tag:
    content: list[str | Tag] = [element.text or ""]
    for child in element:
        content += [_tag(child), child.tail or ""]
    return Tag(str(element.tag), {str(k): str(v) for k, v in element.attrib.items()}, tuple(c for c in content if c))


def _filled(template: str, document: Document) -> str:
    if len(template) > LONGEST_TEMPLATE:
        raise TemplateError(f"a template has at most {LONGEST_TEMPLATE} characters")
    environment = _environment()
    parts: list[str] = []
    size = 0
    try:
        _check(environment.parse(template))
        for part in environment.from_string(template).generate(document=document):
            size += len(part)
            if size > LONGEST_PAGE:
                raise TemplateError(f"the filled template has more than {LONGEST_PAGE} characters")
            parts.append(part)
    except TemplateSyntaxError as error:
        raise TemplateError(error.message or "it cannot be read", error.lineno) from None
    except (UndefinedError, SecurityError, TypeError) as error:
        raise TemplateError(str(error)) from None
    except RecursionError:
        raise TemplateError("it is nested too deeply") from None
    return "".join(parts)


def _environment() -> ImmutableSandboxedEnvironment:
    environment = ImmutableSandboxedEnvironment(autoescape=True, undefined=StrictUndefined, extensions=())
    environment.globals.clear()
    environment.filters = {name: environment.filters[name] for name in FILTERS}
    environment.tests = {name: environment.tests[name] for name in _TESTS}
    return environment


def _check(tree: nodes.Template) -> None:
    """Refuse every construct that is not listed, and loops whose work would multiply."""
    for node in tree.find_all(nodes.Node):
        if not isinstance(node, (*_STATEMENTS, *_EXPRESSIONS)):
            raise TemplateError(f"{type(node).__name__.lower()} is not allowed", node.lineno)
    for loop in tree.find_all(nodes.For):
        _check_loop(loop)


def _check_loop(loop: nodes.For) -> None:
    if not isinstance(loop.target, nodes.Name):
        raise TemplateError("a loop has one name", loop.lineno)
    if loop.recursive:
        raise TemplateError("a recursive loop is not allowed", loop.lineno)
    for inner in loop.find_all(nodes.For):
        if inner is not loop and _root(inner.iter) not in _targets(loop, inner):
            raise TemplateError(
                f"a loop within a loop walks what the outer one gives ({loop.target.name}.…)", inner.lineno
            )


def _targets(outer: nodes.For, inner: nodes.For) -> set[str]:
    """Return the names bound by the loops from `outer` down to, but without, `inner`."""
    names = {outer.target.name} if isinstance(outer.target, nodes.Name) else set()
    for loop in outer.find_all(nodes.For):
        if loop is not inner and inner in loop.find_all(nodes.For) and isinstance(loop.target, nodes.Name):
            names.add(loop.target.name)
    return names


def _root(node: nodes.Node) -> str:
    while isinstance(node, (nodes.Getattr, nodes.Getitem)):
        node = node.node
    return node.name if isinstance(node, nodes.Name) else ""


@cache
def _schema() -> etree.RelaxNG:
    return etree.RelaxNG(etree.fromstring(_shipped("page.rng").encode()))


def _shipped(name: str) -> str:
    return files("quotes.documents").joinpath("templates", name).read_text("utf-8")
