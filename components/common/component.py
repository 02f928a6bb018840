"""What every component of this project has in common: a name, arguments and options; inputs recorded, outputs told.

The types of arguments and outputs are looked at while a program runs (`components.package` makes a schema of them for
other languages), so modules with a component in them don't postpone the evaluation of annotations.
"""

import inspect
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass
from ipaddress import IPv4Network
from typing import Any, TypeVar

import pulumi

from components.common.tagging import with_tags

_Args = TypeVar("_Args")


class ArgumentError(pulumi.RunError, ValueError):
    """Arguments that cannot be built from; the message says what was found and what is required."""


@dataclass(frozen=True, kw_only=True)
class TaggedArgs:
    """Arguments of a component that can be used alone."""

    tags: Mapping[str, str] = field(default_factory=dict)
    """Tags of every resource below the component, beside a `Name`; none where empty. A resource's own tags win."""


class Component(pulumi.ComponentResource):
    """A component whose type is `inspected-egress:components:` and the name of its class.

    What a subclass annotates without an underscore are its outputs: `finish` registers them, and programs in other
    languages have them.
    """

    def __init__(self, name: str, args: Any, opts: pulumi.ResourceOptions | None) -> None:
        if isinstance(args, TaggedArgs) and args.tags:
            opts = with_tags(opts, args.tags)
        super().__init__(f"inspected-egress:components:{type(self).__name__}", name, _recorded(args), opts)
        self._child = pulumi.ResourceOptions(parent=self)

    def finish(self) -> None:
        """Register the outputs; the last thing that a constructor does."""
        names = (name for name in outputs_of(type(self)) if getattr(self, name) is not None)
        self.register_outputs({camel_case(name): _plain(getattr(self, name)) for name in names})


def part_of(wanted: type[_Args], args: Any) -> _Args:
    """Return what arguments have of another class's, for a component inside; tags come to it from outside."""
    names = {each.name for each in fields(args)} - {"tags"}
    taken = [each.name for each in fields(wanted) if each.name in names]  # type: ignore[arg-type]  # a dataclass
    return wanted(**{name: getattr(args, name) for name in taken})


def outputs_of(component: type[Component]) -> list[str]:
    """Return the names of a component's outputs."""
    own = [each for each in reversed(component.__mro__) if issubclass(each, Component) and each is not Component]
    return [name for each in own for name in inspect.get_annotations(each) if not name.startswith("_")]


def camel_case(name: str) -> str:
    """Return a name as Pulumi writes it in state and schemas: `vpcId` for `vpc_id`."""
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)


def refuse_unless(wrong: Iterable[tuple[str, object, Iterable[str]]], *, of: str) -> None:
    """Raise ArgumentError unless each value is one of those allowed beside it.

    :param wrong: name, value and what is allowed, of every argument to look at.
    :param of: what the arguments are for, in words.
    """
    problems = [
        f"{name} is {value!r}; it can be {', '.join(known)}"
        for name, value, allowed in wrong
        if value not in (known := tuple(allowed))
    ]
    if problems:
        raise ArgumentError(f"{of}: {'; '.join(problems)}")


def _recorded(args: Any) -> dict[str, Any]:
    """Return arguments as inputs of a component. What is left out or a resource (waited for, no value) is not there."""
    found = {camel_case(each.name): _plain(getattr(args, each.name)) for each in fields(args)}
    return {name: value for name, value in found.items() if value is not None}


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return _recorded(value)
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, pulumi.Resource):
        return None
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_plain(item) for item in value if not isinstance(item, pulumi.Resource)]
    return str(value) if isinstance(value, IPv4Network) else value
