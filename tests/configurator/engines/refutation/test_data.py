"""The search on public models: the Renault series and feature models, with the facts their collection states."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import numpy as np
import pytest

from configurator.engines.network import Network, Table
from configurator.engines.tabling.tabulate import Tabulated, tabulate
from configurator.engines.refutation import Found, Refuted, Refuter
from configurator.problems import read_problem
from configurator.program import Program


def _tabulated(program: Program) -> Network:
    tabulated = tabulate(program)
    assert isinstance(tabulated, Tabulated)
    return tabulated.network


def _tables(path: Path) -> Network:
    """A file of tables read directly, with its values in the order of the file."""
    written = json.loads(gzip.decompress(path.read_bytes()))
    names = {name: number for number, name in enumerate(written["variables"])}
    index = [{value: place for place, value in enumerate(values)} for values in written["variables"].values()]
    tables = []
    for source, constraint in enumerate(written["constraints"]):
        scope = tuple(names[name] for name in constraint["scope"])
        rows = [[index[v].get(value, -1) for v, value in zip(scope, row, strict=True)] for row in constraint["allowed"]]
        tables.append(Table(scope, source, rows=np.array(rows, np.int32)))
    return Network(tuple(len(values) for values in index), len(names), tuple(tables))


def test_renault_mod_01_is_refuted_by_five_of_its_tables(shared):
    refuter = Refuter(_tables(shared / "data" / "configuration" / "renault_mod_01.json.gz"))
    assert not refuter.valid_values().valid.any()
    answer = refuter.conflict()
    assert isinstance(answer, Refuted)
    assert answer.minimal
    assert answer.sources == (136, 137, 138, 140, 141)
    for source in answer.sources:
        assert isinstance(refuter.solve(sources=set(answer.sources) - {source}), Found)


@pytest.mark.parametrize(
    ("name", "valid"), [("renault_mod_00", 381), ("br4cp_medium", 421), ("br4cp_small", 338), ("br4cp_big", 1273)]
)
def test_all_valid_values_of_models_where_consistency_is_not_enough(shared, name, valid):
    values = Refuter(_tables(shared / "data" / "configuration" / f"{name}.json.gz")).valid_values()
    assert values.valid.sum() == valid
    assert not values.open.any()


def test_all_valid_values_of_a_model_with_expressions(shared):
    network = _tabulated(Program(read_problem(shared / "data" / "configuration" / "clib_pc.json.gz").model))
    assert Refuter(network).valid_values().valid.sum() == 135


@pytest.mark.parametrize(
    ("name", "core", "dead"),
    [("e_shop", 50, 0), ("berkeleydb", 14, 6), ("pc_richmond", 9, 0), ("financialservices01", 22, 0)],
)
def test_core_and_dead_features(shared, name, core, dead):
    program = Program(read_problem(shared / "data" / "featuremodels" / f"{name}.dimacs").model)
    network = _tabulated(program)
    values = Refuter(network).valid_values()
    assert not values.open.any()
    pairs = np.split(values.valid, np.cumsum(network.sizes)[:-1])
    taken = [
        {value for value, valid in zip(variable.values, pair, strict=False) if valid}
        for variable, pair in zip(program.model.variables, pairs, strict=False)
    ]
    assert taken.count({True}) == core
    assert taken.count({False}) == dead
