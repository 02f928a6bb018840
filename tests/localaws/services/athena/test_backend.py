"""Athena's workgroups and saved queries through boto3."""

from __future__ import annotations

import gzip
import json

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


def test_a_query_runs_over_a_table_of_the_catalogue_and_its_answer_lies_in_s3(aws, athena, refused):
    s3, glue = aws("s3"), aws("glue")
    for bucket in ("logs", "answers"):
        s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    lines = "".join(json.dumps({"Name": name, "count": n}) + "\n" for n, name in enumerate(["a", "b", "b"]))
    s3.put_object(Bucket="logs", Key="x/2026/01/01/o.gz", Body=gzip.compress(lines.encode()))
    glue.create_database(DatabaseInput={"Name": "lab"})
    projection = {"enabled": "true", "day.type": "date", "day.format": "yyyy/MM/dd", "day.range": "2026/01/01,NOW"}
    glue.create_table(
        DatabaseName="lab",
        TableInput={
            "Name": "names",
            "PartitionKeys": [{"Name": "day", "Type": "string"}],
            "Parameters": {
                **{f"projection.{key}": value for key, value in projection.items()},
                "storage.location.template": "s3://logs/x/${day}",
            },
            "StorageDescriptor": {
                "Location": "s3://logs/x",
                "Columns": [{"Name": "name", "Type": "string"}, {"Name": "count", "Type": "bigint"}],
                "SerdeInfo": {"SerializationLibrary": "org.openx.data.jsonserde.JsonSerDe"},
            },
        },
    )
    query = {"QueryString": "SELECT name, sum(count) AS n FROM names WHERE day = '2026/01/01' GROUP BY 1 ORDER BY 1"}
    query["QueryExecutionContext"] = {"Database": "lab"}
    with refused("InvalidRequestException", "No output location"):
        athena.start_query_execution(**query)
    result = {"OutputLocation": "s3://answers/hunts"}
    athena.create_work_group(Name="hunts", Configuration={"ResultConfiguration": result})
    made = athena.start_query_execution(**query, WorkGroup="hunts")["QueryExecutionId"]
    execution = athena.get_query_execution(QueryExecutionId=made)["QueryExecution"]
    assert execution["Status"]["State"] == "SUCCEEDED", execution
    assert execution["Statistics"]["DataScannedInBytes"] > 0
    rows = athena.get_query_results(QueryExecutionId=made)["ResultSet"]["Rows"]
    cells = [[cell["VarCharValue"] for cell in row["Data"]] for row in rows]
    assert cells == [["name", "n"], ["a", "0"], ["b", "3"]]
    written = s3.get_object(Bucket="answers", Key=f"hunts/{made}.csv")["Body"].read()
    assert written == b'"name","n"\n"a","0"\n"b","3"\n'
    assert athena.list_query_executions(WorkGroup="hunts")["QueryExecutionIds"] == [made]
    failed = athena.start_query_execution(**{**query, "QueryString": "SELECT x FROM names"}, WorkGroup="hunts")
    status = athena.get_query_execution(QueryExecutionId=failed["QueryExecutionId"])["QueryExecution"]["Status"]
    assert (status["State"], "SYNTAX_ERROR" in status["StateChangeReason"]) == ("FAILED", True)
    with refused("InvalidRequestException", "did not finish"):
        athena.get_query_results(QueryExecutionId=failed["QueryExecutionId"])
