"""What the references of a plan's ``configuration`` lead to: which resources an unknown value comes from, not how.

A plan lists an expression's references and hides the expression. Where one names several instances and hangs on
``count.index`` or ``each``, the instance of the same key is taken if the keys match one to one; ``Origins.paired`` says
so. What is out of sight (locals, data sources that are read later, other providers) is named in ``Origins.unseen``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..reading import mapping
from .addresses import Address, Key, ModulePath, split
from .values import at_path, ids_in

ANY_OUTPUT = ("output",)
"""Stands in the path of what one of a module's outputs comes from."""
_MOST = 40
"""How many references lie on the way to a resource at most; variables can't go round in circles, files may."""


@dataclass
class Origins:
    """Where a value comes from: instances, each with the attribute as far as it is written, and what isn't seen.

    ``ids`` are those that variables and data sources on the way have: the value may be one of them.
    """

    found: dict[tuple[Address, tuple[Any, ...]], None] = field(default_factory=dict)
    paired: dict[Address, None] = field(default_factory=dict)
    unseen: dict[str, None] = field(default_factory=dict)
    ids: dict[str, None] = field(default_factory=dict)

    def add(self, other: Origins, path: Sequence[Any] = ()) -> None:
        """Take over what another expression comes from; ``path`` is what is taken of its value."""
        for address, inner in other.found:
            self.found[address, (*inner, *path)] = None
        self.paired.update(other.paired)
        self.unseen.update(other.unseen)
        self.ids.update(other.ids)


class References:
    """The configuration of a plan, the instances that it makes, and the variables and data sources that it knows."""

    def __init__(
        self,
        configuration: Mapping[str, Any],
        addresses: Iterable[Address],
        variables: Mapping[str, Any],
        data: Mapping[Address, Mapping[str, Any]],
    ) -> None:
        self._variables = variables
        self._data: dict[tuple[Any, ...], list[Mapping[str, Any]]] = defaultdict(list)
        for address, values in data.items():
            self._data[address.module, address.kind, address.name].append(values)
        root = configuration.get("root_module")
        self._root: Mapping[str, Any] = root if isinstance(root, Mapping) else {}
        self._keys: dict[tuple[ModulePath, str, str, str], dict[Key, Address]] = defaultdict(dict)
        self._modules: dict[tuple[ModulePath, str], dict[Key, None]] = defaultdict(dict)
        for address in addresses:
            self._keys[address.module, address.mode, address.kind, address.name][address.key] = address
            for depth, (name, key) in enumerate(address.module):
                self._modules[address.module[:depth], name][key] = None
        self._resources: dict[tuple[tuple[str, ...], str, str, str], Mapping[str, Any]] = {}
        self._calls: dict[tuple[str, ...], Mapping[str, Any]] = {}
        self._index((), self._root)

    def _index(self, names: tuple[str, ...], module: Mapping[str, Any]) -> None:
        self._calls[names] = module
        for each in module.get("resources") or ():
            if isinstance(each, Mapping):
                key = (names, str(each.get("mode")), str(each.get("type")), str(each.get("name")))
                self._resources[key] = each
        for name, call in mapping(module.get("module_calls")).items():
            self._index((*names, name), mapping(mapping(call).get("module")))

    def resource(self, address: Address) -> Mapping[str, Any] | None:
        """Return what is written of a resource; None where the configuration doesn't have it."""
        return self._resources.get((_names(address.module), address.mode, address.kind, address.name))

    def expressions(self, address: Address) -> Mapping[str, Any]:
        """Return what is written of a resource's attributes and blocks, by name."""
        return mapping((self.resource(address) or {}).get("expressions"))

    def unmade(self, destroyed: Iterable[Address]) -> Iterator[str]:
        """Yield the resources that are written and that no instance was planned of, nor is destroyed."""
        made = {(_names(module), mode, kind, name) for module, mode, kind, name in self._keys}
        made |= {(_names(each.module), each.mode, each.kind, each.name) for each in destroyed}
        for key, each in self._resources.items():
            names, mode, kind, name = key
            if mode == "managed" and key not in made and not _may_be_none(each):
                calls = [self._calls[names[:depth]]["module_calls"][names[depth]] for depth in range(len(names))]
                if not any(_may_be_none(call) for call in calls):
                    yield ".".join([*(f"module.{each}" for each in names), kind, name])

    def origins(self, address: Address, expression: Any) -> Origins:
        """Return where the value of an expression of a resource comes from; blocks are read as a whole."""
        found = Origins()
        for references in _references(expression):
            found.add(self._all(address.module, references, address, _MOST))
        return found

    def count(self, address: Address, expression: Any) -> int:
        """Return how many references an expression has, or how many instances they lead to, if those are more."""
        own = ("each.", "count.")
        listed = [each for all_ in _references(expression) for each in _most_precise(all_) if not each.startswith(own)]
        return max(len(listed), len(self.origins(address, expression).found))

    def _all(self, module: ModulePath, references: Sequence[str], asker: Address | None, depth: int) -> Origins:
        found = Origins()
        listed = list(_most_precise(references))
        hangs = any(reference.startswith(("each.", "count.")) for reference in listed)
        for reference in listed if depth else ():
            self._one(found, module, reference, asker=asker, hangs=hangs, depth=depth - 1)
        return found

    def _one(
        self, found: Origins, module: ModulePath, text: str, *, asker: Address | None, hangs: bool, depth: int
    ) -> None:
        """Follow one reference, seen from a module; ``asker`` is the resource that has ``each`` and ``count``."""
        parts = split(text)
        head = parts[0]
        if head == "var" and len(parts) > 1:
            found.add(self._variable(module, str(parts[1]), parts[2:], depth), parts[2:])
        elif head == "module" and len(parts) > 1:
            self._output(found, module, parts[1:], asker=asker, hangs=hangs, depth=depth)
        elif head == "each":
            self._each(found, module, parts[1:], asker, depth)
        elif head in {"count", "path", "terraform", "self"}:
            return
        elif head == "local":
            found.unseen[text] = None
        elif head == "data":
            if read := self._data.get((module, *parts[1:3])):
                found.ids.update(dict.fromkeys(ids_in([at_path(each, parts[3:])[0] for each in read])))
            else:
                found.unseen[".".join(str(part) for part in parts[:3])] = None
        elif len(parts) > 1:
            self._instances(found, module, parts, asker, hangs)

    def _variable(self, module: ModulePath, name: str, path: Sequence[Any], depth: int) -> Origins:
        found = Origins()
        if not module:
            value = self._variables.get(name, mapping(mapping(self._root.get("variables")).get(name)).get("default"))
            found.ids.update(dict.fromkeys(ids_in(at_path(value, path)[0])))
            return found
        above, (call_name, key) = module[:-1], module[-1]
        call = mapping(mapping(self._module(above).get("module_calls")).get(call_name))
        declared = mapping(mapping(mapping(call.get("module")).get("variables")).get(name))
        expression = mapping(call.get("expressions")).get(name, {"constant_value": declared.get("default")})
        for constant in _constants(expression):
            found.ids.update(dict.fromkeys(ids_in(at_path(constant, path)[0])))
        # The call stands for the asker: what each and count are in it is the module's own key.
        asker = Address(above, "module", call_name, key)
        for references in _references(expression):
            found.add(self._all(above, references, asker, depth))
        return found

    def _output(
        self,
        found: Origins,
        module: ModulePath,
        parts: Sequence[Any],
        *,
        asker: Address | None,
        hangs: bool,
        depth: int,
    ) -> None:
        name, rest = str(parts[0]), parts[1:]
        keys = self._modules.get((module, name), {})
        chosen: list[Key] = list(keys)
        if rest and isinstance(rest[0], tuple):
            if rest[0][0] != "*":
                chosen = [key for key in keys if key == rest[0][0]]
            rest = rest[1:]
        elif len(keys) > 1 and hangs and asker is not None and (paired := self._pair(asker, dict.fromkeys(keys))):
            chosen = [asker.key] if paired else chosen
            found.paired[asker] = None
        outputs = mapping(mapping(mapping(self._module(module).get("module_calls")).get(name)).get("module"))
        written = mapping(outputs.get("outputs"))
        wanted = [str(rest[0])] if rest and isinstance(rest[0], str) else list(written)
        # Which output it is of `module.spoke[each.key].vpc_id`, a plan doesn't tell.
        path = rest[1:] if len(wanted) == 1 else [ANY_OUTPUT]
        for key in chosen:
            inside = (*module, (name, key))
            for output in wanted:
                for references in _references(mapping(written.get(output)).get("expression")):
                    found.add(self._all(inside, references, None, depth), path)
        if not keys:
            found.unseen[f"module.{name}"] = None

    def _each(
        self, found: Origins, module: ModulePath, parts: Sequence[Any], asker: Address | None, depth: int
    ) -> None:
        """Follow ``each.value`` to what ``for_each`` goes over, where that has the same keys."""
        if asker is None or not parts or parts[0] != "value":
            return
        if asker.kind == "module":
            written = mapping(mapping(self._module(module).get("module_calls")).get(asker.name))
        else:
            written = self.resource(asker) or {}
        over = self._all(
            module, [each for one in _references(written.get("for_each_expression")) for each in one], None, depth
        )
        same = {
            (address, path): None
            for address, path in over.found
            if address.key == asker.key and address.key is not None
        }
        chosen = same or over.found
        for address, path in chosen:
            found.found[address, (*path, *parts[1:])] = None
        found.unseen.update(over.unseen)

    def _instances(
        self, found: Origins, module: ModulePath, parts: Sequence[Any], asker: Address | None, hangs: bool
    ) -> None:
        kind, name, rest = str(parts[0]), str(parts[1]), parts[2:]
        instances = self._keys.get((module, "managed", kind, name), {})
        if not instances:
            if (_names(module), "managed", kind, name) not in self._resources:
                found.unseen[f"{kind}.{name}"] = None
            return
        chosen = list(instances)
        if rest and isinstance(rest[0], tuple):
            if rest[0][0] != "*":
                chosen = [key for key in instances if key == rest[0][0]]
            rest = rest[1:]
        elif len(instances) > 1 and hangs and asker is not None and self._pair(asker, instances):
            chosen = [asker.key]
            found.paired[instances[asker.key]] = None
        for key in chosen:
            found.found[instances[key], tuple(rest)] = None

    def _pair(self, asker: Address, instances: Mapping[Key, Any]) -> bool:
        """Tell whether the asker's brothers and these instances have the same keys, one to one."""
        if asker.kind == "module":
            own: Iterable[Key] = self._modules.get((asker.module, asker.name), {})
        else:
            own = self._keys.get((asker.module, asker.mode, asker.kind, asker.name), {})
        return set(own) == set(instances) and asker.key in instances

    def _module(self, path: ModulePath) -> Mapping[str, Any]:
        return self._calls.get(_names(path), {})


def _most_precise(references: Sequence[str]) -> Iterator[str]:
    """Yield references without the shorter forms of each that Terraform lists after it.

    ``a.b["c"].id``, ``a.b["c"]``, ``a.b`` are one reference; a second ``a.b`` is another, to all instances.
    """
    current = ""
    for reference in references:
        if current and len(reference) < len(current) and current.startswith((f"{reference}.", f"{reference}[")):
            if reference.count(".") <= 1 and "[" not in reference and not reference.startswith(("module.", "data.")):
                current = ""
            continue
        current = reference
        yield reference


def _references(expression: Any) -> Iterator[list[str]]:
    """Yield the references of an expression, or of each in a block or in a list of blocks."""
    if isinstance(expression, Mapping):
        listed = expression.get("references")
        if isinstance(listed, list):
            yield [each for each in listed if isinstance(each, str)]
        elif "constant_value" not in expression:
            for inner in expression.values():
                yield from _references(inner)
    elif isinstance(expression, list):
        for inner in expression:
            yield from _references(inner)


def _constants(expression: Any) -> Iterator[Any]:
    """Yield the constant of an expression, if it is one."""
    if isinstance(expression, Mapping) and "constant_value" in expression:
        yield expression["constant_value"]


def _may_be_none(written: Mapping[str, Any]) -> bool:
    return "count_expression" in written or "for_each_expression" in written


def _names(module: ModulePath) -> tuple[str, ...]:
    return tuple(name for name, _key in module)
