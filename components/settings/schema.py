"""What a settings class is: a pydantic model whose fields are config keys, and the mistakes that a person is told.

From the fields come the validation of a stack's config, the ``config:`` block of Pulumi.yaml and the tables in
docs/configuration.md, so that the three cannot disagree.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails

Entry = type[BaseModel]
KeyType = Literal["string", "integer", "boolean", "array", "object"]
"""The types that Pulumi knows for a project's config keys."""

# In this order: to Python, true and false are numbers too.
_TYPES: tuple[tuple[type, KeyType], ...] = (
    *((str, "string"), (bool, "boolean"), (int, "integer")),
    *((list, "array"), (dict, "object")),
)


_SHOWN = 200
"""Characters of a value that a message shows."""


class RefusedError(ValueError):
    """A value that a check does not take; its text says what is allowed, and is empty where the key says it."""


@dataclass(frozen=True)
class Mistake:
    """One thing wrong with a stack's config: the key, what was found there, and what is allowed.

    The key may be followed by a place in it: `deny_domains[2]`, `spokes.orders.slot`.
    """

    key: str
    found: object = field(hash=False)
    allowed: str

    def __str__(self) -> str:
        text = f"{self.key}: found {_show(self.found)}; allowed: {self.allowed}"
        return text.encode(errors="backslashreplace").decode()  # half a surrogate pair can't be written anywhere


class Settings(BaseModel):
    """Settings of a stack: config keys made by ``key``, and fields that the stack itself says."""

    model_config = ConfigDict(frozen=True, validate_default=True, extra="forbid")

    def mistakes(self) -> Iterator[Mistake]:
        """Yield what is wrong between keys."""
        yield from ()


@dataclass(frozen=True)
class Key:
    """One config key as people see it; ``items`` is the type of an array's."""

    type: KeyType
    default: Any
    text: str
    allowed: str
    entry: Entry | None

    @property
    def items(self) -> KeyType | None:
        """The type of an array's items."""
        return "string" if self.type == "array" else None


def key(default: Any, text: str, *, allowed: str = "", entry: Entry | None = None) -> Any:
    """Return a field that is a config key of the same name; the type of its default is what Pulumi takes for it.

    :param default: as it would be written in config; it is checked like any other value.
    :param allowed: in words, for messages and docs.
    :param entry: what the values of a map are; the description of each of its fields says what is allowed there.
    """
    told: Any = {"allowed": allowed, "entry": entry}
    return Field(default, description=text, json_schema_extra=told)


def keys(settings: type[Settings]) -> Mapping[str, Key]:
    """Return the config keys of a settings class, in the order in which they are declared."""
    found = {}
    for name, each in settings.model_fields.items():
        told: Any = each.json_schema_extra
        if told is not None:
            type_ = next(type_ for python, type_ in _TYPES if isinstance(each.default, python))
            found[name] = Key(type_, each.default, each.description or "", told["allowed"] or type_, told["entry"])
    return found


_Settings = TypeVar("_Settings", bound=Settings)


def read(
    settings: type[_Settings], find: Callable[[str], str | None], **context: object
) -> tuple[_Settings, tuple[Mistake, ...]]:
    """Return settings from config text, and everything that is wrong with them.

    A key with a mistake has its default in the settings returned, so that the checks across keys can go on.

    :param find: returns a key's text, ``None`` where config has no such key. Lists and objects are JSON, as Pulumi has
        them.
    :param context: values of fields that are no config keys.
    """
    known = keys(settings)
    given = {name: value_of(setting, text) for name, setting in known.items() if (text := find(name)) is not None}
    mistakes: dict[str, list[Mistake]] = {}
    try:
        result = settings(**context, **given)
    except ValidationError as error:
        for each in error.errors(include_url=False):
            name = str(each["loc"][0])
            mistakes.setdefault(name, []).append(_mistake(known[name], each, given[name]))
        sound = {name: value for name, value in given.items() if name not in mistakes}
        result = settings(**context, **sound, **_sound_entries(known, given, mistakes))
    told = dict.fromkeys(each for found in mistakes.values() for each in found)
    without = {name for name in mistakes if known[name].entry is None}
    return result, (*told, *(each for each in result.mistakes() if each.key not in without))


def value_of(setting: Key, text: str) -> Any:
    """Return the value that a key's text stands for; the text itself where it stands for none of the key's type."""
    if setting.type == "string":
        return text
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def _sound_entries(
    known: Mapping[str, Key], given: Mapping[str, Any], mistakes: Mapping[str, list[Mistake]]
) -> dict[str, Any]:
    """Return what is left of maps of entries without the wrong ones, so that the others are checked all the same."""
    left = {}
    for name, found in mistakes.items():
        if known[name].entry is not None and isinstance(given[name], dict):
            places = [each.key.removeprefix(f"{name}.") for each in found]
            wrong = {entry for entry in given[name] if any(f"{place}.".startswith(f"{entry}.") for place in places)}
            if wrong:
                left[name] = {entry: value for entry, value in given[name].items() if entry not in wrong}
    return left


def _mistake(setting: Key, error: ErrorDetails, value: Any) -> Mistake:
    """Say what is wrong, and where: with the key as a whole, or at a place in a list, a map or one of its entries."""
    name, *inside = error["loc"]
    if inside[1:] and inside[-1] == "[key]":  # pydantic's mark for a map's key; a key may be called so itself
        inside.pop()
    refusal = error.get("ctx", {}).get("error")
    own = str(refusal) if isinstance(refusal, RefusedError) else ""
    place = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in inside)
    found = error["input"] if inside and error["type"] != "missing" else value
    allowed = own or setting.allowed
    if setting.entry is not None and inside and not own:
        fields = setting.entry.model_fields
        field = fields.get(str(inside[1])) if len(inside) > 1 else None
        allowed = (field.description or "") if field else f"a map of {', '.join(fields)}"
    return Mistake(f"{name}{place}", found, allowed)


def _show(value: object) -> str:
    try:
        text = json.dumps(value, default=str, ensure_ascii=False)
    except (TypeError, ValueError):
        text = repr(value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
