"""The shapes of requests and answers as the OpenAPI document shows them; pydantic stays at this edge."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

Name = Annotated[str, StringConstraints(min_length=1, max_length=200)]
ChoiceText = Annotated[str, StringConstraints(max_length=10_000)]
Choices = Annotated[
    dict[Name, ChoiceText],
    Field(
        max_length=5_000,
        description="Choices by path, values as written in the catalog.",
        examples=[{"motor": "cargo", "bags[0].size": "small", "count(bags)": "2"}],
    ),
]


def _written(value: object) -> object:
    if value is not None and not isinstance(value, str):
        raise ValueError("a day is written as text, such as 2026-11-21")
    return value


Day = Annotated[date, BeforeValidator(_written, json_schema_input_type=date)]
State = Literal["chosen", "implied", "proposed", "open", "excluded", "unsettled"]


class Request(BaseModel):
    """A request body; unknown members are refused, so that a misspelt one is not lost."""

    model_config = ConfigDict(extra="forbid")


class ConfigurationRequest(Request):
    """A set of choices, and what is asked about it. Nothing is kept: the answer depends on this alone."""

    choices: Choices = Field(default_factory=dict)
    on: Day | None = Field(
        default=None, description="The day that counts; today in the catalog's time zone where not given."
    )
    customer: Name | None = Field(default=None, description="A customer of the catalog, by id.")
    language: str = Field(default="", max_length=20, description="Language of labels and sentences.")
    prices: bool = Field(
        default=True, description="Whether price ranges per value are wanted; states alone come sooner."
    )


class CompletionRequest(ConfigurationRequest):
    """Choices to be completed."""

    complete: Literal["cheapest", "preferred"] = "cheapest"


class ValueRequest(ConfigurationRequest):
    """Choices, and one value that is asked about."""

    name: Name = Field(description="The path of the option.", examples=["front_wheel"])
    value: ChoiceText = Field(description="The value as written in the catalog.", examples=["W14"])


class QuoteLineRequest(Request):
    """One line: a product, how many, and the choices; the rest is completed as said."""

    product: Name
    quantity: Annotated[int, Field(ge=1, le=1_000_000)] = 1
    choices: Choices = Field(default_factory=dict)
    complete: Literal["cheapest", "preferred"] | None = "cheapest"


class QuoteRequest(Request):
    """What a quote is asked for; without a day, today counts. `quotes.request` reads it, here or from a file."""

    customer: Name = Field(description="A customer of the catalog, by id.", examples=["C-1002"])
    day: date | None = None
    language: str = Field(default="", max_length=20)
    notes: list[ChoiceText] = Field(default_factory=list)
    lines: Annotated[list[QuoteLineRequest], Field(min_length=1, max_length=5_000)]


class CatalogRef(BaseModel):
    """Which catalog answered, and its content hash."""

    name: str
    version: str = Field(description="SHA-256 of the catalog's content.")


class PriceRange(BaseModel):
    """Least and greatest net total of one unit; both ends are attained by a valid configuration."""

    model_config = ConfigDict(populate_by_name=True)

    from_: str = Field(alias="from", examples=["2099.00"])
    to: str = Field(examples=["3326.00"])
    currency: str = Field(examples=["EUR"])


class ValueState(BaseModel):
    """One value of an option, or a run of numbers (``400..1200``) of one state."""

    model_config = ConfigDict(extra="allow")

    value: str
    label: str
    state: State
    price: PriceRange | None = None


class OptionState(BaseModel):
    """One option: its state, its value, and who put it there."""

    model_config = ConfigDict(extra="allow")

    name: str
    label: str
    unit: str
    state: State
    value: str | None
    by: str | None
    values: list[ValueState]


class RuleRef(BaseModel):
    """A rule that takes part in a conflict, with its place."""

    model_config = ConfigDict(extra="allow")

    name: str
    because: str
    file: str
    line: int
    column: int


class Choice(BaseModel):
    """A choice by path and value."""

    model_config = ConfigDict(extra="allow")

    name: str
    value: str


class Conflict(BaseModel):
    """A minimal conflict: taking any one of its choices or rules away resolves it."""

    model_config = ConfigDict(extra="allow")

    choices: list[Choice]
    rules: list[RuleRef]
    sentence: str


class ConfigurationAnswer(BaseModel):
    """Everything about a set of choices; the same JSON as `cpq configure --json` (docs/json.md)."""

    model_config = ConfigDict(extra="allow")

    catalog: CatalogRef
    product: str
    on: date
    valid: bool
    complete: bool
    engine: str
    exact: bool
    count: str | None = Field(description="Exact number of valid configurations that remain, as text.")
    options: list[OptionState]
    conflict: Conflict | None
    why: dict[str, object] | None
    repairs: list[dict[str, object]]
    total: dict[str, object] | None


class ProductEntry(BaseModel):
    """A product of a catalog."""

    name: str
    label: str
    picture: str | None = Field(description="Address of its picture, where there is one.")


class CatalogEntry(BaseModel):
    """A catalog that is served."""

    name: str
    label: str
    version: str
    currency: str
    languages: list[str]
    products: list[ProductEntry]


class CustomerEntry(BaseModel):
    """A customer, as far as choosing one needs it."""

    id: str
    name: str


class QuoteEntry(BaseModel):
    """A quote in a list."""

    id: str
    state: str
    customer: str
    total: str
    currency: str
    day: date
