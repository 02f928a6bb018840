"""Athena's workgroups and saved queries through boto3."""

from __future__ import annotations

import pytest


@pytest.fixture
def athena(aws):
    return aws("athena")


QUERY = {"Name": "all", "Database": "logs", "QueryString": "SELECT 1"}


def test_a_saved_query_belongs_to_a_workgroup_that_exists(athena, refused):
    with refused("InvalidRequestException", "hunts is not found"):
        athena.create_named_query(**QUERY, WorkGroup="hunts")
    athena.create_work_group(Name="hunts")
    made = athena.create_named_query(**QUERY, WorkGroup="hunts")["NamedQueryId"]
    assert athena.get_named_query(NamedQueryId=made)["NamedQuery"]["WorkGroup"] == "hunts"
    athena.delete_named_query(NamedQueryId=made)
    with refused("InvalidRequestException", "not found"):
        athena.get_named_query(NamedQueryId=made)


def test_a_workgroup_that_holds_queries_goes_only_with_them(athena, refused):
    athena.create_work_group(Name="hunts")
    made = athena.create_named_query(**QUERY, WorkGroup="hunts")["NamedQueryId"]
    with refused("InvalidRequestException", "not empty"):
        athena.delete_work_group(WorkGroup="hunts")
    athena.delete_work_group(WorkGroup="hunts", RecursiveDeleteOption=True)
    with refused("InvalidRequestException", "not found"):
        athena.get_named_query(NamedQueryId=made)
    with refused("InvalidRequestException", "cannot be deleted"):
        athena.delete_work_group(WorkGroup="primary")
