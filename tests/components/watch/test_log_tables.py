from __future__ import annotations

import pytest

from components.watch.log_tables import hive_type
from hunts.views import RAW


def test_nested_records_become_structs_and_lists_arrays():
    assert hive_type({"Rdata": "string", "n": {"x": "int"}}) == "struct<rdata:string,n:struct<x:int>>"
    assert hive_type([{"a": "bigint"}]) == "array<struct<a:bigint>>"


def test_every_column_that_the_hunts_read_has_a_type():
    assert all(hive_type(shape) for columns in RAW.values() for shape in columns.values())


def test_a_shape_that_no_column_can_have_is_named():
    with pytest.raises(TypeError, match="3"):
        hive_type(3)
