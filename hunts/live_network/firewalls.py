"""Network Firewalls with their policies, rule groups, logging and endpoints, in Pulumi's words."""

from collections.abc import Iterator, Mapping
from typing import Any

from hunts.live_network.shape import Reader, camel, registration
from policy.egress.program.snapshot import Registration

_SERVICE = "network-firewall"


def firewalls(reader: Reader) -> Iterator[Registration]:
    """Yield all firewalls and what they are made of."""
    policies: dict[str, None] = {}
    for item in reader.items(_SERVICE, "list_firewalls", "Firewalls"):
        answer = reader.one(_SERVICE, "describe_firewall", FirewallArn=item["FirewallArn"])
        policies[answer["Firewall"]["FirewallPolicyArn"]] = None
        yield _firewall(answer["Firewall"], answer.get("FirewallStatus", {}))
        yield _logging(reader, item["FirewallArn"])
    groups: dict[str, None] = {}
    for arn in policies:
        answer = reader.one(_SERVICE, "describe_firewall_policy", FirewallPolicyArn=arn)
        policy = answer["FirewallPolicy"]
        for kind in ("StatefulRuleGroupReferences", "StatelessRuleGroupReferences"):
            groups |= {
                item["ResourceArn"]: None for item in policy.get(kind, []) if ":aws-managed:" not in item["ResourceArn"]
            }
        name = answer["FirewallPolicyResponse"]["FirewallPolicyName"]
        properties = {"arn": arn, "name": name, "firewallPolicy": _policy(policy)}
        yield registration("networkfirewall/firewallPolicy:FirewallPolicy", arn, properties, name)
    for arn in groups:
        yield _group(reader.one(_SERVICE, "describe_rule_group", RuleGroupArn=arn), arn)
    for item in reader.items(_SERVICE, "list_vpc_endpoint_associations", "VpcEndpointAssociations"):
        arn = item["VpcEndpointAssociationArn"]
        yield _association(reader.one(_SERVICE, "describe_vpc_endpoint_association", VpcEndpointAssociationArn=arn))


def _firewall(firewall: Mapping[str, Any], status: Mapping[str, Any]) -> Registration:
    arn, name = firewall["FirewallArn"], firewall["FirewallName"]
    transit = status.get("TransitGatewayAttachmentSyncState")
    states = [
        {"availabilityZone": zone, "attachments": [camel(state["Attachment"])]}
        for zone, state in status.get("SyncStates", {}).items()
        if state.get("Attachment")
    ]
    properties = {
        "arn": arn,
        "name": name,
        "vpcId": firewall.get("VpcId"),
        "firewallPolicyArn": firewall["FirewallPolicyArn"],
        "subnetMappings": [{"subnetId": item["SubnetId"]} for item in firewall.get("SubnetMappings", [])],
        "transitGatewayId": firewall.get("TransitGatewayId"),
        "availabilityZoneMappings": [
            {"availabilityZoneId": item["AvailabilityZone"]} for item in firewall.get("AvailabilityZoneMappings", [])
        ],
        "transitGatewayDefaultRouteTableAssociation": False,
        "transitGatewayDefaultRouteTablePropagation": False,
        "deleteProtection": firewall.get("DeleteProtection", False),
        "subnetChangeProtection": firewall.get("SubnetChangeProtection", False),
        "firewallPolicyChangeProtection": firewall.get("FirewallPolicyChangeProtection", False),
        "availabilityZoneChangeProtection": firewall.get("AvailabilityZoneChangeProtection", False),
        "firewallStatuses": [
            {"syncStates": states, "transitGatewayAttachmentSyncStates": [camel(transit)] if transit else []}
        ],
    }
    return registration("networkfirewall/firewall:Firewall", arn, properties, name)


def _logging(reader: Reader, arn: str) -> Registration:
    answer = reader.one(_SERVICE, "describe_logging_configuration", FirewallArn=arn)
    configs = answer.get("LoggingConfiguration", {}).get("LogDestinationConfigs", [])
    properties = {"firewallArn": arn, "loggingConfiguration": {"logDestinationConfigs": camel(configs)}}
    return registration("networkfirewall/loggingConfiguration:LoggingConfiguration", f"{arn}#logging", properties)


def _policy(policy: Mapping[str, Any]) -> dict[str, Any]:
    shaped: dict[str, Any] = camel({key: value for key, value in policy.items() if key != "PolicyVariables"})
    variables = policy.get("PolicyVariables", {}).get("RuleVariables", {})
    if variables:
        shaped["policyVariables"] = {"ruleVariables": _sets(variables)}
    return shaped


def _sets(variables: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [{"key": key, "ipSet": {"definitions": value.get("Definition", [])}} for key, value in variables.items()]


def _group(answer: Mapping[str, Any], arn: str) -> Registration:
    group, about = answer["RuleGroup"], answer["RuleGroupResponse"]
    shaped: dict[str, Any] = {"rulesSource": camel(group.get("RulesSource", {}))}
    if "IPSets" in group.get("RuleVariables", {}):
        shaped["ruleVariables"] = {"ipSets": _sets(group["RuleVariables"]["IPSets"])}
    properties = {"arn": arn, "name": about["RuleGroupName"], "type": about.get("Type"), "ruleGroup": shaped}
    return registration("networkfirewall/ruleGroup:RuleGroup", arn, properties, about["RuleGroupName"])


def _association(answer: Mapping[str, Any]) -> Registration:
    item, status = answer["VpcEndpointAssociation"], answer.get("VpcEndpointAssociationStatus", {})
    arn = item["VpcEndpointAssociationArn"]
    states = [
        {"attachments": [camel(state["Attachment"])]}
        for state in status.get("AssociationSyncState", {}).values()
        if state.get("Attachment")
    ]
    properties = {
        "firewallArn": item["FirewallArn"],
        "vpcId": item.get("VpcId"),
        "subnetMapping": {"subnetId": item["SubnetMapping"]["SubnetId"]},
        "vpcEndpointAssociationArn": arn,
        "vpcEndpointAssociationId": item.get("VpcEndpointAssociationId"),
        "vpcEndpointAssociationStatuses": [{"associationSyncStates": states}],
    }
    return registration("networkfirewall/vpcEndpointAssociation:VpcEndpointAssociation", arn, properties)
