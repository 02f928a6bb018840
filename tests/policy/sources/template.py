"""Writes a scenario's program as a CloudFormation template: what it registers, with references as people write them."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from typing import Any

from policy.egress.program.snapshot import UNKNOWN, Registration, strings
from policy.egress.sources.cloudformation.types import BY_PROPERTY, PROPERTIES, TYPES, UNFOLDED
from tests.policy.sources.rewritten import UnwritableError

_KINDS = {
    **{token: kind for kind, choices in BY_PROPERTY.items() for token in choices.values()},
    **{token: kind for kind, token in reversed(TYPES.items()) if kind != "AWS::EC2::TransitGatewayVpcAttachment"},
}
# Of no interest to the proof; something of a network hangs on them.
_KINDS |= {
    "aws:cloudwatch/logGroup:LogGroup": "AWS::Logs::LogGroup",
    "aws:route53/resolverFirewallDomainList:ResolverFirewallDomainList": "AWS::Route53Resolver::FirewallDomainList",
    "aws:s3/bucket:Bucket": "AWS::S3::Bucket",
}
_NAMES = {wire: name for name, wire in PROPERTIES.items() if name != "PrefixListName"}
_ATTRIBUTES = {"arn", "cidrBlock", "transitGatewayAttachmentId"}
_ARNS = {
    "AWS::NetworkFirewall::Firewall": "FirewallArn",
    "AWS::NetworkFirewall::FirewallPolicy": "FirewallPolicyArn",
    "AWS::NetworkFirewall::RuleGroup": "RuleGroupArn",
}
_RULE = "aws:route53/resolverFirewallRule:ResolverFirewallRule"
_PART = {
    "aws:ec2/vpc:Vpc": {"cidrBlock", "ipv4IpamPoolId", "ipv4NetmaskLength"},
    "aws:ec2transitgateway/vpcAttachment:VpcAttachment": {
        "transitGatewayId",
        "vpcId",
        "subnetIds",
        "applianceModeSupport",
    },
}


def template_of(preview: tuple[Registration, ...], up: tuple[Registration, ...]) -> dict[str, Any]:
    """The program as a template. Raises UnwritableError for what CloudFormation hasn't got."""
    return _Writer(preview, up).document()


class _Writer:
    def __init__(self, preview: tuple[Registration, ...], up: tuple[Registration, ...]) -> None:
        self.preview = {each.urn: each for each in preview}
        self.up = {each.urn: each for each in up}
        self.kinds = {each.urn: self._kind(each) for each in up}
        self.names = {each.urn: _logical(each, up) for each in up}
        self.ids: dict[str, list[tuple[str, str]]] = {}
        self.endpoints: dict[str, tuple[str, str]] = {}
        self.resources: dict[str, dict[str, Any]] = {}
        for each in up:
            if each.id:
                self.ids.setdefault(each.id, []).insert(0, (each.urn, "id"))
            for name, value in each.properties.items():
                if isinstance(value, str) and self.preview[each.urn].properties.get(name) is UNKNOWN:
                    self.ids.setdefault(value, []).append((each.urn, name))
            for status in each.properties.get("firewallStatuses") or []:
                for state in status.get("transitGatewayAttachmentSyncStates") or []:
                    self.ids.setdefault(state["attachmentId"], []).append((each.urn, "transitGatewayAttachmentId"))
                for state in status["syncStates"]:
                    for attachment in state["attachments"]:
                        self.endpoints[attachment["endpointId"]] = (each.urn, attachment["subnetId"])

    @staticmethod
    def _kind(each: Registration) -> str:
        if each.type not in _KINDS and each.type != _RULE:
            raise UnwritableError(each.type)
        return _KINDS.get(each.type, "")

    def document(self) -> dict[str, Any]:
        for each in self.up.values():
            if each.type == _RULE:
                continue
            body = {name: self._value(each, name, value) for name, value in self._inputs(each).items()}
            self._add(self.names[each.urn], self.kinds[each.urn], self._adapted(each, body))
        for each in self.up.values():
            if each.type == _RULE:
                self._into_its_group(each)
        return {"AWSTemplateFormatVersion": "2010-09-09", "Resources": self.resources}

    def _inputs(self, each: Registration) -> dict[str, Any]:
        before = self.preview[each.urn]
        found = {
            name: each.properties[name]
            for name, value in before.properties.items()
            if name in each.properties and (value is not UNKNOWN or before.dependencies.get(name))
        }
        part = _PART.get(each.type)
        found = {name: value for name, value in found.items() if name not in {"tags", "ruleOrder"}}
        if part is None:
            return found
        if each.type.endswith(":VpcAttachment") and not self._follows_its_gateway(each, found):
            raise UnwritableError("an attachment that differs from its gateway's defaults")
        if {"assignGeneratedIpv6CidrBlock"} & set(found):
            block = {"VpcId": {"Ref": self.names[each.urn]}, "AmazonProvidedIpv6CidrBlock": True}
            self._add(f"{self.names[each.urn]}V6", "AWS::EC2::VPCCidrBlock", block)
        return {name: value for name, value in found.items() if name in part}

    def _follows_its_gateway(self, each: Registration, found: Mapping[str, Any]) -> bool:
        gateway = next((g for g in self.up.values() if g.id == each.properties["transitGatewayId"]), None)
        pairs = (
            ("transitGatewayDefaultRouteTableAssociation", "defaultRouteTableAssociation"),
            ("transitGatewayDefaultRouteTablePropagation", "defaultRouteTablePropagation"),
        )
        asked = gateway.properties if gateway else {}
        return all(found.get(own, True) is (asked.get(its, "enable") == "enable") for own, its in pairs)

    def _add(self, name: str, kind: str, body: dict[str, Any]) -> None:
        if inner := UNFOLDED.get(kind):
            options = {key: body.pop(key) for key in ("ApplianceModeSupport",) if key in body}
            body |= {inner: options} if options else {}
        self.resources[name] = {"Type": kind, "Properties": body}

    def _adapted(self, each: Registration, body: dict[str, Any]) -> dict[str, Any]:
        own = {_pascal(name): value for name, value in body.items()}
        if each.type == "aws:ec2/internetGateway:InternetGateway" and "VpcId" in own:
            attached = {"InternetGatewayId": {"Ref": self.names[each.urn]}, "VpcId": own.pop("VpcId")}
            self._add(f"{self.names[each.urn]}Attached", "AWS::EC2::VPCGatewayAttachment", attached)
        if each.type == "aws:ec2/routeTable:RouteTable":
            for number, route in enumerate(own.pop("Routes", [])):
                made = {f"Destination{key}" if key.endswith("CidrBlock") else key: to for key, to in route.items()}
                made["RouteTableId"] = {"Ref": self.names[each.urn]}
                self._add(f"{self.names[each.urn]}Route{number}", "AWS::EC2::Route", made)
        if each.type == "aws:ec2/routeTableAssociation:RouteTableAssociation" and "GatewayId" in own:
            self.kinds[each.urn] = "AWS::EC2::GatewayRouteTableAssociation"
        if each.type == "aws:lb/loadBalancer:LoadBalancer":
            internal = own.pop("Internal", False)
            own |= {
                "Scheme": "internal" if internal else "internet-facing",
                "Type": own.pop("LoadBalancerType", "application"),
            }
        return own

    def _into_its_group(self, each: Registration) -> None:
        group = next(g for g in self.up.values() if g.id == each.properties["firewallRuleGroupId"])
        rule = {
            _pascal(n): self._value(each, n, v)
            for n, v in self._inputs(each).items()
            if n not in {"firewallRuleGroupId", "name"}
        }
        self.resources[self.names[group.urn]]["Properties"].setdefault("FirewallRules", []).append(rule)

    def _value(self, each: Registration, top: str, value: Any, name: str = "") -> Any:
        if isinstance(value, Mapping):
            if (name or top) in {"logDestination", "dimensions"}:
                return {key: self._value(each, top, inner, key) for key, inner in value.items()}
            return {_pascal(key): self._variables(each, top, key, inner) for key, inner in value.items()}
        if isinstance(value, list):
            return [self._value(each, top, inner, name) for inner in value]
        return self._text(each, top, value) if isinstance(value, str) else value

    def _variables(self, each: Registration, top: str, key: str, value: Any) -> Any:
        """Variables are lists of names here, and objects by name there."""
        if key == "ruleVariables" and isinstance(value, list):
            return {one["key"]: {"Definition": self._value(each, top, one["ipSet"]["definitions"])} for one in value}
        if key in {"ipSets", "portSets"}:
            inner = key.removesuffix("s")
            return {one["key"]: {"Definition": self._value(each, top, one[inner]["definitions"])} for one in value}
        if key == "ipSetReferences":
            return {
                one["key"]: {"ReferenceArn": self._value(each, top, one["ipSetReferences"][0]["referenceArn"])}
                for one in value
            }
        return self._value(each, top, value, key)

    def _text(self, each: Registration, top: str, value: str) -> Any:
        if value in each.secrets:
            raise UnwritableError("a secret")
        sources = self.preview[each.urn].dependencies.get(top, frozenset())
        if value in self.endpoints and self.endpoints[value][0] in sources:
            return self._endpoint(value, sources)
        for urn, name in sorted(self.ids.get(value, ()), key=lambda found: found[0] not in sources):
            if urn in sources:
                return self._reference(urn, name)
        if sources and value not in strings(self.preview[each.urn].properties.get(top)) and _is_range(value):
            raise UnwritableError("a range that is cut from another")
        return value

    def _reference(self, urn: str, name: str) -> Any:
        if name == "id" and self.kinds[urn] not in _ARNS:
            return {"Ref": self.names[urn]}
        if name in {"id", "arn"} and self.kinds[urn] in _ARNS:
            return {"Fn::GetAtt": [self.names[urn], _ARNS[self.kinds[urn]]]}
        if name in _ATTRIBUTES:
            return {"Fn::GetAtt": [self.names[urn], _pascal(name)]}
        raise UnwritableError(f"{name} of {self.kinds[urn]}")

    def _endpoint(self, value: str, sources: frozenset[str]) -> Any:
        """A firewall's only endpoint by its position; one of several by a look-up where the program has one."""
        firewall, subnet = self.endpoints[value]
        listed = [end for end, (of, _subnet) in self.endpoints.items() if of == firewall]
        if len(listed) == 1 or not any(urn in sources for urn, _name in self.ids.get(subnet, ())):
            pair = {"Fn::Select": [listed.index(value), {"Fn::GetAtt": [self.names[firewall], "EndpointIds"]}]}
            return {"Fn::Select": [1, {"Fn::Split": [":", pair]}]}
        place = next(urn for urn, _name in self.ids[subnet] if urn in sources)
        name = f"{self.names[firewall]}In{self.names[place]}"
        about = {
            "Firewall": {"Fn::GetAtt": [self.names[firewall], "FirewallArn"]},
            "Subnet": {"Ref": self.names[place]},
        }
        self.resources[name] = {
            "Type": "Custom::Endpoint",
            "Properties": {"ServiceToken": "arn:aws:lambda:eu-west-1:123456789012:function:look-up", **about},
        }
        return {"Fn::GetAtt": [name, "EndpointId"]}


_FIRST = ("aws:ec2/subnet:Subnet", "aws:networkfirewall/firewall:Firewall", "aws:ec2/vpc:Vpc")


def _logical(each: Registration, up: tuple[Registration, ...]) -> str:
    """A resource's own name where it is the only one, or what messages are about; else its type's beside it."""
    same = sorted((other.type not in _FIRST, other.urn) for other in up if other.name == each.name)
    return each.name if same[0][1] == each.urn else f"{each.name} {each.type.rpartition(':')[2]}"


def _is_range(value: str) -> bool:
    try:
        return "/" in value and bool(ipaddress.ip_network(value, strict=False))
    except ValueError:
        return False


def _pascal(name: str) -> str:
    if name in _NAMES:
        return _NAMES[name]
    if name.startswith("ip") and name[2:3].isupper():
        return f"IP{name[2:]}"
    return name[:1].upper() + name[1:]
