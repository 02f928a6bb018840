"""The components as a Pulumi package: `pulumi package add` gives programs in other languages the same parts.

The SDK makes the schema from the classes themselves. What it leaves out is added here: an argument with a default is
optional, and a component gets its arguments as the class that it asks for.
"""

import dataclasses
import inspect
import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import UnionType
from typing import Any, Union, get_args, get_origin

import pulumi
from pulumi.errors import InputPropertyError
from pulumi.provider import ConstructResult
from pulumi.provider.experimental.analyzer import PropertyDefinition
from pulumi.provider.experimental.component import ComponentProvider
from pulumi.provider.experimental.schema import generate_schema
from pulumi.provider.server import ComponentInitError, main

from components.common.component import camel_case
from components.dns.firewall import DnsFirewall, DnsProtection
from components.dns.query_log import QueryLog
from components.firewall.firewall import Firewall
from components.hub.spoke import Spoke
from components.hub.spoke_vpc import SpokeVpc
from components.layouts.hub_and_spoke import HubAndSpoke
from components.layouts.joined_spoke import JoinedSpoke
from components.layouts.single_vpc import SingleVpc
from components.network.s3_endpoint import S3GatewayEndpoint
from policy.egress import __version__

NAME = "inspected-egress"
COMPONENTS: Sequence[type[pulumi.ComponentResource]] = (
    *(SingleVpc, HubAndSpoke, JoinedSpoke),
    *(Firewall, DnsFirewall, DnsProtection, QueryLog, S3GatewayEndpoint, Spoke, SpokeVpc),
)
"""The layouts, and the parts that stand alone."""


class Package(ComponentProvider):
    """The provider that builds the components for programs in other languages."""

    def __init__(self) -> None:
        super().__init__(list(COMPONENTS), NAME, version=__version__)
        for component in COMPONENTS:
            definition = self._component_defs[component.__name__]
            self._complete(_args_of(component), definition.inputs)
            self._complete(component, definition.outputs)
        for type_ in self._type_defs.values():
            self._complete(type_.python_type, type_.properties)
        schema = generate_schema(NAME, __version__, None, self._component_defs, self._type_defs, self._dependencies)
        self.schema = json.dumps(schema.to_json())
        self._components = {each.__name__: _built_from_inputs(each) for each in COMPONENTS}  # type: ignore[misc]

    def _complete(self, python: type, properties: Mapping[str, PropertyDefinition]) -> None:
        """Say what is optional, and what every property is for: the SDK reads no docstring of a base class."""
        defaults = {camel_case(each.name) for each in _fields(python) if _has_default(each)}
        names = {camel_case(name): name for base in python.__mro__ for name in inspect.get_annotations(base)}
        for name, definition in properties.items():
            definition.optional = definition.optional or name in defaults
            texts = (self.analyzer.get_docstring(base, names[name]) for base in python.__mro__ if base is not object)
            definition.description = " ".join(next((text for text in texts if text), "").split()) or None
            for inner in (definition.items, definition.additional_properties):
                if inner is not None:
                    inner.description = None

    def construct(
        self, name: str, resource_type: str, inputs: pulumi.Inputs, options: pulumi.ResourceOptions | None = None
    ) -> ConstructResult:
        """Build a component; a mistake in its arguments is told without a traceback."""
        try:
            return super().construct(name, resource_type, inputs, options)
        except ComponentInitError as error:
            if isinstance(error.inner, (ValueError, pulumi.RunError)):
                raise InputPropertyError("", str(error.inner)) from None
            raise

    def map_input_properties(
        self,
        inputs: pulumi.Inputs,
        properties: dict[str, PropertyDefinition],
        mapping: dict[str, str],
        component_name: str,
        property_path: str,
    ) -> pulumi.Inputs:
        """Refuse an output where the shape of the network depends on the value: the SDK would drop it in silence."""
        for name, definition in properties.items():
            if definition.plain and isinstance(inputs.get(name), pulumi.Output):
                path = f"{property_path}.{name}".removeprefix(".")
                raise InputPropertyError(path, f"{path} of {component_name} must be a value, not another's output")
        return super().map_input_properties(inputs, properties, mapping, component_name, property_path)


def serve() -> None:
    """Serve the package to the engine whose address is the first argument, until it goes away."""
    main(Package(), sys.argv[1:])


def _args_of(component: type[pulumi.ComponentResource]) -> type:
    found: type = component.__init__.__annotations__["args"]
    return found


def _fields(python: type) -> Sequence[dataclasses.Field[Any]]:
    return dataclasses.fields(python) if dataclasses.is_dataclass(python) else ()


def _has_default(each: dataclasses.Field[Any]) -> bool:
    return each.default is not dataclasses.MISSING or each.default_factory is not dataclasses.MISSING


def _built_from_inputs(component: type[pulumi.ComponentResource]) -> Callable[..., pulumi.ComponentResource]:
    def build(name: str, inputs: Mapping[str, Any], opts: pulumi.ResourceOptions | None) -> pulumi.ComponentResource:
        return component(name, typed(_args_of(component), inputs), opts)  # type: ignore[arg-type]

    return build


def typed(wanted: Any, value: Any) -> Any:
    """Return a value that came from another language as what an argument is annotated with.

    An object becomes the class that its place asks for, and a whole number is one again: all numbers come as floats.
    """
    for option in _options(wanted):
        if dataclasses.is_dataclass(option) and isinstance(option, type) and isinstance(value, Mapping):
            known = {each.name: each.type for each in dataclasses.fields(option)}
            return option(**{name: typed(known[name], item) for name, item in value.items()})
        if get_origin(option) is Mapping and isinstance(value, Mapping):
            return {key: typed(get_args(option)[1], item) for key, item in value.items()}
        if get_origin(option) is Sequence and isinstance(value, list):
            return [typed(get_args(option)[0], item) for item in value]
        if option is int and isinstance(value, float) and value.is_integer():
            return int(value)
    return value


def _options(wanted: Any) -> Iterator[Any]:
    yield from get_args(wanted) if get_origin(wanted) in (Union, UnionType) else (wanted,)
