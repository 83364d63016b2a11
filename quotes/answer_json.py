"""An answer as JSON, the contract of docs/json.md: counts and money as strings, values as in the catalog."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from catalogs.marks import Label
from quotes.answer_sentences import conflict_sentence, repair_sentence, why_sentence
from quotes.answer_shape import (
    Answer, ConflictAnswer, LimitAnswer, MoneyRange, OptionAnswer, RepairAnswer, RuleReason, TotalAnswer, ValueAnswer,
    WhyAnswer, Wish,
)  # fmt: skip
from quotes.pricing import write_minor
from quotes.pricing.entitlements import Refusal
from quotes.quote import OfferedSuggestion

Json = str | int | bool | None | Sequence["Json"] | Mapping[str, "Json"]


def as_json(answer: Answer) -> dict[str, Json]:
    """Return an answer as plain values, ready for `json.dumps`."""
    writer = _Writer(answer.language, answer.currency)
    return {
        "catalog": {"name": answer.catalog.name, "version": answer.catalog.version},
        "product": answer.product,
        "on": answer.day.isoformat(),
        "language": answer.language,
        "valid": answer.valid,
        "complete": answer.complete,
        "engine": answer.engine,
        "exact": answer.exact,
        "count": None if answer.count is None else str(answer.count),
        "options": [writer.option(option) for option in answer.options],
        "sections": _sections(answer),
        "parts": _parts(answer),
        "conflict": None if answer.conflict is None else writer.conflict(answer.conflict),
        "why": None if answer.why is None else writer.why(answer.why),
        "repairs": [writer.repair(repair) for repair in answer.repairs],
        "repairs_exact": answer.repairs_exact,
        "total": None if answer.total is None else writer.total(answer.total),
        "suggestions": [writer.suggestion(one) for one in answer.suggestions],
        "limits": [_limit(limit) for limit in answer.limits],
        **({} if answer.refused is None else {"refused": _refusal(answer.refused)}),
        "problems": [
            {"name": one.name, "code": one.code, "message": one.message, "hint": one.hint} for one in answer.problems
        ],
    }


def _refusal(refused: Refusal) -> Json:
    """Write what only a rep reads: which entitlement keeps the customer from what."""
    held = refused.held
    return {
        "may_not": refused.verb,
        "name": ".".join(refused.names),
        "entitlement": None if held is None else held.entitlement.name,
        "file": None if held is None else held.grant.span.file,
        "line": None if held is None else held.grant.span.line,
    }


def _sections(answer: Answer) -> Json:
    return [
        {
            "label": section.label.read(answer.language),
            "step": None if section.step is None else section.step.read(answer.language),
            "names": list(section.names),
        }
        for section in answer.sections
    ]


def _parts(answer: Answer) -> Json:
    return [
        {
            "name": part.name,
            "label": part.label.read(answer.language),
            "component": part.component,
            "from": str(part.low),
            "to": str(part.high),
        }
        for part in answer.parts
    ]


def _limit(limit: LimitAnswer) -> Json:
    return {"about": limit.about, "name": limit.name, "message": limit.message}


class _Writer:
    """Writes the parts of one answer in its language and currency."""

    def __init__(self, language: str, currency: str) -> None:
        self._language = language
        self._currency = currency

    def option(self, option: OptionAnswer) -> Json:
        return {
            "name": option.name,
            "label": self._read(option.label),
            "unit": option.unit,
            "kind": option.kind,
            "instance": option.instance,
            "state": option.state,
            "value": option.value,
            "by": option.by,
            "picture": option.picture,
            "values": [self._value(value) for value in option.values],
        }

    def _value(self, value: ValueAnswer) -> Json:
        return {
            "value": value.value,
            "label": self._read(value.label),
            "state": value.state,
            "price": None if value.price is None else self._range(value.price),
            "picture": value.picture,
            **({"barred": list(value.barred)} if value.barred else {}),
        }

    def _range(self, price: MoneyRange) -> Json:
        return {"from": self._money(price.low), "to": self._money(price.high), "currency": self._currency}

    def conflict(self, conflict: ConflictAnswer) -> Json:
        return {
            "choices": [self._wish(wish) for wish in conflict.choices],
            "rules": [self._rule(rule) for rule in conflict.rules],
            "exact": conflict.exact,
            "sentence": conflict_sentence(conflict, self._language),
        }

    def why(self, why: WhyAnswer) -> Json:
        return {
            "name": why.wish.name,
            "value": why.wish.value,
            "state": why.state,
            "choices": [self._wish(wish) for wish in why.choices],
            "rules": [self._rule(rule) for rule in why.rules],
            "exact": why.exact,
            "sentence": why_sentence(why, self._language),
        }

    def repair(self, repair: RepairAnswer) -> Json:
        return {
            "changes": [
                {
                    "name": change.name,
                    "label": self._read(change.label),
                    "from": change.old,
                    "from_label": self._read(change.old_label),
                    "to": change.new,
                    "to_label": None if change.new_label is None else self._read(change.new_label),
                }
                for change in repair.changes
            ],
            "wanted": None if repair.wanted is None else self._wish(repair.wanted),
            "keeps": list(repair.keeps),
            "choices": dict(repair.choices),
            "total": None if repair.total is None else self._money(repair.total),
            "delta": None if repair.delta is None else self._money(repair.delta),
            "currency": self._currency,
            "sentence": repair_sentence(repair, self._language),
        }

    def total(self, total: TotalAnswer) -> Json:
        if total.net is None:
            return {"from": self._money(total.low), "to": self._money(total.high), "currency": self._currency}
        found: dict[str, Json] = {"net": self._money(total.net), "currency": self._currency}
        return found if total.list is None else {"list": self._money(total.list), **found}

    def suggestion(self, one: OfferedSuggestion) -> Json:
        return {
            "name": one.name,
            "reason": self._read(one.reason),
            "choices": dict(one.choices),
            "total": one.total,
            "delta": one.delta,
            "currency": self._currency,
        }

    def _wish(self, wish: Wish) -> Json:
        return {
            "name": wish.name,
            "value": wish.value,
            "label": self._read(wish.label),
            "value_label": self._read(wish.value_label),
        }

    def _rule(self, rule: RuleReason) -> Json:
        return {
            "name": rule.name,
            "because": self._read(rule.because),
            "file": rule.span.file,
            "line": rule.span.line,
            "column": rule.span.column,
            "instance": rule.instance,
            "text": rule.text,
        }

    def _money(self, minor: int) -> str:
        return write_minor(minor, self._currency)

    def _read(self, label: Label) -> str:
        return label.read(self._language)
