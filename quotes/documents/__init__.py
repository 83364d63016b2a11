"""Documents: Quote -> Document (every string on the page, in one language) -> PDF.

`document` writes the model, `render` draws it through a template. Stages in order: `compose` and `wording`
and `figures` (words and figures), `template` (where the parts stand), `blocks` and `table` (rows), `page`
(pages), `pdf` (ink).
"""

from quotes.documents.compose import document
from quotes.documents.model import Document, strings
from quotes.documents.fonts import MissingGlyphsError
from quotes.documents.pdf import render, render_quote
from quotes.documents.template import TemplateError

__all__ = ["Document", "MissingGlyphsError", "TemplateError", "document", "render", "render_quote", "strings"]
