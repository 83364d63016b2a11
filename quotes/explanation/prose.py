"""A price told in sentences: a pure reading of its record, in every language that has phrases."""

from __future__ import annotations

from collections.abc import Iterator

from quotes.explanation.amounts import Amounts
from quotes.explanation.difference import Change, Difference
from quotes.explanation.phrases import Phrases, phrases
from quotes.pricing.record import PricedLine, PricedQuote, Step
from quotes.quote import Quote, QuoteLine


def tell_quote(quote: Quote, language: str = "") -> str:
    """Tell the price of a quote: a paragraph a line, then promotions, charges, taxes and the total."""
    language = language or quote.language
    paragraphs = [tell_line(quote, line, language) for line in quote.lines]
    return "\n\n".join([*paragraphs, " ".join(_closing(quote.priced, language))])


def tell_line(quote: Quote, line: QuoteLine, language: str = "") -> str:
    """Tell the price of one line, step by step; steps that change nothing are left out."""
    language = language or quote.language
    words, amounts = phrases(language), Amounts.of(quote.priced, language)
    price = line.price
    head = words.line.format(
        label=line.label.read(language),
        quantity=amounts.figures.count(price.quantity),
        list=amounts.unit(price.list_unit),
    )
    sentences = [f"{head}."]
    sentences += [_step(step, price, words, amounts, language) for step in price.steps if _tells(step)]
    if price.allocated:
        sentences.append(words.allocated.format(amount=amounts.minor(price.allocated)))
    for period in price.periods:
        sentences.append(
            words.periods.format(
                label=period.label.read(language),
                net=amounts.minor(period.net),
                start=amounts.figures.day(period.start),
                end=amounts.figures.day(period.end),
            )
        )
    return " ".join(sentences)


def _tells(step: Step) -> bool:
    return not step.not_applied and (step.input != step.output or step.phase in {"base", "extend"})


def _step(step: Step, price: PricedLine, words: Phrases, amounts: Amounts, language: str) -> str:
    sentence = _form(step, words).format(
        label=_named(step, words, language),
        operand=amounts.operand(step),
        output=amounts.of_step(step),
        quantity=amounts.figures.count(price.quantity),
    )
    return sentence[:1].upper() + sentence[1:]


def _form(step: Step, words: Phrases) -> str:
    if step.phase == "base":
        return words.base
    if step.phase == "extend":
        return words.extended
    match step.operator:
        case "add" if step.phase == "configure" and step.operand >= 0:
            return words.configured
        case "add":
            return words.added if step.operand >= 0 else words.taken
        case "percent":
            return words.up if step.operand > 0 else words.down
        case "times":
            return words.times
        case "round":
            return words.rounded
        case "set":
            return words.set


def _named(step: Step, words: Phrases, language: str) -> str:
    text = step.label.read(language)
    return text + words.by_rule.format(rule=step.rule) if step.rule and step.rule != text else text


def _closing(priced: PricedQuote, language: str) -> Iterator[str]:
    words, amounts = phrases(language), Amounts.of(priced, language)
    yield words.net.format(net=amounts.minor(priced.totals.net))
    if priced.promotions is not None and priced.promotions.applied:
        for one in priced.promotions.applied:
            yield words.promotion.format(label=one.label.read(language), amount=amounts.minor(one.saving))
        gap = priced.promotions.bound - priced.promotions.value
        yield words.proved if priced.promotions.proved else words.unproved.format(gap=amounts.minor(abs(gap)))
    for entry in priced.document:
        form = words.charge if entry.kind == "charge" else words.allowance
        yield form.format(label=entry.label.read(language), amount=amounts.minor(entry.amount))
    for group in priced.taxes:
        yield words.tax.format(
            rate=amounts.figures.percent(group.rate), taxable=amounts.minor(group.taxable), tax=amounts.minor(group.tax)
        )
    yield words.total.format(gross=amounts.minor(priced.totals.payable))


def tell_difference(found: Difference, language: str = "") -> str:
    """Tell why one quote costs more than another: the whole difference, then its parts, the largest first."""
    words, amounts = phrases(language), Amounts.of(found.after, language)
    before, after = found.before.totals.payable, found.after.totals.payable
    if before == after and not found.changes:
        return words.no_difference
    form = words.dearer if after > before else words.cheaper
    head = form.format(
        amount=amounts.minor(abs(after - before)), before=amounts.minor(before), after=amounts.minor(after)
    )
    lines = [words.no_difference if before == after else head]
    lines += [f"- {_change(change, words, amounts, language)}" for change in found.changes]
    return "\n".join(lines)


def _change(change: Change, words: Phrases, amounts: Amounts, language: str) -> str:
    text = _subject(change, words, language)
    form = words.more if change.amount > 0 else words.less
    rule = words.by_rule.format(rule=change.rule) if change.rule else ""
    place = f", {change.source}" if change.rule and change.source.line else ""
    return form.format(label=text + rule + place, amount=amounts.minor(abs(change.minor)))


def _subject(change: Change, words: Phrases, language: str) -> str:
    label = change.label.read(language)
    forms = {
        "added": words.line_added,
        "removed": words.line_removed,
        "quantity": words.quantity,
        "rounding": words.rounding,
        "tax": words.tax_change,
    }
    text = forms.get(change.kind, "{label}").format(label=label)
    return f"{change.line}: {text}" if change.line and change.kind in {"step", "rounding"} else text
