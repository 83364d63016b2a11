"""The sentences of offers, in every language that documents have."""

from __future__ import annotations

from collections.abc import Mapping

from catalogs.marks import Label
from quotes.pricing import write_minor

Sentence = Mapping[str, str]

FALLS: Sentence = {
    "en": "With {units} more units the total falls by {amount}.",
    "de": "Mit {units} Stück mehr sinkt die Summe um {amount}.",
    "fr": "Avec {units} unités de plus, le total baisse de {amount}.",
    "es": "Con {units} unidades más, el total baja {amount}.",
    "it": "Con {units} unità in più il totale scende di {amount}.",
    "nl": "Met {units} stuks meer daalt het totaal met {amount}.",
}
ONLY: Sentence = {
    "en": "{units} more units cost only {amount} more.",
    "de": "{units} Stück mehr kosten nur {amount} mehr.",
    "fr": "{units} unités de plus ne coûtent que {amount} de plus.",
    "es": "{units} unidades más cuestan solo {amount} más.",
    "it": "{units} unità in più costano solo {amount} in più.",
    "nl": "{units} stuks meer kosten maar {amount} meer.",
}
BUNDLE: Sentence = {
    "en": "{promotion}: with {units} x {product} the total falls by {amount}.",
    "de": "{promotion}: mit {units} x {product} sinkt die Summe um {amount}.",
    "fr": "{promotion} : avec {units} x {product}, le total baisse de {amount}.",
    "es": "{promotion}: con {units} x {product}, el total baja {amount}.",
    "it": "{promotion}: con {units} x {product} il totale scende di {amount}.",
    "nl": "{promotion}: met {units} x {product} daalt het totaal met {amount}.",
}
UPGRADE: Sentence = {
    "en": "The cheapest way to “{wish}”.",
    "de": "Der günstigste Weg zu „{wish}“.",
    "fr": "La solution la moins chère pour « {wish} ».",
    "es": "La forma más barata de tener «{wish}».",
    "it": "Il modo più economico per avere «{wish}».",
    "nl": "De goedkoopste weg naar “{wish}”.",
}
GOOD: Sentence = {"en": "Good", "de": "Gut", "fr": "Bon", "es": "Bueno", "it": "Buono", "nl": "Goed"}
BETTER: Sentence = {"en": "Better", "de": "Besser", "fr": "Mieux", "es": "Mejor", "it": "Meglio", "nl": "Beter"}
BEST: Sentence = {"en": "Best", "de": "Am besten", "fr": "Le meilleur", "es": "Óptimo", "it": "Ottimo", "nl": "Best"}
OFTEN: Sentence = {
    "en": "{share} % of those who chose {given} also took {taken}.",
    "de": "{share} % derer, die {given} gewählt haben, nahmen auch {taken}.",
    "fr": "{share} % de ceux qui ont choisi {given} ont aussi pris {taken}.",
    "es": "El {share} % de quienes eligieron {given} también tomaron {taken}.",
    "it": "Il {share} % di chi ha scelto {given} ha preso anche {taken}.",
    "nl": "{share} % van wie {given} koos, nam ook {taken}.",
}


def say(sentence: Sentence, **parts: Label | str) -> Label:
    """Return a sentence with its parts, each in the language of the sentence where it has it."""

    def written(language: str) -> str:
        return sentence[language].format(
            **{name: part if isinstance(part, str) else part.read(language) for name, part in parts.items()}
        )

    return Label(written("en"), {language: written(language) for language in sentence if language != "en"})


def money(minor: int, currency: str) -> str:
    """Write an amount with its currency."""
    return f"{write_minor(minor, currency)} {currency}"
