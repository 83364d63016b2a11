"""Writing JSON whose numbers are exact: a Decimal becomes a number with just its digits, never by way of a float."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TypeAlias

Value: TypeAlias = "bool | int | Decimal | str | Sequence[Value] | Mapping[str, Value] | None"


def write_json(value: Value, indent: str = "") -> str:
    """Write a value as JSON text, indented, members in their order."""
    inner = indent + "  "
    match value:
        case bool() | str() | None:
            return json.dumps(value, ensure_ascii=False)
        case int() | Decimal():
            return format(value, "f") if isinstance(value, Decimal) else str(value)
        case Mapping():
            members = [f"{inner}{json.dumps(k, ensure_ascii=False)}: {write_json(v, inner)}" for k, v in value.items()]
            return _block("{", members, "}", indent)
        case Sequence():
            return _block("[", [inner + write_json(element, inner) for element in value], "]", indent)


def _block(opening: str, parts: Sequence[str], closing: str, indent: str) -> str:
    return opening + "\n" + ",\n".join(parts) + "\n" + indent + closing if parts else opening + closing
