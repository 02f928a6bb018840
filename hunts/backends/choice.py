"""Which backend answers: what the user said, or what fits the places where the stack keeps its logs."""

import os
from collections.abc import Sequence
from pathlib import Path

from hunts.backends import Backend
from hunts.backends.buckets import Bucket
from hunts.backends.duck import DuckDB
from hunts.backends.log_groups import LogGroup
from hunts.backends.sources import LocalFiles, LogSource
from hunts.errors import HuntError
from hunts.model import LOGS
from hunts.stack import StackOutputs


def backend_for(wanted: str, outputs: StackOutputs | None, files: Sequence[Path]) -> tuple[Backend, Sequence[str]]:
    """Return the backend and the logs that it can read.

    `auto` means: DuckDB for files of the user's, on the local AWS, and where logs lie in different kinds of places;
    else Logs Insights when all are in CloudWatch, Athena when all are in S3 and the stack has its tables.
    """
    if files:
        if wanted not in ("auto", "duckdb"):
            raise HuntError(f"--logs reads files on this machine, which --backend {wanted} can't see: leave it out")
        return DuckDB(dict.fromkeys(LOGS, LocalFiles(files))), LOGS
    if outputs is None:
        raise HuntError("nothing to read: give --logs PATH, or a stack")
    there = [log for log in LOGS if outputs.log(log).type != "none"]
    chosen = _fitting(outputs, there) if wanted == "auto" else wanted
    if chosen == "insights":
        from hunts.backends.insights import Insights

        groups = {log: outputs.log(log).name for log in there if outputs.log(log).type == "cloudwatch"}
        return Insights(groups, outputs.region), list(groups)
    if chosen == "athena":
        from hunts.backends.athena import Athena

        if outputs.athena is None:
            raise HuntError("the stack has no Athena tables: send its logs to S3, or use --backend duckdb")
        return Athena(outputs.athena, outputs.region), [log for log in there if outputs.log(log).type == "s3"]
    return DuckDB({log: _source(outputs, log) for log in there}), there


def _fitting(outputs: StackOutputs, there: Sequence[str]) -> str:
    kinds = {outputs.log(log).type for log in there}
    if os.environ.get("AWS_ENDPOINT_URL"):
        return "duckdb"
    if kinds == {"s3"} and outputs.athena:
        return "athena"
    return "insights" if kinds == {"cloudwatch"} else "duckdb"


def _source(outputs: StackOutputs, log: str) -> LogSource:
    destination = outputs.log(log)
    if destination.type == "cloudwatch":
        return LogGroup(destination.name, outputs.region)
    return Bucket(destination.name, destination.prefix, outputs.region)
