"""Decides what a plan leaves open by the program's own expressions: each module's view of what the plan makes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from ....program.snapshot import UNKNOWN
from ..addresses import Address, Key, ModulePath
from ..values import holds_unknown
from .conversion import converted
from .evaluate import Scope, evaluate, pairs_of
from .files import Module
from .parser import Block, Body
from .source import Source
from .values import EvaluationError, StandIn, Thing, Unordered, Unsettled, settled

_DEEPEST = 60


class Planned(Protocol):
    """A resource of the plan."""

    address: Address
    values: Mapping[str, Any]

    def identified_by(self, name: str) -> bool:
        """Tell whether an attribute is one by which other resources name it."""


class Deciding:
    """The program over the plan. ``urn`` and ``stand_in`` spell a resource, and an id that it will have."""

    def __init__(
        self,
        source: Source,
        *,
        planned: Mapping[Address, Planned],
        data: Mapping[Address, Mapping[str, Any]],
        variables: Mapping[str, Any],
        urn: Callable[[Address], str],
        stand_in: Callable[[Address, str], str],
    ) -> None:
        self.source = source
        self.planned = planned
        self.data = data
        self.urn = urn
        self.stand_in = stand_in
        self._variables = variables
        self._known: dict[Any, Any] = {}
        self._open: set[Any] = set()
        self._keys: dict[tuple[ModulePath, str, str, str], list[Address]] = defaultdict(list)
        for address in (*planned, *data):
            self._keys[address.module, address.mode, address.kind, address.name].append(address)

    def written(self, address: Address) -> Body | None:
        """Return what the program says of a resource."""
        module = self._module(address.module)
        return module.resources.get((address.mode, address.kind, address.name)) if module else None

    def place(self, address: Address) -> tuple[str, int] | None:
        """Return the file and line of a resource."""
        module = self._module(address.module)
        return module.places.get((address.mode, address.kind, address.name)) if module else None

    def value(self, address: Address, name: str) -> Any:
        """Return what an attribute, or all blocks of a name, of a resource will be. Raises EvaluationError."""
        return self._once(("value", address, name), lambda: self._value(address, name))

    def _value(self, address: Address, name: str) -> Any:
        body = self.written(address)
        if body is None:
            raise EvaluationError(f"{address} isn't in the source")
        scope = self._of_resource(address, body)
        if name in body.attributes:
            return evaluate(body.attributes[name], scope)
        if self.says(address, name):
            return self._blocks(body, name, scope)
        raise EvaluationError(f"{name} of {address} isn't in the source")

    def says(self, address: Address, name: str) -> bool:
        """Tell whether the program gives a resource this attribute or block."""
        body = self.written(address)
        if body is None:
            return False
        blocks = (block for block in body.blocks if block.kind == name or block.labels[:1] == (name,))
        return name in body.attributes or any(True for _ in blocks)

    def _blocks(self, body: Body, name: str, scope: Scope) -> Any:
        found: list[Any] = []
        for block in body.blocks:
            if block.kind == name:
                found.append(self._block(block.body, scope))
            elif block.kind == "dynamic" and block.labels == (name,):
                made = self._dynamic(block, name, scope)
                if isinstance(made, Unsettled):
                    return made
                found += made
        return found

    def _block(self, body: Body, scope: Scope) -> dict[str, Any]:
        found = {name: evaluate(tree, scope) for name, tree in body.attributes.items()}
        names = [block.labels[0] if block.kind == "dynamic" else block.kind for block in body.blocks]
        return found | {name: self._blocks(body, name, scope) for name in dict.fromkeys(names)}

    def _dynamic(self, block: Block, name: str, scope: Scope) -> Any:
        content = next((inner.body for inner in block.body.blocks if inner.kind == "content"), Body())
        iterator = block.body.attributes.get("iterator")
        label = str(iterator[1]) if iterator else name
        over = evaluate(block.body.attributes["for_each"], scope)
        if isinstance(over, Unsettled):
            return over
        pairs = _each(over)
        found = [self._block(content, _with(scope, {label: {"key": key, "value": value}})) for key, value in pairs]
        return Unordered(found) if isinstance(over, Unordered) or isinstance(pairs, Unordered) else found

    def thing(self, address: Address) -> Thing:
        """Return a resource's instance as expressions see it."""
        return _Instance(self, address)

    # Scopes

    def _of_resource(self, address: Address, body: Body) -> Scope:
        return self._keyed(self.scope(address.module), address.key, body, address)

    def _keyed(self, scope: Scope, key: Key, body: Body, about: Any) -> Scope:
        def inner(name: str) -> Any:
            if name == "count" and "count" in body.attributes:
                return {"index": key}
            if name == "each" and "for_each" in body.attributes:
                return {"key": key, "value": self._once(("each", about), lambda: self._item(scope, body, key))}
            return scope(name)

        return inner

    def _item(self, scope: Scope, body: Body, key: Key) -> Any:
        over = evaluate(body.attributes["for_each"], scope)
        if isinstance(over, Unsettled):
            return over
        return dict(_each(over)).get(key, Unsettled(unseen=frozenset({"each.value"})))

    def scope(self, path: ModulePath) -> Scope:
        """Return what names mean in a module's instance."""

        def first(name: str) -> Any:
            if name == "var":
                return _Lazy(lambda each: self._variable(path, each))
            if name == "local":
                return _Lazy(lambda each: self._local(path, each))
            if name == "module":
                return _Lazy(lambda each: self._calls(path, each))
            if name in {"data", "resource"}:
                # Terraform takes resource.aws_vpc.hub for aws_vpc.hub.
                mode = "data" if name == "data" else "managed"
                return _Lazy(lambda kind: _Lazy(lambda each: self._things(path, mode, kind, each)))
            if name in {"path", "terraform", "self"}:
                return Unsettled(unseen=frozenset({name}))
            return _Lazy(lambda each: self._things(path, "managed", name, each))

        return first

    def _module(self, path: ModulePath) -> Module | None:
        return self.source.module(tuple(name for name, _key in path))

    def _variable(self, path: ModulePath, name: str) -> Any:
        return self._once(("var", path, name), lambda: self._given(path, name))

    def _given(self, path: ModulePath, name: str) -> Any:
        module = self._module(path)
        declared = module.variables.get(name) if module else None
        if not path:
            value = self._variables.get(name, _MISSING)
            if value is _MISSING:
                value = _default(declared, self.scope(()))
        else:
            above = self._module(path[:-1])
            call = above.calls.get(path[-1][0]) if above else None
            if call is None:
                return Unsettled(unseen=frozenset({f"var.{name}"}))
            if name in call.attributes:
                value = evaluate(call.attributes[name], self._keyed(self.scope(path[:-1]), path[-1][1], call, path))
            else:
                value = _default(declared, self.scope(path))
        kind = declared.attributes.get("type") if declared else None
        return converted(value, kind, self.scope(path)) if kind else value

    def _local(self, path: ModulePath, name: str) -> Any:
        module = self._module(path)
        if module is None or name not in module.locals:
            return Unsettled(unseen=frozenset({f"local.{name}"}))
        tree = module.locals[name]
        return self._once(("local", path, name), lambda: evaluate(tree, self.scope(path)))

    def _calls(self, path: ModulePath, name: str) -> Any:
        module = self._module(path)
        call = module.calls.get(name) if module else None
        inner = self.source.module((*(each for each, _key in path), name))
        if call is None or inner is None:
            return Unsettled(unseen=frozenset({f"module.{name}"}))
        return self._instances(call, self.scope(path), lambda key: self._outputs((*path, (name, key)), inner))

    def _outputs(self, path: ModulePath, module: Module) -> Any:
        def output(name: str) -> Any:
            body = module.outputs.get(name)
            if body is None or "value" not in body.attributes:
                raise EvaluationError(f"there is no output {name}")
            return self._once(("output", path, name), lambda: evaluate(body.attributes["value"], self.scope(path)))

        return _Lazy(output)

    def _instances(self, body: Body, scope: Scope, make: Callable[[Key], Any]) -> Any:
        if "count" in body.attributes:
            count = evaluate(body.attributes["count"], scope)
            return count if not settled(count) else [make(at) for at in range(int(count))]
        if "for_each" in body.attributes:
            over = evaluate(body.attributes["for_each"], scope)
            return over if isinstance(over, Unsettled) else {key: make(key) for key, _value in _each(over)}
        return make(None)

    def _things(self, path: ModulePath, mode: str, kind: str, name: str) -> Any:
        found = self._keys.get((path, mode, kind, name), [])
        if found:
            if found[0].key is None:
                return self.thing(found[0])
            if isinstance(found[0].key, int):
                return [self.thing(each) for each in sorted(found, key=lambda each: int(each.key or 0))]
            return {each.key: self.thing(each) for each in found}
        module = self._module(path)
        body = module.resources.get((mode, kind, name)) if module else None
        spelled = f"{'data.' if mode == 'data' else ''}{kind}.{name}"
        if body is not None and mode == "managed":
            # Nothing of it is planned: there is none of it.
            return self._instances(body, self.scope(path), lambda _key: Unsettled(unseen=frozenset({spelled})))
        return Unsettled(unseen=frozenset({spelled}))

    def _once(self, key: Any, make: Callable[[], Any]) -> Any:
        if key not in self._known:
            if key in self._open or len(self._open) > _DEEPEST:
                return Unsettled(unseen=frozenset({"a reference that goes round in circles"}))
            self._open.add(key)
            try:
                self._known[key] = make()
            finally:
                self._open.discard(key)
        return self._known[key]


class _Lazy(Thing):
    def __init__(self, look_up: Callable[[str], Any]) -> None:
        self._look_up = look_up

    def get(self, name: str) -> Any:
        return self._look_up(name)


class _Instance(Thing):
    def __init__(self, deciding: Deciding, address: Address) -> None:
        self._deciding = deciding
        self.address = address

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Instance) and other.address == self.address

    def __hash__(self) -> int:
        return hash(self.address)

    def get(self, name: str) -> Any:
        deciding, address = self._deciding, self.address
        if address in deciding.data:
            values = deciding.data[address]
            return values.get(name, Unsettled(unseen=frozenset({str(address)})))
        planned = deciding.planned[address]
        if name not in planned.values:
            raise EvaluationError(f"{address} has no {name}")
        value = planned.values[name]
        if not holds_unknown(value):
            return value
        own = Unsettled(frozenset({deciding.urn(address)}))
        if name == _STATUS.get(address.kind):
            return statuses(deciding, address)
        if deciding.says(address, name):
            return deciding.value(address, name)
        if planned.identified_by(name):
            return StandIn(deciding.stand_in(address, name), own.origins)
        return _with_own(value, own)


_STATUS = {
    "aws_networkfirewall_firewall": "firewall_status",
    "aws_networkfirewall_vpc_endpoint_association": "vpc_endpoint_association_status",
}
ENDPOINTS = {attribute: kind for kind, attribute in _STATUS.items()}
"""Attribute that tells of endpoints to come -> the type that has it."""


def statuses(deciding: Deciding, address: Address) -> Any:
    """Return the endpoints that a firewall will have: one a subnet, in an order that nobody knows yet."""
    own = Unsettled(frozenset({deciding.urn(address)}))
    try:
        mappings = deciding.value(address, "subnet_mapping")
    except EvaluationError:
        return own
    if isinstance(mappings, Unsettled):
        return own
    listed = mappings if isinstance(mappings, list) else [mappings]
    states = Unordered(order=address)
    for mapping in listed:
        subnet = mapping.get("subnet_id") if isinstance(mapping, Mapping) else None
        if not isinstance(subnet, str):
            return own
        endpoint = StandIn(f"{deciding.stand_in(address, 'endpoint')}[{subnet}]", own.origins)
        attachment = {"subnet_id": subnet, "endpoint_id": endpoint}
        states.append({"availability_zone": _zone(deciding, subnet), "attachment": [attachment]})
    inner = "sync_states" if _STATUS[address.kind] == "firewall_status" else "association_sync_state"
    return [{inner: states}]


def _zone(deciding: Deciding, subnet: str) -> Any:
    for address, planned in deciding.planned.items():
        if address.kind == "aws_subnet" and subnet in (
            planned.values.get("id"),
            deciding.stand_in(address, "id"),
        ):
            return _Instance(deciding, address).get("availability_zone")
    return Unsettled(unseen=frozenset({f"the zone of {subnet}"}))


def _with_own(value: Any, own: Unsettled) -> Any:
    if value is UNKNOWN:
        return own
    if isinstance(value, Mapping):
        return {name: _with_own(inner, own) for name, inner in value.items()}
    return [_with_own(inner, own) for inner in value] if isinstance(value, list) else value


def _each(over: Any) -> list[tuple[Any, Any]]:
    """Return keys and values of ``for_each``; a set's elements are their own keys."""
    if isinstance(over, list):
        return [(value, value) for value in over]
    return pairs_of(over)


def _with(scope: Scope, names: Mapping[str, Any]) -> Scope:
    return lambda name: names[name] if name in names else scope(name)


def _default(declared: Body | None, scope: Scope) -> Any:
    tree = declared.attributes.get("default") if declared else None
    return evaluate(tree, scope) if tree is not None else Unsettled(unseen=frozenset({"a variable"}))


_MISSING = object()
