"""How a data source finds things by id, filters or tags, and tells of them what the SDK's result has.

AWS describes a thing with a field for nearly every property of the data source, under the same name but for its first
letter. So a `Lookup` says how the thing is found, and what has another name; the rest follows from the SDK's types.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from localaws.provider import registry, sdk
from localaws.provider.context import Context, tag_map
from localaws.provider.ec2 import pascal
from localaws.provider.errors import ProviderError
from localaws.provider.registry import Function
from localaws.provider.schema import of_field
from localaws.provider.values import Props

_EMPTY: Mapping[str, Any] = {"string": "", "integer": 0, "number": 0, "boolean": False}
"""What the official provider tells of a property that AWS leaves out."""

_result_of = functools.cache(sdk.function)


def filters_of(arguments: Props, by: Mapping[str, str] | None = None) -> list[dict[str, Any]]:
    """The arguments as EC2's filters: `filters`, `tags`, and those that `by` names a filter for."""
    filters = [{"Name": item["name"], "Values": item["values"]} for item in arguments.get("filters") or ()]
    for prop, name in (by or {}).items():
        value = arguments.get(prop)
        if value is not None:
            filters.append({"Name": name, "Values": [str(value).lower() if isinstance(value, bool) else str(value)]})
    return filters + [{"Name": f"tag:{key}", "Values": [value]} for key, value in (arguments.get("tags") or {}).items()]


def filtered(arguments: Props, by: Mapping[str, str] | None = None) -> dict[str, Any]:
    """The same as arguments of a call: EC2 takes no empty list of filters."""
    filters = filters_of(arguments, by)
    return {"Filters": filters} if filters else {}


def _shaped(kind: Any, types: Mapping[str, Mapping[str, Any]], value: Any) -> Any:
    """A value of AWS's in the SDK's type: names in camelCase, fields that the type has not left out, none missing."""
    if not isinstance(kind, dict):
        return _EMPTY.get(kind) if value is None else value
    if "list" in kind:
        return [_shaped(kind["list"], types, item) for item in value or ()]
    if "object" in kind:
        fields = types[kind["object"]]
        return {key: _shaped(of_field(fields[key]), types, (value or {}).get(pascal(key))) for key in fields}
    return value or {}


def told(ctx: Context, token: str, arguments: Props, found: Mapping[str, Any], **irregular: Any) -> Props:
    """The result of a data source from what AWS says of a thing; `irregular` holds what has another name there."""
    _, kinds, types = _result_of(token)
    result = {"region": ctx.region, "tags": tag_map(found.get("Tags")), **irregular}
    for prop, kind in kinds.items():
        if prop not in result and (pascal(prop) in found or prop not in arguments):
            result[prop] = _shaped(kind, types, found.get(pascal(prop)))
    return {prop: value for prop, value in {**arguments, **result}.items() if prop in kinds}


@dataclass(frozen=True)
class Lookup:
    """A data source for one thing of EC2, or for the ids of many: `listed` is where the operation has the things.

    For one: `arn` is how the resource part of its ARN begins, `more` tells what AWS has under another name.
    For many: `lists` maps properties of the result to AWS's fields.
    """

    token: str
    operation: str
    listed: str
    key: str
    by: Mapping[str, str] = field(default_factory=dict)
    id_argument: str = "id"
    arn: str = ""
    more: Callable[[Context, dict[str, Any]], Props] = lambda _ctx, _found: {}
    lists: Mapping[str, str] = field(default_factory=dict)
    gone: frozenset[str] = frozenset({"deleted", "deleting"})
    """States of things that are listed for a while although nobody can use them any more."""

    def __call__(self, ctx: Context, arguments: Props) -> Props:
        """The result; ProviderError unless one thing matches where one is asked for."""
        found = self._find(ctx, arguments)
        if self.lists:
            columns = {prop: [item.get(name) for item in found] for prop, name in self.lists.items()}
            return told(ctx, self.token, arguments, {}, **columns, id=ctx.region, tags=arguments.get("tags") or {})
        if len(found) != 1:
            raise ProviderError(f"exactly one must match, {len(found)} do")
        (one,) = found
        arn = {"arn": ctx.arn("ec2", f"{self.arn}/{one[self.key]}")} if self.arn else {}
        return told(ctx, self.token, arguments, one, **{"id": one[self.key], **arn, **self.more(ctx, one)})

    def _find(self, ctx: Context, arguments: Props) -> list[dict[str, Any]]:
        filters = filters_of(arguments, self.by)
        # The one operation of EC2 that has another name for it.
        where = "Filter" if self.operation == "describe_nat_gateways" else "Filters"
        request: dict[str, Any] = {where: filters} if filters else {}
        if arguments.get(self.id_argument):
            request[f"{self.key}s"] = [arguments[self.id_argument]]
        listed = getattr(ctx.client("ec2"), self.operation)(**request)[self.listed]
        return sorted((one for one in listed if one.get("State") not in self.gone), key=lambda one: str(one[self.key]))

    def function(self) -> Function:
        """The lookup as an entry of the table."""
        arguments, _, _ = _result_of(self.token)
        known = {"filters", "tags", *self.by, *(() if self.lists else (self.id_argument,))}
        return Function(self.token, arguments & known, self)


def read_as(ctx: Context, token: str, function: str, id_: str, arguments: Props) -> Props:
    """What the read of a resource type tells of the thing with an id, as the result of a data source."""
    ctx.importing = True
    outputs = registry.resources()[token].read(ctx, id_, {})
    if outputs is None:
        raise ProviderError(f"there is no {id_}")
    outputs = {"tags": outputs.get("tagsAll") or {}, **outputs, "id": id_}
    return told(ctx, function, arguments, {}, **{prop: value for prop, value in outputs.items() if value is not None})
