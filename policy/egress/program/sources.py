"""Turns what Pulumi hands over into Registrations: a pack's arguments, an exported state, raw property values.

Unknown values arrive as sentinels (from the engine) or as exceptions (from the SDK's proxies). Here they become
UNKNOWN once and for all, so that nothing further on can trip over one and fall silent.
"""

from __future__ import annotations

import json
import reprlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

from .snapshot import UNKNOWN, Registration, strings

# The engine's spellings of "not known yet", one per type (pulumi/sdk, resource/plugin/rpc.go).
SENTINELS = frozenset(
    {
        "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
        "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
        "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
        "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
        "030794c1-ac77-496b-92df-f27374a8bd58",
        "e48ece36-62e2-4504-bad9-02848725956a",
        "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
    }
)
_SIGNATURE = "4dabf18193072939515e22adb298388d"
_SECRET = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 - the wire format's mark, not a password
_OUTPUT = "d0e6a833031e9bbcd3f4e8bde6ca49a4"


MOST_LEVELS = 50
"""How deep a property may be nested: protocol buffers, the engine's wire, take a hundred messages, two a level."""


class StateError(ValueError):
    """A text is not a state that ``pulumi stack export`` writes."""


def named_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Make an object of its pairs. Raises StateError for a name that stands twice."""
    found = dict(pairs)
    if len(found) != len(pairs):
        twice = next(name for name, count in Counter(name for name, _value in pairs).items() if count > 1)
        raise StateError(f"{twice} stands twice in one object, and only one of them would be read")
    return found


def clean(value: Any, secrets: set[str]) -> Any:
    """Return a property value with sentinels replaced by UNKNOWN, and secrets and outputs unwrapped.

    The texts that were secrets are added to ``secrets``. An encrypted one is UNKNOWN: what can't be read isn't known.
    """
    if isinstance(value, str):
        return UNKNOWN if value in SENTINELS else value
    if isinstance(value, Mapping):
        signature = value.get(_SIGNATURE)
        if signature == _SECRET:
            return _kept(_opened(value, secrets), secrets)
        if signature == _OUTPUT:
            inner = clean(value["value"], secrets) if "value" in value else UNKNOWN
            return _kept(inner, secrets) if value.get("secret") is True else inner
        return {key: clean(inner, secrets) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [clean(inner, secrets) for inner in value]
    return value


def _kept(value: Any, secrets: set[str]) -> Any:
    secrets.update(strings(value))
    return value


def _opened(value: Mapping[str, Any], secrets: set[str]) -> Any:
    if "value" in value:
        return clean(value["value"], secrets)
    plain = value.get("plaintext")
    if not isinstance(plain, str):
        return UNKNOWN
    try:
        return clean(json.loads(plain), secrets)
    except ValueError:
        return UNKNOWN


def _hides(value: Any) -> bool:
    """Tell whether a value as a state has it holds a secret, whether it can be read or not."""
    if isinstance(value, Mapping):
        return value.get(_SIGNATURE) == _SECRET or any(_hides(inner) for inner in value.values())
    return isinstance(value, (list, tuple)) and any(_hides(inner) for inner in value)


class PolicyResourceLike(Protocol):
    """The part of ``pulumi_policy.PolicyResource`` that is read here."""

    resource_type: str
    props: Mapping[str, Any]
    urn: str
    name: str
    property_dependencies: dict[str, list[Any]]


def from_policy_args(resources: Iterable[PolicyResourceLike]) -> list[Registration]:
    """Read the resources of a ``StackValidationArgs``, unknown values included."""
    return [
        Registration(
            urn=resource.urn,
            type=resource.resource_type,
            name=resource.name,
            properties=_unproxy(resource.props),
            dependencies={
                name: frozenset(other.urn for other in others)
                for name, others in resource.property_dependencies.items()
            },
        )
        for resource in resources
    ]


def _unproxy(value: Any) -> Any:
    """Copy a value out of the SDK's proxies, which raise on every touch of an unknown value."""
    if isinstance(value, Mapping):
        return {key: _touch(value, key) for key in value}
    if isinstance(value, Sequence) and not isinstance(value, (str, bytes)):
        return [_touch(value, index) for index in range(len(value))]
    return clean(value, set())


def _touch(container: Any, key: Any) -> Any:
    try:
        value = container[key]
    except Exception as error:
        # By name, as the proof must not depend on the SDK that raises it.
        if type(error).__name__ == "UnknownValueError":
            return UNKNOWN
        raise
    return _unproxy(value)


def from_state(state: Mapping[str, Any] | str | bytes) -> list[Registration]:
    """Read a state as ``pulumi stack export`` writes it: a parsed document or its text.

    Resources that wait for deletion are left out. Raises StateError.
    """
    if isinstance(state, (str, bytes)):
        try:
            state = json.loads(state, object_pairs_hook=named_once)
        except StateError:
            raise
        except ValueError as error:
            raise StateError(f"this is not JSON: {error}") from error
        except RecursionError:
            raise StateError("this is not JSON: it is nested too deeply") from None
    if not isinstance(state, Mapping):
        raise StateError("a state is a JSON object with a deployment, as `pulumi stack export` writes it")
    deployment = deployment_of(state)
    resources = deployment.get("resources") if isinstance(deployment, Mapping) else None
    if resources is None and isinstance(deployment, Mapping) and "manifest" in deployment:
        resources = []
    if not isinstance(resources, list):
        raise StateError("no deployment with resources in it; export one with `pulumi stack export`")
    found = [_resource(number, each) for number, each in enumerate(resources, 1) if not _is_going(each)]
    twice = {urn for urn, count in Counter(each.urn for each in found).items() if count > 1}
    if twice:
        raise StateError(f"two resources of this state have the URN {min(twice)}")
    return found


def deployment_of(state: Mapping[str, Any]) -> Any:
    """Find what holds the resources: of an export, of a checkpoint file, or the thing itself."""
    if "deployment" in state:
        return state["deployment"]
    checkpoint = state.get("checkpoint")
    return checkpoint.get("latest") if isinstance(checkpoint, Mapping) else state


def _is_going(resource: Any) -> bool:
    return isinstance(resource, Mapping) and resource.get("delete") is True


def _resource(number: int, resource: Any) -> Registration:
    """Read one resource. Raises StateError where it isn't what Pulumi writes: what is left out can't be judged."""
    if not isinstance(resource, Mapping):
        raise StateError(f"resource {number} of this state is not an object, but {_short(resource)}")
    urn, token = resource.get("urn"), resource.get("type")
    if not isinstance(urn, str) or not urn:
        raise StateError(f"resource {number} of this state has no URN, but {_short(urn)}")
    if not isinstance(token, str):
        raise StateError(f"{urn}: its type is a text, found {_short(token)}")
    inputs, outputs, links = (_mapping(urn, resource, key) for key in ("inputs", "outputs", "propertyDependencies"))
    properties = {**inputs, **outputs}
    if _is_deep([inputs, outputs]):
        raise StateError(f"{urn}: a property is nested more than {MOST_LEVELS} levels deep")
    secrets: set[str] = set()
    known = clean(properties, secrets)
    for key in inputs.keys() & outputs.keys():
        # What went in as a secret is one, in whatever form the provider gave it back.
        if _hides(inputs[key]):
            _kept([known[key], clean(inputs[key], secrets)], secrets)
    identity = resource.get("id")
    return Registration(
        urn=urn,
        type=token,
        name=urn.rsplit("::", 1)[-1],
        properties=known,
        dependencies={name: _urns(urn, name, listed) for name, listed in links.items()},
        id=identity if isinstance(identity, str) and identity and identity not in SENTINELS else None,
        external=resource.get("external") is True,
        secrets=frozenset(secrets),
    )


def _mapping(urn: str, resource: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = resource.get(key)
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise StateError(f"{urn}: {key} is an object, found {_short(value)}")
    return value


def _urns(urn: str, name: str, listed: Any) -> frozenset[str]:
    if listed is None:
        return frozenset()
    if not isinstance(listed, list) or any(not isinstance(each, str) for each in listed):
        raise StateError(f"{urn}: the dependencies of {name} are a list of URNs, found {_short(listed)}")
    return frozenset(listed)


def _short(value: Any) -> str:
    return reprlib.repr(value)


def _is_deep(value: Any) -> bool:
    """Tell whether a value has more levels than anything that reads it by recursion can take."""
    level = [value]
    for _ in range(MOST_LEVELS):
        level = [
            inner
            for each in level
            if isinstance(each, (Mapping, list))
            for inner in (each.values() if isinstance(each, Mapping) else each)
            if isinstance(inner, (Mapping, list))
        ]
        if not level:
            return False
    return True
