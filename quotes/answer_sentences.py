"""Answers as sentences: conflicts, reasons and repairs, in the languages known here; written from the data alone.

A sentence names nothing that is not in the data it is given. Labels and the catalog's own reasons come in the
wanted language where the catalog has them; the words between them in English or German.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from quotes.answer_shape import ConflictAnswer, RepairAnswer, RuleReason, WhyAnswer, Wish

_ENGLISH: Mapping[str, str] = {
    "and": "and",
    "is": "{name} = {value}",
    "conflict": "{choices} cannot stand together.",
    "alone": "{choices} is not possible at all.",
    "nothing": "No configuration fulfils the rules.",
    "excluded": "{wish} is not possible with {choices}.",
    "excluded-alone": "{wish} is not possible in any configuration.",
    "implied": "{wish} follows from {choices}.",
    "implied-alone": "{wish} holds in every configuration.",
    "open": "{wish} is possible.",
    "chosen": "{wish} is chosen.",
    "proposed": "{wish} is proposed; other values are possible.",
    "unsettled": "Whether {wish} is possible could not be settled in time.",
    "repair": "Change {changes}.",
    "change": "{name} from {old} to {new}",
    "gone": "{name} ({old})",
    "goes": "{gone} goes.",
    "go": "{gone} go.",
    "nothing-to-change": "Nothing has to change.",
}
_GERMAN: Mapping[str, str] = {
    "and": "und",
    "is": "{name} = {value}",
    "conflict": "{choices} passen nicht zusammen.",
    "alone": "{choices} ist gar nicht möglich.",
    "nothing": "Keine Konfiguration erfüllt die Regeln.",
    "excluded": "{wish} ist mit {choices} nicht möglich.",
    "excluded-alone": "{wish} ist in keiner Konfiguration möglich.",
    "implied": "{wish} folgt aus {choices}.",
    "implied-alone": "{wish} gilt in jeder Konfiguration.",
    "open": "{wish} ist möglich.",
    "chosen": "{wish} ist gewählt.",
    "proposed": "{wish} ist vorgeschlagen; andere Werte sind möglich.",
    "unsettled": "Ob {wish} möglich ist, ließ sich nicht rechtzeitig klären.",
    "repair": "Ändern: {changes}.",
    "change": "{name} von {old} auf {new}",
    "gone": "{name} ({old})",
    "goes": "{gone} entfällt.",
    "go": "{gone} entfallen.",
    "nothing-to-change": "Es muss nichts geändert werden.",
}
_WORDS: Mapping[str, Mapping[str, str]] = {"de": _GERMAN}


def conflict_sentence(conflict: ConflictAnswer, language: str) -> str:
    """Say which choices contradict each other, and the catalog's reasons."""
    words = _words(language)
    if not conflict.choices:
        head = words["nothing"]
    else:
        key = "conflict" if len(conflict.choices) > 1 else "alone"
        head = words[key].format(choices=_wishes(conflict.choices, language))
    return _with_reasons(head, conflict.rules, language)


def why_sentence(why: WhyAnswer, language: str) -> str:
    """Say why a value has its state; where the choices contradict each other already, that is why."""
    if why.already:
        return conflict_sentence(ConflictAnswer(why.choices, why.rules, why.exact), language)
    words = _words(language)
    key = why.state
    if key in {"excluded", "implied"} and not why.choices:
        head = words[f"{key}-alone"].format(wish=_wish(why.wish, language))
    else:
        head = words[key].format(wish=_wish(why.wish, language), choices=_wishes(why.choices, language))
    return _with_reasons(head, why.rules, language)


def repair_sentence(repair: RepairAnswer, language: str) -> str:
    """Say what a repair changes."""
    words = _words(language)
    if not repair.changes:
        return words["nothing-to-change"]
    changes, gone = list[str](), list[str]()
    for change in repair.changes:
        names = {"name": change.label.read(language), "old": change.old_label.read(language)}
        if change.new_label is None:
            gone.append(words["gone"].format(**names))
        else:
            changes.append(words["change"].format(**names, new=change.new_label.read(language)))
    said = [words["repair"].format(changes=", ".join(changes))] if changes else []
    if gone:
        said.append(words["go" if len(gone) > 1 else "goes"].format(gone=_listed(gone, language)))
    return " ".join(said)


def _words(language: str) -> Mapping[str, str]:
    return _WORDS.get(language.partition("-")[0], _ENGLISH)


def _wish(wish: Wish, language: str) -> str:
    name = wish.label.read(language)
    if "[" in wish.name or "(" in wish.name:
        name = f"{name} ({wish.name})"
    return _words(language)["is"].format(name=name, value=wish.value_label.read(language))


def _wishes(wishes: Sequence[Wish], language: str) -> str:
    return _listed([_wish(wish, language) for wish in wishes], language)


def _listed(said: Sequence[str], language: str) -> str:
    if len(said) < 2:  # noqa: PLR2004 - one stands alone
        return "".join(said)
    return f"{', '.join(said[:-1])} {_words(language)['and']} {said[-1]}"


def _with_reasons(head: str, rules: Sequence[RuleReason], language: str) -> str:
    reasons = dict.fromkeys(rule.because.read(language) for rule in rules)
    return " ".join([head, *(reason for reason in reasons if reason)])
