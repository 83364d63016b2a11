"""What steps are called: options with their values, in every language of the catalog."""

from __future__ import annotations

from collections.abc import Callable

from catalogs.marks import Label
from catalogs.model import ChoiceList, Option
from rules.kinds import Scalar
from rules.values import write_with_unit

_YES = Label("yes", {"de": "ja", "fr": "oui", "es": "sí", "it": "sì", "nl": "ja"})
_NO = Label("no", {"de": "nein", "fr": "non", "es": "no", "it": "no", "nl": "nee"})


def value_label(option: Option, value: Scalar) -> Label:
    """Return a value for people: a choice by its label, a number with its unit, a text as written."""
    if isinstance(value, bool):
        return _YES if value else _NO
    if isinstance(option.domain, ChoiceList):
        return next((c.label for c in option.domain.choices if c.name == value), Label(str(value)))
    return Label(write_with_unit(option.kind, value))


def joined(write: Callable[[list[str]], str], *labels: Label) -> Label:
    """Return a label made of others, in every language that one of them has."""
    languages = {language for label in labels for language in label.translations}
    return Label(
        write([label.text for label in labels]),
        {language: write([label.read(language) for label in labels]) for language in sorted(languages)},
    )


def option_label(option: Option, value: Scalar) -> Label:
    """Return an option with its value: ``Motor: Cargo 750``."""
    return joined(": ".join, option.label, value_label(option, value))
