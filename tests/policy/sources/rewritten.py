"""Writes a scenario's program as Terraform JSON: what it registers, with references as a person would write them."""

from __future__ import annotations

import functools
import ipaddress
import json
from collections.abc import Mapping
from typing import Any

from policy.egress.program.snapshot import UNKNOWN, Registration, strings
from policy.egress.sources.terraform.derive import snake
from policy.egress.sources.terraform.names import NAMES, Named, named

PROVIDER = {
    "region": "eu-west-1",
    "access_key": "none",
    "secret_key": "none",
    "skip_credentials_validation": True,
    "skip_requesting_account_id": True,
    "skip_metadata_api_check": True,
}

# Blocks that Terraform takes as attributes: in JSON every one of their own attributes has to be there.
_ROUTE = [
    *("carrier_gateway_id", "cidr_block", "core_network_arn", "destination_prefix_list_id", "egress_only_gateway_id"),
    *("gateway_id", "ipv6_cidr_block", "local_gateway_id", "nat_gateway_id", "network_interface_id"),
    *("transit_gateway_id", "vpc_endpoint_id", "vpc_peering_connection_id"),
]
# Names that Pulumi gives of its own accord and Terraform asks for.
_NAMED = {
    **dict.fromkeys(
        (
            "aws_networkfirewall_firewall",
            "aws_networkfirewall_firewall_policy",
            "aws_networkfirewall_rule_group",
            "aws_route53_resolver_firewall_domain_list",
            "aws_route53_resolver_firewall_rule_group",
            "aws_route53_resolver_firewall_rule_group_association",
            "aws_route53_resolver_query_log_config",
            "aws_ec2_managed_prefix_list",
            "aws_cloudformation_stack",
            "aws_cloudformation_stack_set",
            "aws_elastic_beanstalk_configuration_template",
            "aws_elastic_beanstalk_environment",
            "aws_elastic_beanstalk_application",
        ),
        "name",
    ),
    "aws_ecs_service": "name",
    "aws_fms_policy": "name",
    "aws_servicecatalog_product": "name",
    "aws_servicecatalog_provisioned_product": "name",
    "aws_serverlessapplicationrepository_cloudformation_stack": "name",
    "aws_eks_cluster": "name",
    "aws_elasticache_subnet_group": "name",
    "aws_lambda_function": "function_name",
    "aws_opensearch_domain": "domain_name",
    "aws_elasticsearch_domain": "domain_name",
}


class UnwritableError(Exception):
    """The provider at hand has no such type or attribute."""


@functools.cache
def _kinds() -> dict[str, str]:
    kinds: dict[str, str] = {}
    for kind, (token, *_rest) in json.loads(NAMES.read_text()).items():
        if token not in kinds or kind == "aws_lb":
            kinds[token] = kind
    return kinds


def rewritten(preview: tuple[Registration, ...], up: tuple[Registration, ...]) -> dict[str, Any]:
    """The program, as the parsed text of a `.tf.json`."""
    return _Writer(preview, up).document()


class _Writer:
    def __init__(self, preview: tuple[Registration, ...], up: tuple[Registration, ...]) -> None:
        self.preview = {each.urn: each for each in preview}
        self.up = up
        self.addresses: dict[str, str] = {}
        self.ids: dict[str, list[tuple[str, str]]] = {}
        self.endpoints: dict[str, tuple[str, str, int]] = {}
        for each in up:
            kind = _kinds().get(each.type)
            if kind is None:
                raise UnwritableError(each.type)
            self.addresses[each.urn] = f"{kind}.{each.name}"
        for each in up:
            if each.id:
                self.ids.setdefault(each.id, []).insert(0, (each.urn, "id"))
            for name, value in each.properties.items():
                later = self.preview[each.urn].properties.get(name) is UNKNOWN
                if isinstance(value, str) and (later or name not in self._inputs(each)):
                    self.ids.setdefault(value, []).append((each.urn, snake(name)))
            states = [s for status in each.properties.get("firewallStatuses") or [] for s in status["syncStates"]]
            for number, state in enumerate(states):
                for attachment in state["attachments"]:
                    self.endpoints[attachment["endpointId"]] = (each.urn, attachment["subnetId"], number)

    def _inputs(self, each: Registration) -> Mapping[str, Any]:
        before = self.preview[each.urn]
        return {
            name: each.properties[name]
            for name, value in before.properties.items()
            if name in each.properties and (value is not UNKNOWN or before.dependencies.get(name))
        }

    def document(self) -> dict[str, Any]:
        resources: dict[str, dict[str, Any]] = {}
        for each in self.up:
            kind, name = self.addresses[each.urn].split(".", 1)
            names = named(kind)
            assert names is not None
            body = {
                self._name(names, "", wire): self._value(each, names, wire, self._name(names, "", wire), value)
                for wire, value in self._inputs(each).items()
            }
            if kind in _NAMED:
                body.setdefault(_NAMED[kind], each.name)
            resources.setdefault(kind, {})[name] = body
        return {
            "terraform": {"required_providers": {"aws": {"source": "hashicorp/aws"}}},
            "provider": {"aws": PROVIDER},
            "resource": resources,
        }

    @staticmethod
    def _name(names: Named, above: str, wire: str) -> str:
        for path, other in names.names.items():
            head, _, tail = path.rpartition(".")
            if other == wire and head == above:
                return tail
        return snake(wire)

    def _value(self, each: Registration, names: Named, wire: str, path: str, value: Any) -> Any:
        if isinstance(value, Mapping):
            if wire in {"tags", "parameters"}:
                return {key: self._value(each, names, wire, path, inner) for key, inner in value.items()}
            found = {}
            for key, inner in value.items():
                name = self._name(names, path, key)
                found[name] = self._value(each, names, wire, f"{path}.{name}", inner)
            if path == "route":
                more = ["instance_id"] if self.addresses[each.urn].startswith("aws_default_route_table.") else []
                return dict.fromkeys([*_ROUTE, *more]) | found
            return found
        if isinstance(value, list):
            return [self._value(each, names, wire, path, inner) for inner in value]
        return self._text(each, wire, value) if isinstance(value, str) else value

    def _text(self, each: Registration, wire: str, value: str) -> str:
        if value in each.secrets:
            return f"${{sensitive({json.dumps(value)})}}"
        sources = self.preview[each.urn].dependencies.get(wire, frozenset())
        if value in self.endpoints and self.endpoints[value][0] in sources:
            return self._endpoint(value, sources)
        for urn, attribute in sorted(self.ids.get(value, ()), key=lambda found: found[0] not in sources):
            if urn in sources:
                return f"${{{self.addresses[urn]}.{attribute}}}"
        return self._part_of_a_block(value, sources) or value.replace("${", "$${")

    def _part_of_a_block(self, value: str, sources: frozenset[str]) -> str:
        """A subnet's range, cut from the block that AWS or IPAM gives to the VPC."""
        if "/" not in value:
            return ""
        for block, found in self.ids.items():
            for urn, attribute in found:
                if urn in sources and attribute in {"cidr_block", "ipv6_cidr_block"}:
                    whole, part = ipaddress.ip_network(block), ipaddress.ip_network(value)
                    bits = part.prefixlen - whole.prefixlen
                    number = int(part[0]) - int(whole[0]) >> (part.max_prefixlen - part.prefixlen)
                    if part.version == whole.version and bits >= 0 and 0 <= number < 1 << bits:
                        return f"${{cidrsubnet({self.addresses[urn]}.{attribute}, {bits}, {number})}}"
        return ""

    def _endpoint(self, value: str, sources: frozenset[str]) -> str:
        """By the subnet where the program looks it up so, else by its position."""
        firewall, subnet, position = self.endpoints[value]
        states = f"tolist({self.addresses[firewall]}.firewall_status[0].sync_states)"
        for urn, _attribute in self.ids.get(subnet, ()):
            if urn in sources:
                wanted = f"s.attachment[0].subnet_id == {self.addresses[urn]}.id"
                return f"${{[for s in {states} : s.attachment[0].endpoint_id if {wanted}][0]}}"
        return f"${{{states}[{position}].attachment[0].endpoint_id}}"


def state_of(up: tuple[Registration, ...]) -> dict[str, Any]:
    """What the resources would be in a `terraform.tfstate`, those too that the provider at hand can't make."""
    resources = []
    for each in up:
        kind = _kinds().get(each.type)
        if kind is None:
            raise UnwritableError(each.type)
        names = named(kind)
        assert names is not None
        attributes = {}
        for wire, value in each.properties.items():
            name = _Writer._name(names, "", wire)
            attributes[name] = _stated(names, name, value)
        secret = [name for name, value in attributes.items() if not each.secrets.isdisjoint(strings(value))]
        sensitive = [[{"type": "get_attr", "value": name}] for name in secret]
        instance = {"attributes": {"id": each.id, **attributes}, "sensitive_attributes": sensitive}
        resources.append({"mode": "managed", "type": kind, "name": each.name, "instances": [instance]})
    return {"version": 4, "terraform_version": "1.11.0", "serial": 1, "lineage": "0", "resources": resources}


def _stated(names: Named, path: str, value: Any) -> Any:
    """Blocks are lists in a state, those too that stand once."""
    if isinstance(value, Mapping) and path.partition(".")[0] not in {"tags", "parameters"}:
        found = {}
        for wire, inner in value.items():
            name = _Writer._name(names, path, wire)
            found[name] = _stated(names, f"{path}.{name}", inner)
        return [found] if path in names.single else found
    if isinstance(value, list):
        return [_stated(names, path, inner) for inner in value]
    return value
