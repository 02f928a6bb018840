"""Reads a template: what the stack will be made of, as far as the template alone tells."""

from __future__ import annotations

import json
import reprlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Any, TypeGuard

from ...network.blind import NESTED, PUT_IN, is_native_network, says_where_packets_go
from ...program.kinds import KIND_OF
from ...program.snapshot import UNKNOWN, Registration, strings
from ..reading import CLOUDFORMATION, Reading, StateError, mapping, urn_of
from .exports import Exports
from .intrinsic import STACKS, Around, Resolver, UndecidedError, settle
from .origins import Once, Origins, Value
from .sam import with_globals
from .types import BY_PROPERTY, CUSTOM, OWN_NAMES, UNFOLDED, token_of, wire

_READ = frozenset({"AWS::Serverless-2016-10-31", "AWS::LanguageExtensions"})
"""Transforms that AWS has, whose resources stand in the template, or are read with it."""
_ATTACHMENT = "aws:ec2transitgateway/vpcAttachment:VpcAttachment"
_RULES = "aws:route53/resolverFirewallRule:ResolverFirewallRule"


def is_template(document: Any) -> TypeGuard[Mapping[str, Any]]:
    """Tell a template from other documents: it has resources by logical id, each with a type."""
    resources = document.get("Resources") if isinstance(document, Mapping) else None
    return isinstance(resources, Mapping) and all(
        (isinstance(each, Mapping) and "Type" in each) or str(name).startswith("Fn::")
        for name, each in resources.items()
    )


@dataclass(frozen=True)
class Template:
    """A template as it is written.

    ``lines`` are those of its resources, by logical id; ``file`` is where it lies, empty for the one that is checked;
    ``nested`` gives the template of a nested stack, from how the stack is written, None where it isn't at hand.
    """

    document: Mapping[str, Any]
    lines: Mapping[str, int] = field(default_factory=dict)
    file: str = ""
    nested: Callable[[Mapping[str, Any]], Template | None] = lambda _written: None


class Stack:
    """A stack as its template has it; ``parameters`` are the values of its parameters, by name. Raises StateError.

    Made before anything of it is read: ``exports`` gain its own, and then settle what it imports. ``passed`` are what
    the template above gives to a nested one's parameters.
    """

    def __init__(
        self,
        template: Template,
        label: str,
        parameters: Mapping[str, str],
        exports: Exports,
        passed: Mapping[str, Callable[[], Value]] | None = None,
    ) -> None:
        self._template = template
        self._document = template.document
        self._label = label
        self._once = Once()
        self._nested: dict[str, Stack] = {}
        around = Around(self._identity, self._firewall, exports, self._output, passed or {})
        self._resolver = Resolver(self._document, parameters, around)
        pseudo = {name: value for name, value in parameters.items() if name.startswith("AWS::")}
        for logical, written in self._resolver.resources.items():
            _check(str(logical), written)
            if mapping(written).get("Type") in STACKS and (inner := template.nested(written)):
                given = mapping(mapping(written.get("Properties")).get("Parameters"))
                values = {name: partial(self._outside, value) for name, value in given.items()}
                self._nested[logical] = Stack(inner, f"{label}.{logical}".strip("."), pseudo, exports, values)
        self._outputs = self._resolver.unrolled(mapping(self._document.get("Outputs")))
        for written in map(mapping, self._outputs.values()):
            name = self._resolver.value(mapping(written.get("Export")).get("Name"), Origins())
            # What hangs on the stack's own name is nobody's to know.
            if isinstance(name, str) and "${AWS::Stack" not in name and self._is_offered(written):
                exports.offer(label, name, partial(self._outside, written.get("Value")))

    def _is_offered(self, output: Mapping[str, Any]) -> bool:
        try:
            return output.get("Condition") is None or self._resolver.holds(str(output["Condition"]))
        except UndecidedError:
            return True

    def _outside(self, written: Any) -> Value:
        """Return a value as other templates see it, and what it comes from."""
        origins = Origins()
        value = self._resolver.value(written, origins)
        origins.urns |= self._urns(origins)
        names = self._resolver.names(written)
        origins.named = self._urns(names) | names.urns
        return value, origins

    def output(self, name: str) -> Value | None:
        """Return what the stack puts out under a name, None if it doesn't."""
        written = mapping(self._outputs.get(name))
        return self._outside(written["Value"]) if "Value" in written and self._is_offered(written) else None

    def _output(self, logical: str, name: str) -> Value | None:
        """Return what a nested stack puts out; None if it can't be told, or comes from itself."""
        nested = self._nested.get(logical)
        return self._once.value((logical, name), partial(nested.output, name)) if nested else None

    def _urns(self, origins: Origins) -> set[str]:
        """Return the URNs of resources that a value comes from; of a nested stack, its own resources are told."""
        return {self.urn(logical) for logical in origins.resources if logical not in self._nested}

    def reading(self) -> Reading:
        """Read it; places in the template itself have no file. Raises StateError."""
        return Reading(CLOUDFORMATION, list(self.registrations()), places=dict(self.places()))

    def places(self) -> Iterator[tuple[str, tuple[str, int]]]:
        """Yield each resource's URN, and the file and line of it."""
        written = mapping(self._document.get("Resources"))
        for name, line in self._template.lines.items():
            # What a loop makes is written where the loop is.
            for logical in self._resolver.unrolled({name: written.get(name)}):
                yield self.urn(logical), (self._template.file, line)
        for nested in self._nested.values():
            yield from nested.places()

    def _firewall(self, logical: str) -> tuple[Mapping[str, str], str]:
        return {zone: endpoint for zone, endpoint, _subnet in self._endpoints(logical)}, self.urn(logical)

    def _identity(self, logical: str) -> str:
        return f"{self._label}:{logical}" if self._label else logical

    def registrations(self) -> Iterator[Registration]:
        """Yield what the stack will be made of, its nested stacks' resources too."""
        yield from self._macros()
        for logical, written in self._resolver.resources.items():
            if str(logical).startswith("Fn::"):
                yield self._put_in(str(logical), str(logical), written)
                continue
            if str(written.get("Type")).endswith("::MODULE"):
                # A module of the registry puts its own resources in its place.
                yield self._put_in(str(logical), f"{logical} ({written['Type']})", written)
                continue
            if nested := self._nested.get(logical):
                # Raises where it is open whether there is a whole network more.
                if written.get("Condition") is None or self._resolver.holds(str(written["Condition"])):
                    yield from nested.registrations()
                continue
            if self._is_made(written):
                out_of_sight = written.get("Type") in STACKS
                yield from self._elsewhere(logical, written) if out_of_sight else self._resource(logical, written)

    def _is_made(self, written: Mapping[str, Any]) -> bool:
        """Tell whether the stack will have a resource. Raises StateError where that is open and a network's."""
        condition = written.get("Condition")
        try:
            return condition is None or self._resolver.holds(str(condition))
        except UndecidedError:
            token = self._token(str(written.get("Type")), written.get("Properties"))
            if token in KIND_OF or is_native_network(token):
                raise
            return True

    def _resource(self, logical: str, written: Mapping[str, Any]) -> Iterator[Registration]:
        kind, given = written["Type"], written.get("Properties") or {}
        given = self._resolver.unrolled(with_globals(kind, given, self._document))
        token = self._token(kind, given)
        put_in = sorted(name for name in map(str, (*written, *given)) if name.startswith("Fn::"))
        if put_in and says_where_packets_go(token):
            yield self._put_in(f"{logical} {put_in[0]}", f"{put_in[0]} in {logical}", {})
            if KIND_OF.get(token) in {"route", "tgw-route"}:
                # It may be to somewhere else, and isn't one that leads nowhere.
                return
        given = {name: value for name, value in given.items() if not str(name).startswith("Fn::")}
        inner = UNFOLDED.get(kind)
        flat = {**{k: v for k, v in given.items() if k != inner}, **mapping(given.get(inner or ""))}
        properties: dict[str, Any] = {}
        dependencies: dict[str, frozenset[str]] = {}
        reasons: dict[str, str] = {}
        secrets: set[str] = set()
        for name, value in flat.items():
            origins = Origins()
            found = settle(self._resolver.value(value, origins), origins)
            if found is None:
                continue
            key = wire(name)
            properties[key] = _renamed(found, name)
            if origins.secret:
                secrets.update(strings(found))
            if origins.resources or origins.urns or origins.unseen:
                dependencies[key] = frozenset({*self._urns(origins), *origins.urns, *origins.unseen})
                unseen = ", ".join(sorted(origins.unseen))
                because = f"comes from {unseen}, which a template doesn't show" if unseen else "is known only once"
                reasons[key] = f"{name} of {logical} {because}" + ("" if unseen else " the stack is there")
        _adapt(kind, properties)
        if token == _ATTACHMENT and logical in self._handed_on:
            # The type lacked this option for years: a custom resource that is given the attachment turned it on.
            properties.setdefault("applianceModeSupport", UNKNOWN)
        if kind == "AWS::NetworkFirewall::Firewall" and (endpoints := self._endpoints(logical)):
            attachments = [{"endpointId": endpoint, "subnetId": subnet} for _zone, endpoint, subnet in endpoints]
            properties["firewallStatuses"] = [{"syncStates": [{"attachments": [each]} for each in attachments]}]
        identity = self._identity(logical)
        yield Registration(
            urn=self.urn(logical),
            type=token,
            name=identity,
            properties=properties,
            dependencies=dependencies,
            id=identity,
            secrets=frozenset(secrets),
            reasons=reasons,
        )
        if kind == "AWS::Route53Resolver::FirewallRuleGroup":
            yield from self._rules(logical, properties.get("firewallRules"))

    @cached_property
    def _handed_on(self) -> frozenset[str]:
        """The resources that custom resources are given."""
        written = self._resolver.resources.items()
        custom = (mapping(each).get("Properties") for name, each in written if f"::{CUSTOM}::" in self.urn(str(name)))
        return frozenset(name for each in custom for name in self._resolver.names(each).resources)

    def _rules(self, logical: str, rules: Any) -> Iterator[Registration]:
        """Make rules that are written in their group resources of their own, as the proof knows them."""
        for number, rule in enumerate(rules if isinstance(rules, list) else ()):
            if isinstance(rule, Mapping):
                urn = urn_of(CLOUDFORMATION, self._label, _RULES, f"{logical}.{number}")
                body = {**rule, "firewallRuleGroupId": self._identity(logical)}
                yield Registration(urn, _RULES, f"{logical}.{number}", body)

    def _endpoints(self, firewall: str) -> list[tuple[str, str, str]]:
        """Return the zone, the id and the subnet of each endpoint; none where the template doesn't tell them apart."""
        mappings = mapping(mapping(self._resolver.resources.get(firewall)).get("Properties")).get("SubnetMappings")
        listed = list(map(mapping, mappings)) if isinstance(mappings, list) else []
        subnets = [self._resolver.value(each.get("SubnetId"), Origins()) for each in listed]
        zones = [self._zone(each) if len(subnets) > 1 else "" for each in subnets]
        if not all(isinstance(each, str) for each in (*subnets, *zones)) or len(set(zones)) < len(zones):
            return []
        return [
            (zone, ".".join(filter(None, (self._identity(firewall), "endpoint", zone))), subnet)
            for zone, subnet in zip(zones, subnets, strict=True)
        ]

    def _zone(self, subnet: Any) -> Any:
        written = next(
            (each for name, each in self._resolver.resources.items() if self._identity(name) == subnet), None
        )
        return self._resolver.value(mapping(mapping(written).get("Properties")).get("AvailabilityZone"), Origins())

    def urn(self, logical: str) -> str:
        """Return the URN of a resource, by its logical id."""
        written = mapping(self._resolver.resources.get(logical))
        token = self._token(str(written.get("Type", "")), written.get("Properties"))
        return urn_of(CLOUDFORMATION, self._label, token, logical)

    def _token(self, kind: str, given: Any) -> str:
        """Return the token of a type; a property that AWS::NoValue takes away decides nothing."""
        telling = BY_PROPERTY.get(kind, ())
        taken = mapping(given)
        return token_of(kind, {n: v for n, v in taken.items() if n in telling and not self._resolver.is_none(v)})

    def _macros(self) -> Iterator[Registration]:
        named = self._document.get("Transform") or []
        for each in named if isinstance(named, list) else [named]:
            if not isinstance(each, str) or each not in _READ:
                name = f"Transform {each if isinstance(each, str) else 'of its own'}"
                yield self._put_in(name, name, {})

    def _put_in(self, name: str, what: str, written: Any) -> Registration:
        """Stand in for what CloudFormation puts resources in the place of, which a template doesn't show."""
        body = json.dumps(written, default=str)
        return Registration(
            urn_of(CLOUDFORMATION, self._label, PUT_IN, name), PUT_IN, name, {"what": what, "body": body}
        )

    def _elsewhere(self, logical: str, written: Mapping[str, Any]) -> Iterator[Registration]:
        """Stand in for a nested stack whose template isn't at hand."""
        given = mapping(written.get("Properties"))
        address = self._resolver.value(given.get("TemplateURL") or given.get("Location"), Origins())
        yield Registration(self.urn(logical), NESTED, self._identity(logical), {"templateUrl": address})


def _check(logical: str, written: Any) -> None:
    """Raise StateError for what is no resource."""
    if logical.startswith("Fn::"):
        return
    kind = mapping(written).get("Type")
    if "Rain::Module" in str(kind):
        raise StateError(f"{logical} of this template is a module of Rain; `rain pkg` writes what is read")
    if not isinstance(kind, str) or not isinstance(written.get("Properties") or {}, Mapping):
        raise StateError(f"{logical} of this template has a type and properties, found {reprlib.repr(written)}")


def _adapt(kind: str, properties: dict[str, Any]) -> None:
    """Say what CloudFormation says otherwise."""
    if kind == "AWS::ElasticLoadBalancingV2::LoadBalancer":
        scheme = properties.pop("scheme", "internet-facing")
        properties["internal"] = UNKNOWN if scheme is UNKNOWN else scheme == "internal"
        properties["loadBalancerType"] = properties.pop("type", "application")
    if kind == "AWS::EC2::VPCEndpoint":
        properties.setdefault("vpcEndpointType", "Gateway")


def _renamed(value: Any, name: str = "") -> Any:
    if isinstance(value, Mapping):
        if "Statement" in value:
            # A policy's conditions are spelled like properties, and are none.
            return json.dumps(value, default=str)
        if name == "IPSetReferences":
            return [{"key": key, "ipSetReferences": [_renamed(inner)]} for key, inner in value.items()]
        own = OWN_NAMES.get(name)
        return {wire(key) if own is None or key in own else key: _renamed(inner, key) for key, inner in value.items()}
    return [_renamed(inner, name) for inner in value] if isinstance(value, list) else value
