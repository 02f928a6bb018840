"""How a service's resources are tagged: the same everywhere but for the names of calls and of their arguments."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from localaws.provider.context import Context, tag_list
from localaws.provider.registry import Tagging
from localaws.provider.values import Props

Where = Callable[[Context, str, Props], dict[str, Any]]
"""Makes the arguments that name a resource to tag, from its id and its state."""


def by_id(argument: str) -> Where:
    """Name a resource by its id."""
    return lambda _ctx, id_, _state: {argument: id_}


def by_arn(argument: str) -> Where:
    """Name a resource by the ARN in its state."""
    return lambda _ctx, _id, state: {argument: state["arn"]}


def tagged(
    service: str,
    where: Where,
    *,
    calls: tuple[str, str] = ("tag_resource", "untag_resource"),
    names: tuple[str, str] = ("Tags", "TagKeys"),
    form: Callable[[dict[str, str]], Any] = tag_list,
) -> Tagging:
    """Return the function that sets and removes tags: its two calls, what they call tags and keys, and tags' form."""
    tag, untag = calls
    tags, keys = names

    def tagging(ctx: Context, id_: str, state: Props, to_set: dict[str, str], remove: list[str]) -> None:
        client, target = ctx.client(service), where(ctx, id_, state)
        if remove:
            getattr(client, untag)(**target, **{keys: remove})
        if to_set:
            getattr(client, tag)(**target, **{tags: form(to_set)})

    return tagging


def lower_key_and_value(tags: dict[str, str]) -> list[dict[str, str]]:
    """Tags as some services want them: a list of key and value."""
    return [{"key": key, "value": value} for key, value in tags.items()]


def tag_key_and_value(tags: dict[str, str]) -> list[dict[str, str]]:
    """Tags as some services want them: a list of TagKey and TagValue."""
    return [{"TagKey": key, "TagValue": value} for key, value in tags.items()]
