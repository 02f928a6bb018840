"""A firewall's logging configuration: which log types go where, one change per call.

Source: UpdateLoggingConfiguration in the API reference: a call may change one LogDestinationConfig only (add, remove or
replace), and a log type has one destination per destination type.
"""

from __future__ import annotations

from typing import Final

from localaws.services.core import AwsError
from localaws.services.networkfirewall.common import INVALID
from localaws.services.networkfirewall.firewalls import Firewalls
from localaws.services.operations import Shape, operation

KEYS: Final = {
    "S3": ({"bucketName"}, {"prefix"}),
    "CloudWatchLogs": ({"logGroup"}, set[str]()),
    "KinesisDataFirehose": ({"deliveryStream"}, set[str]()),
}
"""Required and optional keys of LogDestination by destination type."""
MAX_CONFIGS: Final = 3  # one per log type


class LogDestinations(Firewalls):
    """Operations on the logging configuration."""

    @operation
    def describe_logging_configuration(self, request: Shape) -> Shape:
        """DescribeLoggingConfiguration: without the configuration where logging is off."""
        firewall = self.firewall(request)
        shape: Shape = {"FirewallArn": firewall.arn, "EnableMonitoringDashboard": firewall.dashboard}
        if firewall.logging:
            shape["LoggingConfiguration"] = {"LogDestinationConfigs": firewall.logging}
        return shape

    @operation
    def update_logging_configuration(self, request: Shape) -> Shape:
        """UpdateLoggingConfiguration.

        No configuration, or an empty one, turns logging off where one destination is left.
        """
        firewall = self.firewall(request)
        wanted: list[Shape] = (request.get("LoggingConfiguration") or {}).get("LogDestinationConfigs") or []
        for config in wanted:
            self._check_destination(config)
        pairs = [config["LogType"] for config in wanted]
        if len(set(pairs)) != len(pairs) or len(pairs) > MAX_CONFIGS:
            raise AwsError(INVALID, "Only one log destination is allowed per log type")
        removed = [config for config in firewall.logging if config not in wanted]
        added = [config for config in wanted if config not in firewall.logging]
        if len(added) > 1 or len(removed) > 1 or (added and removed and added[0]["LogType"] != removed[0]["LogType"]):
            raise AwsError(INVALID, "Only one LogDestinationConfig can be added, removed or changed per call")
        if added and removed and added[0]["LogDestinationType"] != removed[0]["LogDestinationType"]:
            raise AwsError(
                INVALID,
                "The destination type of a LogDestinationConfig cannot be changed: remove it, then add the new one",
            )
        firewall.logging = wanted
        if request.get("EnableMonitoringDashboard") is not None:
            firewall.dashboard = bool(request["EnableMonitoringDashboard"])
        shape: Shape = {
            "FirewallArn": firewall.arn,
            "FirewallName": firewall.name,
            "EnableMonitoringDashboard": firewall.dashboard,
        }
        if wanted:
            shape["LoggingConfiguration"] = {"LogDestinationConfigs": wanted}
        return shape

    def _check_destination(self, config: Shape) -> None:
        kind, destination = config["LogDestinationType"], config["LogDestination"]
        required, optional = KEYS[kind]
        if not required <= set(destination) <= required | optional:
            raise AwsError(
                INVALID,
                f"LogDestination of type {kind} takes {', '.join(sorted(required | optional))}, "
                f"not {', '.join(sorted(destination))}",
            )
        if kind == "KinesisDataFirehose":
            self._check_stream(destination["deliveryStream"])
        elif kind == "S3":
            self._check_bucket(destination["bucketName"], destination.get("prefix", ""))
        else:
            self._check_group(destination["logGroup"])

    def _check_group(self, name: str) -> None:
        from moto.logs.models import logs_backends

        if name not in logs_backends[self.account_id][self.region_name].groups:
            raise AwsError(INVALID, f"Log group {name} does not exist in {self.region_name}")

    def _check_bucket(self, name: str, prefix: str) -> None:
        from moto.s3.models import s3_backends

        if name not in s3_backends[self.account_id][self.partition].buckets:
            raise AwsError(INVALID, f"Bucket {name} does not exist")
        if prefix.startswith("/") or prefix.endswith("/") or "AWSLogs" in prefix:
            raise AwsError(INVALID, f"prefix {prefix!r} must not begin or end with a slash, nor contain AWSLogs")

    def _check_stream(self, name: str) -> None:
        from moto.firehose.models import firehose_backends

        if name not in firehose_backends[self.account_id][self.region_name].delivery_streams:
            raise AwsError(INVALID, f"Delivery stream {name} does not exist in {self.region_name}")
