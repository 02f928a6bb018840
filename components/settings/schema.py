"""The vocabulary that settings are written in: a key with its type, default, meaning and check. Standard library only.

A settings class is a frozen dataclass whose fields are made by ``key``. From it come the validation of a stack's
config, the ``config:`` block of Pulumi.yaml and the table in docs/configuration.md, so that the three cannot disagree.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Literal, Protocol, TypeVar

KeyType = Literal["string", "integer", "boolean", "array", "object"]
"""The types that Pulumi knows for a project's config keys."""

_METADATA = "setting"

_PYTHON_TYPES: Mapping[KeyType, type | tuple[type, ...]] = {
    "string": str,
    "integer": int,
    "boolean": bool,
    "array": list,
    "object": dict,
}


class RefusedError(ValueError):
    """A value that a check does not take; its text says what is allowed."""


@dataclass(frozen=True)
class Mistake:
    """One thing wrong with a stack's config: the key, what was found there, and what is allowed."""

    key: str
    found: object
    allowed: str

    def __str__(self) -> str:
        return f"{self.key}: found {_show(self.found)}; allowed: {self.allowed}"


Check = Callable[[Any], Any]
"""Takes a value of the key's type and returns what the program works with, or raises RefusedError."""


@dataclass(frozen=True, kw_only=True)
class Key:
    """One config key as people see it. ``example`` is shown in the docs where the default says too little."""

    type: KeyType
    default: Any
    text: str
    allowed: str
    check: Check
    items: KeyType | None = None


def key(
    type_: KeyType,
    default: Any,
    text: str,
    *,
    allowed: str = "",
    check: Check = lambda value: value,
    items: KeyType = "string",
) -> Any:
    """Return a dataclass field that is a config key of the same name.

    :param default: as it would be written in config; it passes ``check`` like any other value.
    :param allowed: in words, for messages and docs.
    """
    setting = Key(
        type=type_,
        default=default,
        text=text,
        allowed=allowed or type_,
        check=check,
        items=items if type_ == "array" else None,
    )
    return field(default_factory=lambda: check(default), metadata={_METADATA: setting})


def keys(settings: type) -> Mapping[str, Key]:
    """Return the config keys of a settings class, in the order in which they are declared."""
    return {f.name: f.metadata[_METADATA] for f in fields(settings) if _METADATA in f.metadata}


class Settings(Protocol):
    """What a settings class has besides its keys."""

    def mistakes(self) -> Iterator[Mistake]:
        """Yield what is wrong between keys."""


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
    values: dict[str, object] = dict(context)
    mistakes = []
    for name, setting in keys(settings).items():
        text = find(name)
        if text is None:
            continue
        try:
            values[name] = setting.check(_parse(setting, text))
        except RefusedError as refusal:
            mistakes.append(Mistake(name, _plain(setting, text), str(refusal) or setting.allowed))
    result = settings(**values)
    wrong = {mistake.key for mistake in mistakes}
    mistakes += [mistake for mistake in result.mistakes() if mistake.key not in wrong]
    return result, tuple(mistakes)


def _parse(setting: Key, text: str) -> Any:
    if setting.type == "string":
        return text
    try:
        value = json.loads(text)
    except json.JSONDecodeError:
        raise RefusedError(setting.allowed) from None
    right = _is(value, setting.type)
    if right and setting.items is not None:
        right = all(_is(item, setting.items) for item in value)
    if not right:
        raise RefusedError(setting.allowed)
    return value


def _is(value: object, type_: KeyType) -> bool:
    # To Python, true and false are numbers too.
    return isinstance(value, _PYTHON_TYPES[type_]) and not (type_ == "integer" and isinstance(value, bool))


def _plain(setting: Key, text: str) -> object:
    if setting.type == "string":
        return text
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        return text


def _show(value: object) -> str:
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, tuple):
        value = list(value)
    try:
        return json.dumps(value, default=str)
    except TypeError:
        return str(value)
