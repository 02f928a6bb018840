"""Network Firewall's firewalls, their logging, and endpoints in further VPCs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from localaws.provider.context import Context, tag_map
from localaws.provider.errors import is_gone
from localaws.provider.networkfirewall_shapes import from_aws, to_aws
from localaws.provider.registry import Resource, words
from localaws.provider.resources.networkfirewall_rules import common, encryption_of, tagging, tags_of
from localaws.provider.values import Props

_PROTECTIONS = {
    "deleteProtection": ("DeleteProtection", "update_firewall_delete_protection"),
    "firewallPolicyChangeProtection": ("FirewallPolicyChangeProtection", "update_firewall_policy_change_protection"),
    "subnetChangeProtection": ("SubnetChangeProtection", "update_subnet_change_protection"),
    "availabilityZoneChangeProtection": (
        "AvailabilityZoneChangeProtection",
        "update_availability_zone_change_protection",
    ),
}
"""Each switch with AWS's name of it and the method that sets it."""


def _zones(mappings: list[Props]) -> list[dict[str, str]]:
    return [{"AvailabilityZone": mapping["availabilityZoneId"]} for mapping in mappings]


def _create_firewall(ctx: Context, inputs: Props) -> str:
    place: dict[str, Any] = {}
    if inputs.get("vpcId"):
        place["VpcId"] = inputs["vpcId"]
    if inputs.get("subnetMappings"):
        place["SubnetMappings"] = to_aws(inputs["subnetMappings"])
    if inputs.get("transitGatewayId"):
        place["TransitGatewayId"] = inputs["transitGatewayId"]
    if inputs.get("availabilityZoneMappings"):
        place["AvailabilityZoneMappings"] = _zones(inputs["availabilityZoneMappings"])
    if inputs.get("enabledAnalysisTypes"):
        place["EnabledAnalysisTypes"] = inputs["enabledAnalysisTypes"]
    answer = ctx.client("network-firewall").create_firewall(
        FirewallName=inputs["name"],
        FirewallPolicyArn=inputs["firewallPolicyArn"],
        **place,
        **{theirs: True for ours, (theirs, _) in _PROTECTIONS.items() if inputs.get(ours)},
        **common(inputs),
        **tags_of(inputs),
    )
    arn = str(answer["Firewall"]["FirewallArn"])
    ctx.created_id = arn
    _wait(ctx, arn)
    return arn


def _wait(ctx: Context, arn: str) -> dict[str, Any]:
    """Waits until a firewall is READY with all endpoints that it should have, and no other."""
    client = ctx.client("network-firewall")

    def ready() -> dict[str, Any] | None:
        answer: dict[str, Any] = client.describe_firewall(FirewallArn=arn)
        status = answer["FirewallStatus"]
        wanted = {mapping["SubnetId"] for mapping in answer["Firewall"].get("SubnetMappings") or ()}
        present = {_attachment(state).get("SubnetId") for state in status.get("SyncStates", {}).values()} - {None}
        settled = status["Status"] == "READY" and status["ConfigurationSyncStateSummary"] == "IN_SYNC"
        return answer if settled and present == wanted else None

    return ctx.wait(f"firewall {arn}", ready)


def _attachment(state: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = state.get("Attachment") or {}
    return found


def _statuses(status: dict[str, Any]) -> list[Props]:
    transit = status.get("TransitGatewayAttachmentSyncState")
    return [
        {
            "syncStates": [
                {"availabilityZone": zone, "attachments": _ends(state)}
                for zone, state in (status.get("SyncStates") or {}).items()
            ],
            "transitGatewayAttachmentSyncStates": [{"attachmentId": transit["AttachmentId"]}] if transit else [],
        }
    ]


def _ends(state: dict[str, Any]) -> list[Props]:
    attachment = _attachment(state)
    if not attachment.get("EndpointId"):
        return []
    return [{"endpointId": attachment["EndpointId"], "subnetId": attachment["SubnetId"]}]


def _read_firewall(ctx: Context, id_: str, state: Props) -> Props | None:
    answer = ctx.client("network-firewall").describe_firewall(FirewallArn=id_)
    firewall = answer["Firewall"]
    return {
        "arn": firewall["FirewallArn"],
        "availabilityZoneMappings": [
            {"availabilityZoneId": mapping["AvailabilityZone"]}
            for mapping in firewall.get("AvailabilityZoneMappings") or ()
        ],
        "description": firewall.get("Description"),
        "enabledAnalysisTypes": firewall.get("EnabledAnalysisTypes"),
        "encryptionConfiguration": encryption_of(firewall),
        "firewallPolicyArn": firewall["FirewallPolicyArn"],
        "firewallStatuses": _statuses(answer["FirewallStatus"]),
        "name": firewall["FirewallName"],
        "subnetMappings": _mappings(firewall.get("SubnetMappings") or (), state.get("subnetMappings") or ()),
        "tagsAll": tag_map(firewall.get("Tags")),
        "transitGatewayId": firewall.get("TransitGatewayId"),
        "transitGatewayOwnerAccountId": firewall.get("TransitGatewayOwnerAccountId", ""),
        "updateToken": answer["UpdateToken"],
        "vpcId": firewall.get("VpcId"),
        **{ours: bool(firewall.get(theirs)) for ours, (theirs, _) in _PROTECTIONS.items()},
    }


def _mappings(shapes: Iterable[dict[str, Any]], known: Iterable[Props]) -> list[Props]:
    """Subnet mappings as the program has them: IPV4 is what a mapping means that says nothing."""
    said = {mapping.get("subnetId") for mapping in known if mapping.get("ipAddressType")}
    found: list[Props] = from_aws(list(shapes))
    for mapping in found:
        if mapping.get("ipAddressType") == "IPV4" and mapping["subnetId"] not in said:
            del mapping["ipAddressType"]
    return found


class _Change:
    """The calls that change one firewall: each gives the token of the one before, the first that of the state."""

    def __init__(self, ctx: Context, arn: str, token: str | None) -> None:
        self._ctx, self._arn, self._token = ctx, arn, token

    def call(self, method: str, **arguments: Any) -> None:
        """One call of boto3's."""
        token = {"UpdateToken": self._token} if self._token else {}
        answer = getattr(self._ctx.client("network-firewall"), method)(FirewallArn=self._arn, **arguments, **token)
        self._token = answer["UpdateToken"]

    def settle(self) -> None:
        """Waits until the firewall is READY."""
        self._token = _wait(self._ctx, self._arn)["UpdateToken"]


def _update_firewall(ctx: Context, id_: str, old: Props, new: Props) -> None:
    """Brings a firewall to new inputs; a protection is set before what it protects, as the official provider does."""
    change = _Change(ctx, id_, old.get("updateToken"))

    def switch(prop: str) -> None:
        if bool(old.get(prop)) != bool(new.get(prop)):
            theirs, method = _PROTECTIONS[prop]
            change.call(method, **{theirs: bool(new.get(prop))})

    switch("deleteProtection")
    if old.get("description") != new.get("description"):
        change.call("update_firewall_description", **_given("Description", new.get("description")))
    if old.get("encryptionConfiguration") != new.get("encryptionConfiguration"):
        encryption = _given("EncryptionConfiguration", to_aws(new.get("encryptionConfiguration")))
        change.call("update_firewall_encryption_configuration", **encryption)
    if set(old.get("enabledAnalysisTypes") or ()) != set(new.get("enabledAnalysisTypes") or ()):
        change.call("update_firewall_analysis_settings", EnabledAnalysisTypes=new.get("enabledAnalysisTypes") or [])
    switch("firewallPolicyChangeProtection")
    if old["firewallPolicyArn"] != new["firewallPolicyArn"]:
        change.call("associate_firewall_policy", FirewallPolicyArn=new["firewallPolicyArn"])
        change.settle()
    switch("subnetChangeProtection")
    _sync_subnets(change, old.get("subnetMappings") or [], new.get("subnetMappings") or [])
    if old.get("transitGatewayId"):
        switch("availabilityZoneChangeProtection")
        _sync_zones(change, old.get("availabilityZoneMappings") or [], new.get("availabilityZoneMappings") or [])


def _given(name: str, value: Any) -> dict[str, Any]:
    return {name: value} if value else {}


def _sync_subnets(change: _Change, old: list[Props], new: list[Props]) -> None:
    before, after = ({mapping["subnetId"]: mapping for mapping in mappings} for mappings in (old, new))
    added = [to_aws(after[subnet]) for subnet in after if subnet not in before]
    removed = [subnet for subnet in before if subnet not in after]
    if added:
        change.call("associate_subnets", SubnetMappings=added)
        change.settle()
    if removed:
        change.call("disassociate_subnets", SubnetIds=removed)
        change.settle()


def _sync_zones(change: _Change, old: list[Props], new: list[Props]) -> None:
    added = [mapping for mapping in new if mapping not in old]
    removed = [mapping for mapping in old if mapping not in new]
    if added:
        change.call("associate_availability_zones", AvailabilityZoneMappings=_zones(added))
        change.settle()
    if removed:
        change.call("disassociate_availability_zones", AvailabilityZoneMappings=_zones(removed))
        change.settle()


def _delete_firewall(ctx: Context, id_: str, state: Props) -> None:
    client = ctx.client("network-firewall")
    client.delete_firewall(FirewallArn=id_)

    def gone() -> bool | None:
        try:
            client.describe_firewall(FirewallArn=id_)
        except client.exceptions.ResourceNotFoundException:
            return True
        return None

    ctx.wait(f"deletion of firewall {id_}", gone)


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
    _sync_logging(ctx, id_, _destinations(new["loggingConfiguration"]), **_dashboard(new))


def _delete_logging(ctx: Context, id_: str, state: Props) -> None:
    _sync_logging(ctx, id_, [])


def _create_association(ctx: Context, inputs: Props) -> str:
    client = ctx.client("network-firewall")
    answer = client.create_vpc_endpoint_association(
        FirewallArn=inputs["firewallArn"],
        VpcId=inputs["vpcId"],
        SubnetMapping=to_aws(inputs["subnetMapping"]),
        **_given("Description", inputs.get("description")),
        **tags_of(inputs),
    )
    arn = str(answer["VpcEndpointAssociation"]["VpcEndpointAssociationArn"])
    ctx.created_id = arn

    def ready() -> bool | None:
        described = client.describe_vpc_endpoint_association(VpcEndpointAssociationArn=arn)
        return True if described["VpcEndpointAssociationStatus"]["Status"] == "READY" else None

    ctx.wait(f"VPC endpoint association {arn}", ready)
    return arn


def _read_association(ctx: Context, id_: str, state: Props) -> Props | None:
    answer = ctx.client("network-firewall").describe_vpc_endpoint_association(VpcEndpointAssociationArn=id_)
    association = answer["VpcEndpointAssociation"]
    states = answer["VpcEndpointAssociationStatus"]["AssociationSyncState"]
    return {
        "description": association.get("Description"),
        "firewallArn": association["FirewallArn"],
        "subnetMapping": _mappings([association["SubnetMapping"]], [state.get("subnetMapping") or {}])[0],
        "tagsAll": tag_map(association.get("Tags")),
        "vpcEndpointAssociationArn": association["VpcEndpointAssociationArn"],
        "vpcEndpointAssociationId": association["VpcEndpointAssociationId"],
        "vpcEndpointAssociationStatuses": [
            {
                "associationSyncStates": [
                    {
                        "availabilityZone": zone,
                        "attachments": [
                            {**end, "status": _attachment(found)["Status"], "statusMessage": ""} for end in _ends(found)
                        ],
                    }
                    for zone, found in states.items()
                ]
            }
        ],
        "vpcId": association["VpcId"],
    }


def _delete_association(ctx: Context, id_: str, state: Props) -> None:
    client = ctx.client("network-firewall")
    client.delete_vpc_endpoint_association(VpcEndpointAssociationArn=id_)

    def gone() -> bool | None:
        try:
            client.describe_vpc_endpoint_association(VpcEndpointAssociationArn=id_)
        except client.exceptions.ClientError as error:
            if is_gone(error):
                return True
            raise
        return None

    ctx.wait(f"deletion of {id_}", gone)


RESOURCES = (
    Resource(
        token="aws:networkfirewall/firewall:Firewall",
        inputs=words(
            "name firewallPolicyArn vpcId subnetMappings transitGatewayId availabilityZoneMappings description"
            " encryptionConfiguration enabledAnalysisTypes"
        )
        | set(_PROTECTIONS),
        replace=words("name vpcId transitGatewayId"),
        sets=words("subnetMappings availabilityZoneMappings enabledAnalysisTypes"),
        defaults=dict.fromkeys(_PROTECTIONS, False),
        recompute={"firewallStatuses": words("subnetMappings availabilityZoneMappings")},
        # A firewall under delete protection stays: the official provider does not wait for somebody to lift it.
        busy=frozenset(),
        create=_create_firewall,
        read=_read_firewall,
        update=_update_firewall,
        delete=_delete_firewall,
        tagging=tagging,
    ),
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
    Resource(
        token="aws:networkfirewall/vpcEndpointAssociation:VpcEndpointAssociation",
        inputs=words("firewallArn vpcId subnetMapping description"),
        replace=words("firewallArn vpcId subnetMapping description"),
        create=_create_association,
        read=_read_association,
        delete=_delete_association,
        tagging=tagging,
    ),
)
