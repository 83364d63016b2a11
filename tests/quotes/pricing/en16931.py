"""The rules of EN 16931-1 about amounts and VAT, by hand and without any slack: what is wrong with a statement."""

from __future__ import annotations

from fractions import Fraction

from quotes.pricing.exclusive import Stated

WITHOUT_TAX = ("Z", "E", "AE", "K", "G", "O")
WITH_REASON = ("E", "AE", "K", "G", "O")


def half_up(value: Fraction) -> int:
    """Round as the test of BR-CO-17 does: the size half up, the sign put back."""
    size = int(abs(value) * 2 + 1) // 2
    return -size if value < 0 else size


def problems(stated: Stated) -> list[str]:
    """Return the identifiers of the rules that a statement breaks."""
    totals = stated.totals
    allowances = [one for one in stated.amounts if one.kind == "allowance"]
    charges = [one for one in stated.amounts if one.kind == "charge"]
    holds = {
        "BR-CO-10": totals.net == sum(line.net for line in stated.lines),
        "BR-CO-11": totals.allowances == sum(one.amount for one in allowances),
        "BR-CO-12": totals.charges == sum(one.amount for one in charges),
        "BR-CO-13": totals.taxable == totals.net - totals.allowances + totals.charges,
        "BR-CO-14": totals.tax == sum(one.tax for one in stated.taxes),
        "BR-CO-15": totals.gross == totals.taxable + totals.tax,
        "BR-CO-16": totals.payable == totals.gross - totals.prepaid + totals.rounding,
        "BR-CO-18": bool(stated.taxes) or not stated.lines,
        "one breakdown per category and rate": len({(one.code, one.rate) for one in stated.taxes}) == len(stated.taxes),
        "no negative amounts": all(one.amount >= 0 for one in stated.amounts),
    }
    found = [rule for rule, kept in holds.items() if not kept]
    for one in stated.taxes:
        base = sum(line.net for line in stated.lines if (line.code, line.rate) == (one.code, one.rate))
        base += sum(each.amount for each in charges if (each.code, each.rate) == (one.code, one.rate))
        base -= sum(each.amount for each in allowances if (each.code, each.rate) == (one.code, one.rate))
        kept = {
            "BR-S-08": one.taxable == base,
            "BR-S-09": one.tax == half_up(base * one.rate),
            "BR-CO-17": one.tax == half_up(one.taxable * one.rate),
            "BR-S-05": (one.rate > 0) == (one.code not in WITHOUT_TAX),
            "BR-E-10": (one.reason is not None) == (one.code in WITH_REASON),
        }
        found += [f"{rule} {one.code}" for rule, right in kept.items() if not right]
    return found
