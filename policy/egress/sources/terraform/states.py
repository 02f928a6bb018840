"""Reads states: what ``terraform show -json`` writes of one, and a raw ``terraform.tfstate``."""

from __future__ import annotations

import reprlib
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from ...network.blind import HALF_MADE, says_where_packets_go
from ...program.snapshot import Registration
from ..reading import TERRAFORM, Reading, StateError, urn_of
from .addresses import Address, module_path
from .copies import parts, without_copies
from .names import named
from .values import properties, read_of, sensitive_at, sensitive_texts

_SHOWN = frozenset({"format_version", "terraform_version", "values", "checks"})
FORMAT = 4
"""The format of raw states that Terraform 0.12 and later, and OpenTofu, write."""


def read_shown(state: Mapping[str, Any], label: str = "") -> Reading:
    """Read what ``terraform show -json`` writes of a state. Raises StateError."""
    if other := sorted(state.keys() - _SHOWN):
        raise StateError(f"this is no state that `terraform show -json` writes: it has {', '.join(other)}")
    values = state.get("values")
    if values is None:
        return Reading(TERRAFORM, [])
    if not isinstance(values, Mapping):
        raise StateError(f"values of this state is an object, found {reprlib.repr(values)}")
    return _reading(shown(values), label)


def read_raw(state: Mapping[str, Any], label: str = "") -> Reading:
    """Read a ``terraform.tfstate``. Raises StateError."""
    if state.get("version") != FORMAT:
        raise StateError(
            f"this state has format {reprlib.repr(state.get('version'))}, and {FORMAT} is read here; "
            "`terraform show -json` of a current Terraform writes it anew"
        )
    return _reading(_raw(state.get("resources")), label)


class Stated(NamedTuple):
    """A resource's instance as a state has it; ``secrets`` are the texts in its values that are sensitive.

    ``tainted``: Terraform couldn't make it whole, or was told that it is damaged. ``deposed`` is the key of one that a
    replacement has left behind: it stands until it is deleted.
    """

    address: Address
    values: Mapping[str, Any]
    secrets: frozenset[str]
    tainted: bool = False
    deposed: str = ""

    @property
    def spelled(self) -> str:
        """Return its address as Terraform spells it."""
        return written_as(self.address, self.deposed)


def written_as(address: Address, deposed: Any) -> str:
    """Return an address as Terraform spells it, with the key of an object that was left behind."""
    return f"{address} (deposed object {deposed})" if deposed else str(address)


def shown(values: Mapping[str, Any], mode: str = "managed") -> Iterator[Stated]:
    """Yield the resources of ``values`` or ``planned_values``: the managed ones, or the data sources."""
    yield from _module(_mapping(values.get("root_module") or {}, "root_module"), mode)


def _module(module: Mapping[str, Any], mode: str) -> Iterator[Stated]:
    path = module_path(module.get("address"))
    for resource in _list(module.get("resources"), "resources"):
        each = _mapping(resource, "a resource")
        if each.get("mode", "managed") == mode:
            values = _mapping(each.get("values") or {}, "values")
            secrets = frozenset(sensitive_texts(values, each.get("sensitive_values")))
            deposed = str(each.get("deposed_key") or "")
            yield Stated(address_of(path, each), values, secrets, each.get("tainted") is True, deposed)
    for child in _list(module.get("child_modules"), "child_modules"):
        yield from _module(_mapping(child, "a module"), mode)


def _raw(resources: Any) -> Iterator[Stated]:
    for resource in _list(resources, "resources"):
        each = _mapping(resource, "a resource")
        if each.get("mode") != "managed":
            continue
        path = module_path(each.get("module"))
        for instance in _list(each.get("instances"), "instances"):
            found = _mapping(instance, "an instance")
            if found.get("attributes_flat"):
                # Lists are spread over names such as `route.0.cidr_block` there.
                raise StateError(
                    f"{each.get('type')}.{each.get('name')} of this state is as Terraform 0.11 wrote it; "
                    "`terraform apply -refresh-only` of a current Terraform writes it anew"
                )
            values = _mapping(found.get("attributes") or {}, "attributes")
            paths = _list(found.get("sensitive_attributes"), "sensitive_attributes")
            secrets = frozenset(text for at in paths for text in sensitive_at(values, _list(at, "a path")))
            address = address_of(path, {**each, "index": found.get("index_key")})
            deposed = str(found.get("deposed") or "")
            yield Stated(address, values, secrets, found.get("status") == "tainted", deposed)


def address_of(path: Any, resource: Mapping[str, Any]) -> Address:
    """Return the address of a resource's instance that lies in a module. Raises StateError."""
    kind, name, key = resource.get("type"), resource.get("name"), resource.get("index")
    if not isinstance(kind, str) or not isinstance(name, str):
        raise StateError(f"a resource has a type and a name, found {reprlib.repr(kind)} and {reprlib.repr(name)}")
    if not isinstance(key, (str, int, type(None))):
        raise StateError(f"the key of {kind}.{name} is a text or a number, found {reprlib.repr(key)}")
    return Address(path, kind, name, key, str(resource.get("mode", "managed")))


def _reading(found: Iterator[Stated], label: str) -> Reading:
    listed = list(found)
    apart = parts((stated.address.kind, stated.values) for stated in listed)
    registrations: dict[str, Registration] = {}
    for stated in listed:
        values = without_copies(stated.address.kind, stated.values, apart)
        if each := registration(stated.address, values, label, stated.secrets, stated.deposed):
            if each.urn in registrations:
                raise StateError(f"two resources of this state have the address {stated.spelled}")
            registrations[each.urn] = each
            if stated.tainted and (beside := half_made(each, label)):
                registrations[beside.urn] = beside
    return Reading(TERRAFORM, list(registrations.values()))


def registration(
    address: Address, values: Mapping[str, Any], label: str, secrets: frozenset[str] = frozenset(), deposed: str = ""
) -> Registration | None:
    """Return the registration of a resource whose values are known; None for one of no interest to any network."""
    names = named(address.kind)
    if names is None:
        return None
    identity = values.get("id")
    return Registration(
        urn=urn_of(TERRAFORM, label, names.token, written_as(address, deposed)),
        type=names.token,
        name=written_as(address, deposed),
        properties=properties(names, read_of(names, values)),
        id=identity if isinstance(identity, str) and identity else None,
        secrets=secrets,
    )


def half_made(tainted: Registration, label: str) -> Registration | None:
    """Return what stands beside a tainted resource where packets' ways depend on it: the proof is blind to it."""
    if not says_where_packets_go(tainted.type):
        return None
    return Registration(urn_of(TERRAFORM, label, HALF_MADE, tainted.name), HALF_MADE, tainted.name, {})


def _mapping(value: Any, what: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise StateError(f"{what} of this state is an object, found {reprlib.repr(value)}")
    return value


def _list(value: Any, what: str) -> list[Any]:
    if value is None:
        return []
    if not isinstance(value, list):
        raise StateError(f"{what} of this state is a list, found {reprlib.repr(value)}")
    return value
