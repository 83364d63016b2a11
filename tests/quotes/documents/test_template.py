"""A template can place and write, and nothing else: no escape, no unbounded work, no tag that is not listed."""

import pytest

from quotes.documents import TemplateError, document, render
from quotes.documents.blocks import tags
from quotes.documents.model import Document
from quotes.documents.template import LONGEST_PAGE, page_tree, standard
from tests.quotes import factory
from tests.quotes.documents.inspection import drawn, seen

PAGE = document(factory.quote([factory.ebike_line(), factory.window_line(2)]))


def filled(body, page: Document = PAGE):
    return page_tree(f"<document>{body}</document>", page)


def test_the_shipped_template_uses_every_block_it_should():
    names = {tag.name for tag in page_tree(standard(), PAGE).content if not isinstance(tag, str)}
    assert names >= {"letterhead", "parties", "lines", "totals", "terms", "notes"}


def test_the_schema_knows_the_same_tags_as_the_renderer():
    for name in tags():
        body = {"space": '<space height="3"/>'}.get(name, f"<{name}/>")
        assert filled(body).content[0].name == name  # type: ignore[union-attr] # a tag


def test_words_of_ones_own_with_weights_and_line_ends():
    body = "<p>For <b>{{ document.recipient[0] | upper }}</b>:<br/><i>with {{ document.lines | length }} items</i></p>"
    assert "ForRADHAUSÖHRINGENGMBH:with2items" in drawn(seen(render(PAGE, f"<document>{body}</document>")))


def test_loops_walk_the_document():
    body = (
        "{% for line in document.lines %}<h2>{{ line.title }}</h2>{% for detail in line.details %}"
        "<p>{{ detail.label }}</p>{% endfor %}{% endfor %}"
    )
    assert sum(tag.name == "p" for tag in filled(body).content if not isinstance(tag, str)) == 16


def test_data_is_never_markup():
    evil = document(factory.quote(notes=("</p><lines/><p>&lt; {{ 7*7 }}",)))
    tree = filled("<p>{{ document.notes.paragraphs[0] }}</p>", evil)
    assert tree.content[0].content == ("</p><lines/><p>&lt; {{ 7*7 }}",)  # type: ignore[union-attr] # a tag


ATTACKS = [
    "{{ document.__class__ }}",
    "{{ document['__class__'] }}",
    "{{ ''.__class__.__mro__ }}",
    "{{ document.lines.__len__() }}",
    "{{ document.title.format(1) }}",
    "{{ '%s' % 1 }}",
    "{{ 'x' * 1000000000 }}",
    "{{ 9 ** 9 ** 9 }}",
    "{{ document.title ~ document.title }}",
    "{{ 1 + 1 }}",
    "{{ range(10) }}",
    "{{ lipsum() }}",
    "{{ cycler }}",
    "{{ self }}",
    "{{ document.title | safe }}",
    "{{ document | attr('title') }}",
    "{{ document.lines | map('upper') }}",
    "{{ document.title | format(1) }}",
    "{{ document.title | center(1000000) }}",
    "{{ document.nothing }}",
    "{{ nothing }}",
    "{% set x = 1 %}",
    "{% include 'quote.xml' %}",
    "{% import 'quote.xml' as q %}",
    "{% extends 'quote.xml' %}",
    "{% macro m() %}{{ m() }}{% endmacro %}",
    "{% call document() %}{% endcall %}",
    "{% filter upper %}{% endfilter %}",
    "{% for line in document.lines recursive %}{% endfor %}",
    "{% for a, b in document.lines %}{% endfor %}",
    "{% for a in document.lines %}{% for b in document.lines %}{% endfor %}{% endfor %}",
    "{% for a in document.lines %}{% for b in (a.details if a else document.lines) %}{% endfor %}{% endfor %}",
    "{% for a in document.lines %}{% for a in a.details %}{% for c in document.lines %}{% endfor %}{% endfor %}{% endfor %}",
    "{% for a in [1] %}{% for b in [a, a] %}{% endfor %}{% endfor %}",
    "{% block x %}{% endblock %}",
    "{% autoescape false %}{% endautoescape %}",
    "{% raw %}",
    "{% for",
    "{{ (((" * 50,
    "<script/>",
    "<p style='x'>a</p>",
    "<p><p>a</p></p>",
    "<p><lines/></p>",
    "text",
    "<p>&unknown;</p>",
    "<p>",
    "<space/>",
    "<space height='201'/>",
    "<space height='1e9'/>",
    "<!-- a comment -->",
    "<?php x ?>",
]


@pytest.mark.parametrize("body", ATTACKS)
def test_what_is_not_allowed_is_refused_with_a_sentence(body):
    with pytest.raises(TemplateError) as caught:
        filled(f"<p/>{body}")
    assert str(caught.value).startswith("template")


def test_a_document_type_and_its_entities_are_refused():
    bomb = '<!DOCTYPE document [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><document><p>&b;</p></document>'
    with pytest.raises(TemplateError):
        page_tree(bomb, PAGE)
    file = '<!DOCTYPE document [<!ENTITY a SYSTEM "file:///etc/passwd">]><document><p>&a;</p></document>'
    with pytest.raises(TemplateError):
        page_tree(file, PAGE)


def test_a_refusal_names_the_line():
    with pytest.raises(TemplateError, match="line 3: assign is not allowed") as caught:
        page_tree("<document>\n\n{% set x = 1 %}</document>", PAGE)
    assert caught.value.line == 3


def test_size_is_bounded():
    with pytest.raises(TemplateError, match="at most"):
        page_tree("x" * 200_001, PAGE)
    many = document(factory.quote([factory.helmet_line(i + 1) for i in range(300)], notes=("n" * 10_000,) * 20))
    body = "{% for line in document.lines %}<p>{{ document.notes.paragraphs | join }}</p>{% endfor %}"
    with pytest.raises(TemplateError, match=f"more than {LONGEST_PAGE}"):
        filled(body, many)


def test_a_template_without_lines_or_totals_is_a_page_too():
    assert render(PAGE, "<document><pagebreak/><h1>Cover</h1><pagebreak/><lines/></document>")[:5] == b"%PDF-"
