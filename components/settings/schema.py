"""What a settings class is: a pydantic model whose fields are config keys, and the mistakes that a person is told.

From the fields come the validation of a stack's config, the ``config:`` block of Pulumi.yaml and the tables in
docs/configuration.md, so that the three cannot disagree.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
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


class RefusedError(ValueError):
    """A value that a check does not take; its text says what is allowed, and is empty where the key says it."""


@dataclass(frozen=True)
class Mistake:
    """One thing wrong with a stack's config: the key, what was found there, and what is allowed."""

    key: str
    found: object
    allowed: str

    def __str__(self) -> str:
        return f"{self.key}: found {_show(self.found)}; allowed: {self.allowed}"


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
    given = {name: _value(setting, text) for name, setting in known.items() if (text := find(name)) is not None}
    allowed: dict[str, list[str]] = {}
    try:
        result = settings(**context, **given)
    except ValidationError as error:
        for each in error.errors(include_url=False):
            name = str(each["loc"][0])
            allowed.setdefault(name, []).append(_allowed(known[name], each))
        result = settings(**context, **{name: value for name, value in given.items() if name not in allowed})
    mistakes = [Mistake(name, given[name], "; ".join(dict.fromkeys(texts))) for name, texts in allowed.items()]
    return result, (*mistakes, *(each for each in result.mistakes() if each.key not in allowed))


def _value(setting: Key, text: str) -> Any:
    if setting.type == "string":
        return text
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        return text  # which is no value of any other type


def _allowed(setting: Key, error: ErrorDetails) -> str:
    """Say what is allowed where the error is: for the key as a whole, or at a place in one of a map's entries."""
    refusal = error.get("ctx", {}).get("error")
    own = str(refusal) if isinstance(refusal, RefusedError) else ""
    if setting.entry is None or own:
        return own or setting.allowed
    place = ".".join(str(part) for part in error["loc"][1:])
    fields = setting.entry.model_fields
    if error["type"] == "extra_forbidden":
        name, _, stranger = place.rpartition(".")
        return f"{name}: {stranger} is not one of {', '.join(fields)}"
    if len(error["loc"]) < 3:  # noqa: PLR2004 - key, name of the entry, name of its field
        return f"{place}: a map of {', '.join(fields)}" if place else setting.allowed
    return f"{place}: {fields[str(error['loc'][2])].description}, not {error['input']}"


def _show(value: object) -> str:
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, tuple):
        value = list(value)
    try:
        return json.dumps(value, default=str)
    except TypeError:
        return str(value)
