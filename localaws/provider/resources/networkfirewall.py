"""Network Firewall's firewalls: where their endpoints are, what protects them, how they change."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from localaws.provider.context import Context, tag_map
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
        present = {attachment_of(state).get("SubnetId") for state in status.get("SyncStates", {}).values()} - {None}
        settled = status["Status"] == "READY" and status["ConfigurationSyncStateSummary"] == "IN_SYNC"
        return answer if settled and present == wanted else None

    return ctx.wait(f"firewall {arn}", ready)


def attachment_of(state: dict[str, Any]) -> dict[str, Any]:
    """Where the firewall is attached in a zone, as AWS describes it."""
    found: dict[str, Any] = state.get("Attachment") or {}
    return found


def _statuses(status: dict[str, Any]) -> list[Props]:
    transit = status.get("TransitGatewayAttachmentSyncState")
    return [
        {
            "syncStates": [
                {"availabilityZone": zone, "attachments": ends_of(state)}
                for zone, state in (status.get("SyncStates") or {}).items()
            ],
            "transitGatewayAttachmentSyncStates": [{"attachmentId": transit["AttachmentId"]}] if transit else [],
        }
    ]


def ends_of(state: dict[str, Any]) -> list[Props]:
    """The endpoint of a zone in Pulumi's shape, none while it has none."""
    attachment = attachment_of(state)
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
        "subnetMappings": mappings_of(firewall.get("SubnetMappings") or (), state.get("subnetMappings") or ()),
        "tagsAll": tag_map(firewall.get("Tags")),
        "transitGatewayId": firewall.get("TransitGatewayId"),
        "transitGatewayOwnerAccountId": firewall.get("TransitGatewayOwnerAccountId", ""),
        "updateToken": answer["UpdateToken"],
        "vpcId": firewall.get("VpcId"),
        **{ours: bool(firewall.get(theirs)) for ours, (theirs, _) in _PROTECTIONS.items()},
    }


def mappings_of(shapes: Iterable[dict[str, Any]], known: Iterable[Props]) -> list[Props]:
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
    # Whole mappings, as the official provider compares them: another address type of a subnet is a mapping more, which
    # AWS refuses as long as the old one is there.
    before, after = (
        {(each["subnetId"], each.get("ipAddressType") or "IPV4"): each for each in mappings} for mappings in (old, new)
    )
    added = [to_aws(mapping) for key, mapping in after.items() if key not in before]
    removed = [subnet for subnet, type_ in before if (subnet, type_) not in after]
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
    ctx.wait_gone(f"deletion of firewall {id_}", lambda: client.describe_firewall(FirewallArn=id_))


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
)
