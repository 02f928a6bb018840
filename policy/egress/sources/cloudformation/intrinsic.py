"""Resolves ``Ref`` and ``Fn::*``: to values, to stand-ins for ids, or to what a value will come from."""

from __future__ import annotations

import ipaddress
import re
import reprlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ...program.snapshot import UNKNOWN
from ..reading import StateError, mapping
from .exports import Exports
from .loops import LOOP, unrolled
from .origins import Origins, Value

_REFERENCE = re.compile(r"\$\{([^!}][^}]*)\}")
_IDENTITY = re.compile(r"(Id|Arn)$")
_PSEUDO = re.compile(r"AWS::(AccountId|NotificationARNs|Partition|Region|StackId|StackName|URLSuffix)$")
_LEFT = re.compile(r"\$\{([^}]+)\}")
"""What a template alone doesn't tell, such as the Region, or which zone a parameter of a zone's type is."""
_DYNAMIC = re.compile(r"\{\{resolve:[^}]*\}?\}?")
_IN_THE_ACCOUNT = re.compile(r"(List<)?AWS::EC2::(AvailabilityZone::Name|VPC::Id|Subnet::Id)")
STACKS = frozenset({"AWS::CloudFormation::Stack", "AWS::Serverless::Application"})
"""Types that are stacks, made from templates of their own."""
_DEEPEST = 100
_MOST_BLOCKS = 256
"""What Fn::Cidr gives at most: AWS's CloudFormation template reference."""


@dataclass(frozen=True)
class Around:
    """What a template's values hang on besides itself.

    ``identity`` spells the id that a resource will have, ``firewall`` gives the ids of a firewall's endpoints, by the
    zone of each, and its URN, ``exports`` are those of the templates that are checked together. ``output`` gives what
    a nested stack puts out, by its logical id and the output's name, None where that can't be told. ``passed`` are the
    values that the template above gives to a nested one's parameters.
    """

    identity: Callable[[str], str]
    firewall: Callable[[str], tuple[Mapping[str, str], str]]
    exports: Exports
    output: Callable[[str, str], Value | None]
    passed: Mapping[str, Callable[[], Value]]


class Resolver:
    """One template and its parameters."""

    def __init__(self, template: Mapping[str, Any], parameters: Mapping[str, str], around: Around) -> None:
        self.resources: Mapping[str, Any] = mapping(template.get("Resources"))
        self._parameters = mapping(template.get("Parameters"))
        self._mappings = mapping(template.get("Mappings"))
        self._given = parameters
        self._around = around
        self._depth = 0
        self._conditions: Mapping[str, Any] = {}
        self._conditions = self.unrolled(mapping(template.get("Conditions")))
        self.resources = self.unrolled(self.resources)

    def unrolled(self, written: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return a map with what the loops in it make; a loop over what isn't known stays one."""
        return unrolled(written, lambda each: self.value(each, Origins()))

    def value(self, written: Any, origins: Origins) -> Any:
        """Return a value; where it isn't known, UNKNOWN, and ``origins`` gain what it comes from."""
        self._depth += 1
        if self._depth > _DEEPEST:
            raise StateError(f"a value of this template is nested more than {_DEEPEST} levels deep")
        try:
            found = self._value(written, origins)
        finally:
            self._depth -= 1
        if isinstance(found, str) and (dynamic := _DYNAMIC.search(found)):
            # CloudFormation puts in what a store has under that name.
            origins.unseen.add(dynamic[0])
            return UNKNOWN
        return found

    def is_none(self, written: Any) -> bool:
        """Tell whether a value is AWS::NoValue, by which the property isn't there."""
        return self.value(written, Origins()) is _NO_VALUE

    def _value(self, written: Any, origins: Origins) -> Any:
        if isinstance(written, list):
            found = [self.value(inner, origins) for inner in written]
            return [inner for inner in found if inner is not _NO_VALUE]
        if not isinstance(written, Mapping):
            return written
        if len(written) == 1:
            ((name, argument),) = written.items()
            if name == "Ref":
                return self._reference(self._name(argument), origins)
            if str(name).startswith("Fn::") and not str(name).startswith(LOOP):
                return self._function(str(name), argument, origins)
        written = self.unrolled(written)
        if put_in := sorted(str(name) for name in written if str(name).startswith("Fn::")):
            origins.unseen.update(put_in)
            self._come_from(written, origins)
            return UNKNOWN
        found_map = {str(name): self.value(inner, origins) for name, inner in written.items()}
        return {name: inner for name, inner in found_map.items() if inner is not _NO_VALUE}

    def _name(self, written: Any) -> str:
        """Return the name in a reference, which AWS::LanguageExtensions lets functions make."""
        return str(self.value(written, Origins()) if isinstance(written, Mapping) else written)

    def _reference(self, name: str, origins: Origins) -> Any:
        if name in self.resources:
            return self._around.identity(name)
        if name == "AWS::NoValue":
            return _NO_VALUE
        if _PSEUDO.match(name):
            return self._given.get(name, f"${{{name}}}")
        value = self._parameter(name, origins)
        if value is None:
            kind = str(mapping(self._parameters.get(name)).get("Type", ""))
            if found := _IN_THE_ACCOUNT.match(kind):
                # Something that is there already, one and the same wherever the template has the parameter.
                own = name if found[2].startswith("AvailabilityZone") else self._around.identity(name)
                return _Some(own) if found[1] else f"${{{own}}}"
            origins.unseen.add(f"parameter {name}")
            return UNKNOWN
        if str(mapping(self._parameters.get(name)).get("NoEcho", "")).lower() == "true":
            origins.secret = True
        return value

    def _parameter(self, name: str, origins: Origins) -> Any:
        """Return a parameter's value: the one that is given, else its default; None where there is neither."""
        declared = mapping(self._parameters.get(name))
        if str(declared.get("Type", "")).startswith("AWS::SSM::"):
            return None
        value = self._given.get(name, declared.get("Default"))
        if name in self._around.passed and (found := self._around.passed[name]())[0] is not _NO_VALUE:
            value = _taken(found, origins)
            if not isinstance(value, (str, int)):
                return value
        listed = str(declared.get("Type", "")).startswith(("List<", "CommaDelimitedList"))
        return [each.strip() for each in str(value).split(",")] if listed and value is not None else value

    def _function(self, name: str, argument: Any, origins: Origins) -> Any:
        if function := _FUNCTIONS.get(name):
            return function(self, argument, origins)
        origins.unseen.add(name)
        self.value(argument, origins)
        self._come_from(argument, origins)
        return UNKNOWN

    def names(self, written: Any) -> Origins:
        """Return every resource that a value names in any way."""
        origins = Origins()
        self._come_from(written, origins)
        return origins

    def _named(self, name: str, origins: Origins) -> None:
        """Add what a name stands for: a resource or an attribute of one, or what is handed to this template."""
        logical, _, output = name.partition(".Outputs.")
        found = self._around.output(logical, output) if output else None
        if name in self._around.passed:
            found = self._around.passed[name]()
        if found:
            origins.urns |= found[1].named
        if (own := name.partition(".")[0]) in self.resources:
            origins.resources.add(own)

    def _come_from(self, written: Any, origins: Origins) -> None:
        """Add every resource that a value names in any way."""
        if isinstance(written, list):
            for inner in written:
                self._come_from(inner, origins)
        elif isinstance(written, Mapping):
            for name, inner in written.items():
                if name == "Ref":
                    self._named(self._name(inner), origins)
                elif name == "Fn::GetAtt":
                    self._attribute_of(inner, origins)
                    self._named(".".join(map(self._name, inner)) if isinstance(inner, list) else str(inner), origins)
                elif name == "Fn::ImportValue" and isinstance(export := self.value(inner, Origins()), str):
                    if found := self._around.exports.value(export):
                        origins.urns |= found[1].named
                elif name == "Fn::Sub":
                    text = inner[0] if isinstance(inner, list) and inner else inner
                    for each in _REFERENCE.findall(str(text)):
                        self._named(each, origins)
                    self._come_from(inner, origins)
                else:
                    self._come_from(inner, origins)

    def _attribute_of(self, argument: Any, origins: Origins) -> Any:
        parts = argument.split(".", 1) if isinstance(argument, str) else argument
        parts = list(map(self._name, parts)) if isinstance(parts, list) else []
        if len(parts) != 2:  # noqa: PLR2004 - a resource, an attribute
            origins.unseen.add("Fn::GetAtt")
            return UNKNOWN
        logical, attribute = parts
        resource = mapping(self.resources.get(logical))
        kind = str(resource.get("Type", ""))
        properties = mapping(resource.get("Properties"))
        if kind.startswith("Custom::") or kind == "AWS::CloudFormation::CustomResource":
            # Whoever looks something up for a template is told where: its own properties say what it is about.
            self._come_from(properties, origins)
            origins.unseen.add(f"{logical}.{attribute}")
            return UNKNOWN
        if kind in STACKS:
            found = self._around.output(logical, attribute.removeprefix("Outputs."))
            if found is None:
                origins.unseen.add(f"{logical}.{attribute}")
                return UNKNOWN
            return _taken(found, origins)
        if attribute == "EndpointIds":
            return _Endpoints(*self._around.firewall(logical))
        if attribute in properties:
            return self.value(properties[attribute], origins)
        if _IDENTITY.search(attribute) and logical in self.resources and attribute != "AllocationId":
            return self._around.identity(logical)
        origins.resources.add(logical)
        return UNKNOWN

    def _select(self, argument: Any, origins: Origins) -> Any:
        index, listed = argument if isinstance(argument, list) and len(argument) == 2 else (None, None)  # noqa: PLR2004 - Fn::Select's two
        at = self.value(index, origins)
        if isinstance(listed, Mapping) and "Fn::GetAZs" in listed:
            return f"${{Fn::GetAZs[{at}]}}"
        values = self.value(listed, origins)
        if isinstance(values, _Endpoints):
            return _Endpoint(values.only, values.urn)
        if isinstance(values, _Some):
            return f"${{{values.parameter}[{at}]}}"
        if isinstance(values, list) and str(at).isdigit() and int(at) < len(values):
            return values[int(at)]
        self._come_from(argument, origins)
        return UNKNOWN

    def _split(self, argument: Any, origins: Origins) -> Any:
        sign, text = argument if isinstance(argument, list) and len(argument) == 2 else ("", UNKNOWN)  # noqa: PLR2004 - Fn::Split's two
        value = self.value(text, origins)
        if isinstance(value, _Endpoint):
            # ``eu-west-1a:vpce-…``, of a zone that only the firewall knows; behind a comma stand others.
            return [UNKNOWN, value] if sign == ":" else [value, UNKNOWN]
        if isinstance(value, _Endpoints):
            zone = self.value(sign, Origins())
            if isinstance(zone, str) and (found := value.by_zone.get(zone.removesuffix(":"))):
                return [UNKNOWN, _Endpoint(found, value.urn)]
            return value
        return value.split(sign) if isinstance(value, str) and sign else UNKNOWN

    def _join(self, argument: Any, origins: Origins) -> Any:
        sign, listed = argument if isinstance(argument, list) and len(argument) == 2 else ("", UNKNOWN)  # noqa: PLR2004 - Fn::Join's two
        values = self.value(listed, origins)
        if isinstance(values, _Endpoints):
            return values
        if isinstance(values, list) and all(isinstance(value, (str, int)) for value in values):
            return str(sign).join(map(_text, values))
        self._come_from(listed, origins)
        return UNKNOWN

    def _sub(self, argument: Any, origins: Origins) -> Any:
        text, more = argument if isinstance(argument, list) and len(argument) == 2 else (argument, {})  # noqa: PLR2004 - Fn::Sub's two
        names = mapping(more)
        parts: list[str] = []
        at = 0
        for match in _REFERENCE.finditer(str(text)):
            name = match[1].strip()
            if name in names:
                value = self.value(names[name], origins)
            elif "." in name and not name.startswith("AWS::"):
                value = self._attribute_of(name, origins)
            else:
                value = self._reference(name, origins)
            if match[0] == text:
                return value
            if not isinstance(value, (str, int)):
                self._come_from({"Fn::Sub": argument}, origins)
                return UNKNOWN
            parts += [str(text)[at : match.start()], _text(value)]
            at = match.end()
        return "".join([*parts, str(text)[at:]]).replace("${!", "${")

    def _find(self, argument: Any, origins: Origins) -> Any:
        value: Any = self._mappings
        for step in argument[:3] if isinstance(argument, list) else [None]:
            key = _settled_text(self.value(step, origins))
            if key is None:
                # Which entry it is isn't known, nor whether there is one: the default is no answer either.
                self._come_from(argument, origins)
                origins.unseen.add("Fn::FindInMap")
                return UNKNOWN
            value = value.get(key) if isinstance(value, Mapping) else None
        if value is None and isinstance(argument, list) and len(argument) == 4:  # noqa: PLR2004 - with AWS::LanguageExtensions
            return self.value(mapping(argument[3]).get("DefaultValue", UNKNOWN), origins)
        if value is None:
            origins.unseen.add("Fn::FindInMap")
            return UNKNOWN
        return value

    def _cidr(self, argument: Any, origins: Origins) -> Any:
        values = self.value(argument, origins)
        try:
            block, count, bits = [*values, 0][:3] if len(values) == 3 else [*values, 8][:3]  # noqa: PLR2004 - the bits may be left out
            network = ipaddress.ip_network(block)
            length = network.max_prefixlen - int(bits)
            subnets = network.subnets(new_prefix=length)
            return [str(subnet) for _number, subnet in zip(range(min(int(count), _MOST_BLOCKS)), subnets, strict=False)]
        except (TypeError, ValueError):
            self._come_from(argument, origins)
            return UNKNOWN

    def _length(self, argument: Any, origins: Origins) -> Any:
        values = self.value(argument, origins)
        return len(values) if isinstance(values, list) else UNKNOWN

    def _if(self, argument: Any, origins: Origins) -> Any:
        name, yes, no = argument if isinstance(argument, list) and len(argument) == 3 else ("", None, None)  # noqa: PLR2004 - Fn::If's three
        try:
            return self.value(yes if self.holds(str(name)) else no, origins)
        except UndecidedError:
            self._come_from([yes, no], origins)
            origins.unseen.add(f"condition {name}")
            return UNKNOWN

    def _import(self, argument: Any, origins: Origins) -> Any:
        name = self.value(argument, origins)
        if not isinstance(name, str):
            origins.unseen.add("Fn::ImportValue")
            return UNKNOWN
        found = self._around.exports.value(name)
        if found is None:
            origins.unseen.add(self._around.exports.why_not(name))
            return UNKNOWN
        return _taken(found, origins)

    def holds(self, name: str) -> bool:
        """Tell whether a condition holds. Raises UndecidedError where a parameter that decides it has no value."""
        if name not in self._conditions:
            raise StateError(f"there is no condition {name} in this template")
        return self._true(self._conditions[name], name, _DEEPEST)

    def _true(self, written: Any, name: str, depth: int) -> bool:
        if isinstance(written, Mapping) and len(written) == 1 and depth:
            ((function, argument),) = written.items()
            listed = argument if isinstance(argument, list) else []
            if function == "Condition":
                return self._true(self._conditions.get(argument), name, depth - 1)
            if function == "Fn::Not" and len(listed) == 1:
                return not self._true(listed[0], name, depth - 1)
            if function in {"Fn::And", "Fn::Or"}:
                return (all if function == "Fn::And" else any)(self._true(each, name, depth - 1) for each in listed)
            if function == "Fn::Equals" and len(listed) == 2:  # noqa: PLR2004 - what is compared
                origins = Origins()
                compared = [self.value(each, origins) for each in listed]
                left, right = map(_settled_text, compared)
                if left is not None and right is not None:
                    return left == right
                left_open = _LEFT.findall(" ".join(each for each in compared if isinstance(each, str)))
                unseen = sorted({*origins.unseen, *left_open}) or ["where the stack is made"]
                raise UndecidedError(
                    f"whether condition {name} holds depends on {', '.join(unseen)}; give --parameter NAME=VALUE, or "
                    "check the deployed network"
                )
        raise StateError(
            f"condition {name} is made of Condition, Fn::And, Fn::Equals, Fn::Not and Fn::Or, found "
            f"{reprlib.repr(written)}"
        )


def _text(value: str | float) -> str:
    """Return a value as CloudFormation compares it, and puts it into texts: all of its parameters are texts."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _settled_text(value: Any) -> str | None:
    """Return the text of a value that is known whole; None where it isn't, or is no text."""
    text = _text(value) if isinstance(value, (str, int, float)) else None
    return None if text is None or _LEFT.search(text) else text


def _taken(value: Value, origins: Origins) -> Any:
    """Return a value of another template; what it comes from goes to the origins here."""
    found, its = value
    origins.urns |= its.urns
    origins.unseen |= its.unseen
    origins.secret |= its.secret
    return found


class UndecidedError(StateError):
    """A template alone doesn't tell whether a condition holds."""


class _NoValue:
    """Stands for AWS::NoValue, which takes a property away."""


_NO_VALUE = _NoValue()


@dataclass(frozen=True)
class _Endpoints:
    """All endpoints of a firewall, in an order of AWS's own, or joined to a text."""

    by_zone: Mapping[str, str]
    urn: str

    @property
    def only(self) -> str | None:
        """Return the id of the endpoint of a firewall with one."""
        return next(iter(self.by_zone.values())) if len(self.by_zone) == 1 else None


@dataclass(frozen=True)
class _Endpoint:
    """One of a firewall's endpoints, taken by its zone, or by its position."""

    only: str | None
    urn: str


@dataclass(frozen=True)
class _Some:
    """A list of things that are there already, of which a parameter will tell."""

    parameter: str


def settle(value: Any, origins: Origins) -> Any:
    """Return a value without the resolver's own marks."""
    if isinstance(value, (_Endpoint, _Endpoints)):
        if value.only:
            return value.only
        origins.urns.add(value.urn)
        return UNKNOWN
    if isinstance(value, _NoValue):
        return None
    if isinstance(value, _Some):
        origins.unseen.add(f"parameter {value.parameter}")
        return UNKNOWN
    if isinstance(value, Mapping):
        return {name: settle(inner, origins) for name, inner in value.items()}
    return [settle(inner, origins) for inner in value] if isinstance(value, list) else value


_FUNCTIONS: dict[str, Callable[[Resolver, Any, Origins], Any]] = {
    "Fn::Cidr": Resolver._cidr,  # noqa: SLF001 - its own
    "Fn::FindInMap": Resolver._find,  # noqa: SLF001
    "Fn::GetAtt": Resolver._attribute_of,  # noqa: SLF001
    "Fn::If": Resolver._if,  # noqa: SLF001
    "Fn::ImportValue": Resolver._import,  # noqa: SLF001
    "Fn::Join": Resolver._join,  # noqa: SLF001
    "Fn::Length": Resolver._length,  # noqa: SLF001
    "Fn::Select": Resolver._select,  # noqa: SLF001
    "Fn::Split": Resolver._split,  # noqa: SLF001
    "Fn::Sub": Resolver._sub,  # noqa: SLF001
}
