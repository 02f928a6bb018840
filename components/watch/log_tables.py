"""An Athena database over the logs in S3: tables whose partitions are worked out from the date, so none is ever added.

The columns are those that the hunts read (`hunts.views`), so that tables and queries cannot drift apart.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pulumi
import pulumi_aws as aws

from components.common.component import Component
from components.common.environment import Environment
from components.common.private_bucket import PrivateBucket, PrivateBucketArgs
from hunts.views import RAW

FIRST_DAY = "2024/01/01"
RESULTS_DAYS = 7
SCAN_LIMIT_BYTES = 100 * 1024**3
"""A query that would read more is stopped: 100 GiB cost about 0.50 USD."""
JSON_SERDE = "org.openx.data.jsonserde.JsonSerDe"
TEXT_INPUT = "org.apache.hadoop.mapred.TextInputFormat"
TEXT_OUTPUT = "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat"


@dataclass(frozen=True, kw_only=True)
class LogTablesArgs:
    """Arguments of `LogTables`."""

    environment: Environment
    firewall_name: pulumi.Input[str]
    firewall_buckets: Mapping[str, pulumi.Input[str]] = field(default_factory=dict)
    """The bucket of each firewall log that goes to S3, by `alert` or `flow`."""
    query_bucket: pulumi.Input[str] | None = None
    """The bucket of the query log; left out where it goes elsewhere."""
    vpc_ids: Sequence[pulumi.Input[str]] = ()
    """Whose queries it has."""


class LogTables(Component):
    """Database, one table a log, and a workgroup with a bucket of its own for results."""

    workgroup: pulumi.Output[str]
    database: pulumi.Output[str]
    output: pulumi.Output[str]

    def __init__(self, name: str, args: LogTablesArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, opts)
        results = PrivateBucketArgs(environment=args.environment, expire_days=RESULTS_DAYS)
        bucket = PrivateBucket(f"{name}-results", results, self._child).bucket_name
        self.output = pulumi.Output.concat("s3://", bucket, "/results/")
        self.workgroup = self._workgroup(name)
        # Names in the data catalogue have letters, digits and underscores only.
        database = aws.glue.CatalogDatabase(f"{name}-database", name=name.replace("-", "_"), opts=self._child)
        self.database = database.name
        account = f"AWSLogs/{args.environment.account}"
        for log, name_of_bucket in args.firewall_buckets.items():
            base = pulumi.Output.concat(
                "s3://",
                name_of_bucket,
                f"/{account}/network-firewall/{log}/{args.environment.region}/",
                args.firewall_name,
            )
            self._table(name, log, base=base, template=pulumi.Output.concat(base, "/${day}"), values={})
        if args.query_bucket is not None:
            base = pulumi.Output.concat("s3://", args.query_bucket, f"/{account}/vpcdnsquerylogs")
            self._table(
                name,
                "dns",
                base=base,
                template=pulumi.Output.concat(base, "/${vpc}/${day}"),
                values={"vpc": pulumi.Output.all(*args.vpc_ids).apply(",".join)},
            )
        self.finish()

    def _workgroup(self, name: str) -> pulumi.Output[str]:
        return aws.athena.Workgroup(
            f"{name}-workgroup",
            name=name,
            description="Hunts over the firewall's and the resolver's logs",
            force_destroy=True,
            configuration={
                "enforce_workgroup_configuration": True,
                "bytes_scanned_cutoff_per_query": SCAN_LIMIT_BYTES,
                "result_configuration": {
                    "output_location": self.output,
                    "encryption_configuration": {"encryption_option": "SSE_S3"},
                },
            },
            opts=self._child,
        ).name

    def _table(
        self,
        name: str,
        log: str,
        *,
        base: pulumi.Input[str],
        template: pulumi.Input[str],
        values: Mapping[str, pulumi.Input[str]],
    ) -> None:
        parameters: dict[str, pulumi.Input[str]] = {
            "EXTERNAL": "TRUE",
            "projection.enabled": "true",
            "projection.day.type": "date",
            "projection.day.format": "yyyy/MM/dd",
            "projection.day.range": f"{FIRST_DAY},NOW",
            "projection.day.interval": "1",
            "projection.day.interval.unit": "DAYS",
            "storage.location.template": template,
        }
        for key, listed in values.items():
            parameters[f"projection.{key}.type"] = "enum"
            parameters[f"projection.{key}.values"] = listed
        aws.glue.CatalogTable(
            f"{name}-{log}",
            name=log,
            database_name=self.database,
            table_type="EXTERNAL_TABLE",
            parameters=parameters,
            partition_keys=[{"name": key, "type": "string"} for key in (*values, "day")],
            storage_descriptor={
                "location": base,
                "input_format": TEXT_INPUT,
                "output_format": TEXT_OUTPUT,
                "columns": [{"name": column, "type": hive_type(RAW[log][column])} for column in RAW[log]],
                "ser_de_info": {
                    "serialization_library": JSON_SERDE,
                    # A line that was cut off costs a row, not the query.
                    "parameters": {"ignore.malformed.json": "true"},
                },
            },
            opts=self._child,
        )


def hive_type(shape: object) -> str:
    """Return a column's type in Hive's words: ``struct<…>`` for a mapping, ``array<…>`` for a list of one shape."""
    if isinstance(shape, Mapping):
        return f"struct<{','.join(f'{key.lower()}:{hive_type(value)}' for key, value in shape.items())}>"
    if isinstance(shape, list):
        return f"array<{hive_type(shape[0])}>"
    if isinstance(shape, str):
        return shape
    raise TypeError(f"no column has the shape {json.dumps(shape, default=str)}")
