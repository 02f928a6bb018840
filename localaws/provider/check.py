"""Checks the inputs of a resource: names, types, what must and must not go together, and the name it gets."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass

from localaws.provider.context import ProviderConfig
from localaws.provider.registry import AutoName, Resource
from localaws.provider.schema import MismatchError, Schema
from localaws.provider.values import UNKNOWN, Props, has_unknown

GENERAL = frozenset({"region", "tags", "tagsAll"})
"""Inputs that the core handles for every type that has them."""


@dataclass(frozen=True)
class Naming:
    """What the engine says about names: its seed, and a name proposed by the project's own naming rules."""

    seed: bytes = b""
    proposed: str | None = None
    disabled: bool = False


@dataclass(frozen=True)
class Checked:
    """Inputs as the engine should keep them, and what is wrong with them as (property, reason)."""

    inputs: Props
    failures: list[tuple[str, str]]


def check(
    resource: Resource,
    schema: Schema,
    config: ProviderConfig,
    news: Props,
    olds: Props,
    *,
    token: str,
    name: str,
    naming: Naming | None = None,
) -> Checked:
    """The checked inputs of a resource with the logical name `name`; `olds` are the inputs of its last deployment."""
    given = {key: value for key, value in news.items() if value is not None and not key.startswith("__")}
    failures: list[tuple[str, str]] = []
    inputs: Props = {}
    for prop, value in given.items():
        if prop == "tagsAll":
            continue
        if prop not in schema.inputs:
            failures.append((prop, f"{token} has no input property {prop!r}"))
        else:
            try:
                inputs[prop] = schema.normalize(prop, value)
            except MismatchError as error:
                failures.append((error.path, error.reason))
    _name(resource, schema, inputs, olds, name=name, naming=naming or Naming())
    failures.extend(
        (prop, f"missing required property {prop!r}") for prop in sorted(schema.required - set(inputs) - set(given))
    )
    auto = auto_name_of(resource, schema)
    if auto is not None and auto.prop not in inputs and f"{auto.prop}Prefix" not in inputs and auto.prop not in given:
        failures.append((auto.prop, f"the project's naming rules make no names: {auto.prop!r} is required"))
    failures.extend(_groups(resource, inputs))
    if "region" in schema.inputs:
        inputs.setdefault("region", config.region)
    if "tagsAll" in schema.outputs:
        tags = inputs.get("tags")
        inputs["tagsAll"] = UNKNOWN if has_unknown(tags) else config.all_tags(tags)
    if resource.check is not None and not failures:
        failures.extend(resource.check(inputs))
    return Checked(inputs, failures)


def _groups(resource: Resource, inputs: Props) -> list[tuple[str, str]]:
    failures: list[tuple[str, str]] = []
    for group in resource.exactly_one:
        found = sorted(group & set(inputs))
        if len(found) != 1:
            names = ", ".join(sorted(group))
            failures.append(
                (found[0] if found else min(group), f"exactly one of {names} is required, got {len(found)}")
            )
    for group in resource.at_most_one:
        found = sorted(group & set(inputs))
        if len(found) > 1:
            failures.append((found[1], f"{found[1]!r} conflicts with {found[0]!r}"))
    return failures


def auto_name_of(resource: Resource, schema: Schema) -> AutoName | None:
    """How the type's names are made, None if it takes none."""
    if resource.auto_name is not None:
        return resource.auto_name
    takes_one = schema.inputs.get("name") == "string" and "name" not in schema.required
    return AutoName() if takes_one and not resource.no_auto_name else None


def _name(resource: Resource, schema: Schema, inputs: Props, olds: Props, *, name: str, naming: Naming) -> None:
    auto = auto_name_of(resource, schema)
    if auto is None or auto.prop in inputs or naming.disabled:
        return
    prefixed = f"{auto.prop}Prefix"
    if prefixed in inputs:
        return
    inputs["__defaults"] = [auto.prop]
    if auto.prop in olds and auto.prop in (olds.get("__defaults") or ()):
        inputs[auto.prop] = olds[auto.prop]
        return
    if naming.proposed is not None:
        inputs[auto.prop] = naming.proposed
        return
    digits = hashlib.sha256(naming.seed + name.encode()).hexdigest()[:7] if naming.seed else secrets.token_hex(4)[:7]
    stem = name.lower().replace("_", "-") if auto.lower else name
    inputs[auto.prop] = f"{auto.prefix}{stem[: auto.max_length - 8]}{auto.separator}{digits}"
