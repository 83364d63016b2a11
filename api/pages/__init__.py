"""The pages: Jinja2 for the first paint, one small module of our own for the rest, over the public API."""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

STATIC = Path(__file__).parent / "static"

_environment = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=select_autoescape(default=True),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def page(template: str, **facts: object) -> str:
    """Render a page from its template."""
    return _environment.get_template(template).render(**facts)
