"""The table of what the local AWS can do: one `Resource` per Pulumi type, one `Function` per invoke.

Property names and types come from the official SDK; an entry adds what the SDK does not say. A type without an entry
can be previewed, and nothing else. A type is added in a module of resources/ that ends with
`RESOURCES = (Resource(...), ...)`; docs/local-aws.md shows an example. An entry's functions:

- `create(ctx, inputs) -> id` makes the thing, with `inputs["tagsAll"]` as its tags. If it takes several calls, set
  `ctx.created_id` after the first.
- `read(ctx, id, state) -> outputs | None` describes the thing as it is, None when there is none any more (an error that
  says so does as well). `state` holds what is known of it: the inputs after a create, the last state on a refresh, `{}`
  on an import. It need not return inputs that AWS does not tell; what it returns wins over them. `tagsAll` is
  the tags as they are; `tags` follows from it.
- `update(ctx, id, old, new)` brings the thing from its state `old` to the inputs `new`. Tags that `tagging`
  can set are not its matter. Without an update function every change replaces.
- `delete(ctx, id, state)`; the core tries again while AWS says that the thing is in use, and is content if it is gone.
"""

from __future__ import annotations

import functools
import importlib
import pkgutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn

from localaws.provider.context import Context
from localaws.provider.errors import BUSY, NotInLocalAwsError
from localaws.provider.values import Props

Create = Callable[[Context, Props], str]
Read = Callable[[Context, str, Props], "Props | None"]
Update = Callable[[Context, str, Props, Props], None]
Delete = Callable[[Context, str, Props], None]
Tagging = Callable[[Context, str, Props, "dict[str, str]", "list[str]"], None]
"""Sets the given tags and removes the given keys: `tagging(ctx, id, state, set, remove)`."""


def words(text: str) -> frozenset[str]:
    """The words of a text: property names are easier to read without quotes and commas."""
    return frozenset(text.split())


@dataclass(frozen=True)
class AutoName:
    """How a name that the program leaves out is made: logical name, separator, seven random hex digits."""

    prop: str = "name"
    max_length: int = 255
    separator: str = "-"
    lower: bool = False
    prefix: str = ""


@dataclass(frozen=True)
class Resource:
    """One type of the table; see the module's text for its functions."""

    token: str
    inputs: frozenset[str]
    """The input properties that the local AWS acts on. Others that the type has are previewed, and refused by name when
    it comes to making the thing."""
    create: Create
    read: Read
    delete: Delete
    update: Update | None = None
    replace: frozenset[str] = frozenset()
    """Inputs whose change makes a new resource, as the official provider documents."""
    replace_if: Callable[[str, Props, Props], bool] | None = None
    """Whether a change of this input replaces where others of it do not: (property, all old inputs, all new ones)."""
    defaults: Mapping[str, Any] = field(default_factory=dict)
    """Values that the official provider fills in for inputs that are left out."""
    auto_name: AutoName | None = None
    """By default a type with a `name` input has one, as in the official provider; `no_auto_name` turns that off."""
    no_auto_name: bool = False
    sets: frozenset[str] = frozenset()
    """Lists whose order means nothing; `ingress.cidrBlocks` for one inside another."""
    json: frozenset[str] = frozenset()
    """Inputs that hold JSON text, equal if they mean the same."""
    exactly_one: tuple[frozenset[str], ...] = ()
    at_most_one: tuple[frozenset[str], ...] = ()
    check: Callable[[Props], Iterable[tuple[str, str]]] | None = None
    """Further checks of the inputs: yields (property, reason). Values may be unknown."""
    tagging: Tagging | None = None
    recompute: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Outputs that are unknown at preview when one of the given inputs changes."""
    delete_before_replace: bool = False
    import_id: Callable[[str], tuple[str, Props]] | None = None
    """From the identifier that `pulumi import` takes to the id and the properties that `read` needs."""
    aliases: tuple[str, ...] = ()
    """Older tokens of the same type."""
    busy: frozenset[str] = BUSY
    """Error codes after which a delete is tried again."""
    write_only: frozenset[str] = frozenset()
    """Inputs that AWS does not tell back, such as switches of the provider itself."""
    preview_only: bool = False
    """Whether the local AWS has no such thing."""


@dataclass(frozen=True)
class Function:
    """One invoke: `call(ctx, arguments) -> result`, arguments and result in the SDK's camelCase names."""

    token: str
    arguments: frozenset[str]
    call: Callable[[Context, Props], Props]
    required: frozenset[str] = frozenset()


def _modules(package: str) -> Iterable[Any]:
    root = importlib.import_module(package)
    for info in sorted(pkgutil.iter_modules(root.__path__), key=lambda found: found.name):
        yield importlib.import_module(f"{package}.{info.name}")


@functools.cache
def resources() -> Mapping[str, Resource]:
    """All types by token, aliases included."""
    table: dict[str, Resource] = {}
    for module in _modules("localaws.provider.resources"):
        for resource in getattr(module, "RESOURCES", ()):
            for token in (resource.token, *resource.aliases):
                if token in table:
                    raise ValueError(f"{token} is in the table twice")
                table[token] = resource
    return table


def resource(token: str, inputs: Iterable[str]) -> Resource:
    """The entry of a type; for a type without one, an entry that can be previewed with all of the type's inputs."""
    return resources().get(token) or preview_only(token, frozenset(inputs))


def preview_only(token: str, inputs: frozenset[str]) -> Resource:
    """An entry for a type that the local AWS has not: anything but a preview is refused by the type's name."""

    def refuse(*_: object) -> NoReturn:
        raise NotInLocalAwsError(f"{token} is not in the local AWS")

    return Resource(token, inputs, create=refuse, read=refuse, update=refuse, delete=refuse, preview_only=True)


@functools.cache
def functions() -> Mapping[str, Function]:
    """All invokes by token."""
    table: dict[str, Function] = {}
    for module in _modules("localaws.provider.invokes"):
        for function in getattr(module, "FUNCTIONS", ()):
            if function.token in table:
                raise ValueError(f"{function.token} is in the table twice")
            table[function.token] = function
    return table
