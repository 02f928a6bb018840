"""Where a firewall's records go, changed one destination at a time, as AWS takes it."""

from __future__ import annotations

from typing import Any

from localaws.provider.context import Context
from localaws.provider.registry import Resource, words
from localaws.provider.values import Props


def _destinations(configuration: Any) -> list[dict[str, Any]]:
    return [
        {
            "LogType": config["logType"],
            "LogDestinationType": config["logDestinationType"],
            "LogDestination": config["logDestination"],
        }
        for config in (configuration or {}).get("logDestinationConfigs") or ()
    ]


def _sync_logging(ctx: Context, arn: str, wanted: list[dict[str, Any]], **options: Any) -> None:
    """Brings a firewall's logging to `wanted`, one change per call: AWS takes no more."""
    client = ctx.client("network-firewall")

    def put(configs: list[dict[str, Any]]) -> None:
        client.update_logging_configuration(
            FirewallArn=arn, LoggingConfiguration={"LogDestinationConfigs": configs}, **options
        )

    described = client.describe_logging_configuration(FirewallArn=arn)
    present = (described.get("LoggingConfiguration") or {}).get("LogDestinationConfigs") or []
    for config in [config for config in present if config not in wanted]:
        present = [other for other in present if other != config]
        put(present)
    for config in [config for config in wanted if config not in present]:
        present = [*present, config]
        put(present)
    if options and options["EnableMonitoringDashboard"] != bool(described.get("EnableMonitoringDashboard")):
        put(present)


def _dashboard(inputs: Props) -> dict[str, bool]:
    given = inputs.get("enableMonitoringDashboard")
    return {} if given is None else {"EnableMonitoringDashboard": given}


def _create_logging(ctx: Context, inputs: Props) -> str:
    _sync_logging(ctx, inputs["firewallArn"], _destinations(inputs["loggingConfiguration"]), **_dashboard(inputs))
    return str(inputs["firewallArn"])


def _read_logging(ctx: Context, id_: str, state: Props) -> Props | None:
    answer = ctx.client("network-firewall").describe_logging_configuration(FirewallArn=id_)
    configs = (answer.get("LoggingConfiguration") or {}).get("LogDestinationConfigs")
    if not configs:
        return None
    return {
        "firewallArn": id_,
        "enableMonitoringDashboard": bool(answer.get("EnableMonitoringDashboard")),
        "loggingConfiguration": {
            "logDestinationConfigs": [
                {
                    "logDestination": config["LogDestination"],
                    "logDestinationType": config["LogDestinationType"],
                    "logType": config["LogType"],
                }
                for config in configs
            ]
        },
    }


def _update_logging(ctx: Context, id_: str, old: Props, new: Props) -> None:
    """Takes all destinations off before it puts one on, as the official provider does."""
    if _destinations(old["loggingConfiguration"]) != _destinations(new["loggingConfiguration"]):
        _sync_logging(ctx, id_, [])
    _sync_logging(ctx, id_, _destinations(new["loggingConfiguration"]), **_dashboard(new))


def _delete_logging(ctx: Context, id_: str, state: Props) -> None:
    _sync_logging(ctx, id_, [])


RESOURCES = (
    Resource(
        token="aws:networkfirewall/loggingConfiguration:LoggingConfiguration",
        inputs=words("firewallArn loggingConfiguration enableMonitoringDashboard"),
        replace=words("firewallArn"),
        sets=words("loggingConfiguration.logDestinationConfigs"),
        create=_create_logging,
        read=_read_logging,
        update=_update_logging,
        delete=_delete_logging,
    ),
)
