"""Create, read, update and delete as the engine wants them, around the functions of one table entry."""

from __future__ import annotations

import dataclasses

from botocore.exceptions import ClientError

from localaws.provider.check import GENERAL
from localaws.provider.compare import reconcile, same, told_of
from localaws.provider.context import Context
from localaws.provider.diff import diff
from localaws.provider.errors import NO_ANSWER, NotInLocalAwsError, gone_is_fine, is_gone
from localaws.provider.registry import Resource
from localaws.provider.schema import Schema
from localaws.provider.values import UNKNOWN, Props, has_unknown


class PartialError(Exception):
    """A thing that exists now, but is not as asked: the engine must remember it."""

    def __init__(self, id_: str, outputs: Props, inputs: Props, cause: Exception) -> None:
        super().__init__(str(cause))
        self.id = id_
        self.outputs = outputs
        self.inputs = inputs
        self.cause = cause


@dataclasses.dataclass(frozen=True)
class Entry:
    """One type: its table entry and its schema, under the token that the program used."""

    token: str
    resource: Resource
    schema: Schema


def _plain(properties: Props) -> Props:
    return {key: value for key, value in properties.items() if not key.startswith("__")}


def _outputs(entry: Entry, inputs: Props, actual: Props, ctx: Context) -> Props:
    """The state of a resource: inputs, and over them what AWS says, in the program's words where both mean the same."""
    known = {**entry.resource.defaults, **_plain(inputs)}
    found = reconcile(entry.resource, known, {key: value for key, value in actual.items() if value is not None})
    if "tagsAll" in found:
        found["tagsAll"] = {key: value for key, value in found["tagsAll"].items() if not ctx.config.ignored(key)}
        own = known.get("tags") or {}
        tags = {k: v for k, v in found["tagsAll"].items() if k in own or ctx.config.default_tags.get(k) != v}
        if tags or "tags" in known:
            found["tags"] = tags
    return {**known, **found}


def lacks(entry: Entry, inputs: Props) -> list[str]:
    """What a thing with these inputs would need that the local AWS has not: the type, or some of its properties."""
    if entry.resource.preview_only:
        return [entry.token]
    missing = sorted(set(_plain(inputs)) - entry.resource.inputs - GENERAL)
    return [f"the property {prop!r} of {entry.token}" for prop in missing]


def _refuse_lacks(entry: Entry, inputs: Props) -> None:
    for what in lacks(entry, inputs):
        raise NotInLocalAwsError(f"{what} is not in the local AWS")


def preview_create(entry: Entry, inputs: Props) -> Props:
    """The state that a create would lead to: what only AWS can say is unknown."""
    known = {**entry.resource.defaults, **_plain(inputs)}
    return {**dict.fromkeys(entry.schema.computed, UNKNOWN), **known}


def preview_update(entry: Entry, old: Props, old_inputs: Props, news: Props) -> Props:
    """The state that an update would lead to."""
    changed = diff(entry.resource, entry.schema, old, old_inputs, news).props
    dropped = {prop for prop in old_inputs if prop in changed and prop not in news}
    state = {key: value for key, value in old.items() if key not in dropped}
    state.update({**{p: entry.resource.defaults[p] for p in dropped if p in entry.resource.defaults}, **_plain(news)})
    for output, causes in entry.resource.recompute.items():
        if causes & changed:
            state[output] = UNKNOWN
    return state


def create(entry: Entry, ctx: Context, inputs: Props) -> tuple[str, Props]:
    """Makes the thing; (id, state). PartialError if it exists but is not as asked."""
    _refuse_lacks(entry, inputs)
    wanted = {**entry.resource.defaults, **_plain(inputs)}
    ctx.asked = frozenset(wanted)
    try:
        id_ = ctx.created_id = entry.resource.create(ctx, wanted)
        actual = entry.resource.read(ctx, id_, wanted) or {}
        outputs = _outputs(entry, inputs, actual, ctx)
    except NO_ANSWER:
        # Half a thing is undone before the next command, so that the engine must not remember it.
        raise
    except Exception as error:
        if ctx.created_id is None:
            raise
        raise PartialError(ctx.created_id, _as_it_is(entry, ctx, ctx.created_id, wanted), inputs, error) from error
    return id_, outputs


def _as_it_is(entry: Entry, ctx: Context, id_: str, state: Props) -> Props:
    """The state of a thing that did not become what it should: the next update starts from there."""
    try:
        actual = entry.resource.read(ctx, id_, state) or {}
    except Exception:  # noqa: BLE001 - the failure that led here is the one to tell
        actual = {}
    return _outputs(entry, state, actual, ctx)


def read(entry: Entry, ctx: Context, id_: str, state: Props, inputs: Props) -> tuple[str, Props, Props] | None:
    """(id, state, inputs) as AWS has the thing now; None if it is gone. Without state it is an import."""
    importing = ctx.importing = not state
    ctx.asked = frozenset(inputs)
    known = dict(state)
    if importing and entry.resource.import_id is not None:
        id_, known = entry.resource.import_id(id_)
    try:
        actual = entry.resource.read(ctx, id_, known)
    except ClientError as error:
        if is_gone(error):
            return None
        raise
    if actual is None:
        return None
    if "region" in entry.schema.outputs:
        actual.setdefault("region", ctx.region)
    outputs = _outputs(entry, known, actual, ctx)
    return id_, outputs, _refreshed(entry, inputs, state, outputs, importing=importing)


def _refreshed(entry: Entry, inputs: Props, state: Props, outputs: Props, *, importing: bool) -> Props:
    """The inputs that would lead to the state as it is."""
    resource = entry.resource
    found: Props = {}
    for prop, value in inputs.items():
        found[prop] = value
        if prop in outputs and not has_unknown(value):
            actual = told_of(entry.schema.inputs.get(prop), entry.schema.types, value, outputs[prop])
            if not same(resource, prop, value, actual):
                found[prop] = actual
    candidates = (resource.inputs | {"tags", "tagsAll", "region"}) & (set(entry.schema.inputs) | {"tagsAll"})
    for prop in candidates - set(found):
        value = outputs.get(prop)
        if same(resource, prop, value, None) or same(resource, prop, value, resource.defaults.get(prop)):
            continue
        if importing or (prop not in entry.schema.computed and not same(resource, prop, value, state.get(prop))):
            found[prop] = value
    return found


def _unmet(entry: Entry, inputs: Props, state: Props) -> set[str]:
    """What was asked of a thing that did not become so: its create or an update before this one failed half-way."""
    actual = _refreshed(entry, inputs, state, state, importing=False)
    return {prop for prop in inputs if prop in state and actual.get(prop) != inputs[prop]}


def update(entry: Entry, ctx: Context, id_: str, old: Props, *, old_inputs: Props, news: Props) -> Props:
    """Brings the thing to the new inputs; PartialError if it exists but did not get there."""
    _refuse_lacks(entry, news)
    resource = entry.resource
    wanted = {**resource.defaults, **_plain(news)}
    ctx.asked = frozenset(wanted)
    try:
        changed = set(diff(resource, entry.schema, old, old_inputs, news).props) | _unmet(entry, old_inputs, old)
        if resource.tagging is not None and {"tags", "tagsAll"} & changed:
            before, after = old.get("tagsAll") or {}, news.get("tagsAll") or {}
            to_set = {key: value for key, value in after.items() if before.get(key) != value}
            resource.tagging(ctx, id_, {**old, **wanted}, to_set, [key for key in before if key not in after])
            changed -= {"tags", "tagsAll"}
        if changed - resource.write_only and resource.update is not None:
            kept = {p: old[p] for p in entry.schema.computed & set(entry.schema.inputs) if p in old}
            resource.update(ctx, id_, old, {**kept, **wanted})
        actual = resource.read(ctx, id_, {**old, **wanted}) or {}
    except NO_ANSWER:
        raise
    except Exception as error:
        raise PartialError(id_, _as_it_is(entry, ctx, id_, old), old_inputs, error) from error
    told = {prop: old[prop] for prop in entry.schema.outputs - set(entry.schema.inputs) if prop in old}
    return _outputs(entry, news, {**told, **actual}, ctx)


def delete(entry: Entry, ctx: Context, id_: str, state: Props) -> None:
    """Takes the thing away, waiting while others use it."""
    gone_is_fine(lambda: ctx.retry(lambda: entry.resource.delete(ctx, id_, state), codes=entry.resource.busy))
