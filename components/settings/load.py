"""Reads a stack's config, and nothing else does: it becomes settings, or one message with every mistake."""

import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from difflib import get_close_matches
from importlib import import_module

import pulumi

from components.rules.catalog import CatalogError, catalog
from components.settings.schema import Mistake, keys, read, value_of
from components.settings.shared import SharedSettings

LAYOUT_SETTINGS: Mapping[str, tuple[str, str]] = {
    "single-vpc": (".single_vpc", "SingleVpcSettings"),
    "hub-and-spoke": (".hub", "HubSettings"),
    "spoke": (".spoke", "SpokeSettings"),
}
"""Settings class by layout, by name in this package so that a stack loads only its own."""

_REGION = re.compile(r"[a-z]{2}(-[a-z]+)+-\d")


class SettingsError(pulumi.RunError):
    """A stack's config is wrong; the message names every key, what was found and what is allowed."""

    def __init__(self, stack: str, mistakes: tuple[Mistake, ...]) -> None:
        lines = "\n".join(f"  {mistake}" for mistake in mistakes)
        count = "1 mistake" if len(mistakes) == 1 else f"{len(mistakes)} mistakes"
        super().__init__(f"{count} in the config of stack {stack}; nothing was created:\n{lines}")
        self.mistakes = mistakes


def settings_class(layout: str) -> type[SharedSettings]:
    """Return the settings class of a layout."""
    module, name = LAYOUT_SETTINGS[layout]
    found: type[SharedSettings] = getattr(import_module(module, __package__), name)
    return found


def known_keys() -> tuple[str, ...]:
    """Return every config key of every layout."""
    return tuple(dict.fromkeys(name for layout in LAYOUT_SETTINGS for name in keys(settings_class(layout))))


def load() -> SharedSettings:
    """Return the settings of the stack that is running.

    :raises SettingsError: with every mistake at once.
    """
    config = pulumi.Config()
    prefix = f"{config.name}:"
    # The SDK has no call that lists the keys.
    present = pulumi.runtime.config.CONFIG.get()
    given = [name.removeprefix(prefix) for name in present if name.startswith(prefix)]
    return parse(
        config.get,
        project=pulumi.get_project(),
        stack=pulumi.get_stack(),
        region=pulumi.Config("aws").get("region")
        or os.environ.get("AWS_REGION")
        or os.environ.get("AWS_DEFAULT_REGION"),
        given=given,
    )


def parse(
    find: Callable[[str], str | None],
    *,
    project: str,
    stack: str,
    region: str | None,
    given: Iterable[str] = (),
) -> SharedSettings:
    """Return settings from config texts.

    :param find: returns the text of a key of the project.
    :param given: names of the keys that config has, to find those that do not exist.
    :raises SettingsError: with every mistake at once.
    """
    try:
        # Before anything else, since what a stack may say of rule groups depends on their files.
        catalog()
    except CatalogError as error:
        raise pulumi.RunError(f"components/rules has mistakes; nothing was created:\n{error}") from None
    layout = find("layout") or "single-vpc"
    known = layout if layout in LAYOUT_SETTINGS else "single-vpc"
    settings, mistakes = read(settings_class(known), find, project=project, stack=stack, region=region)
    mistakes += tuple(_strangers(given, find, known))
    if region is not None and _REGION.fullmatch(region) is None:
        mistakes += (Mistake("aws:region", region, "a Region such as eu-west-1"),)
    if mistakes:
        raise SettingsError(stack, mistakes)
    return settings


def _strangers(given: Iterable[str], find: Callable[[str], str | None], layout: str) -> Iterator[Mistake]:
    """Yield the keys that no layout has, and those of others that are set to something: nothing would come of them."""
    known, own = known_keys(), keys(settings_class(layout))
    for name in given:
        if name in own:
            continue
        if name in known:
            others = {each: keys(settings_class(each)) for each in LAYOUT_SETTINGS}
            those = {each: found[name] for each, found in others.items() if name in found}
            setting, text = next(iter(those.values())), find(name)
            # Pulumi gives a program every key of Pulumi.yaml that has a default.
            if text is not None and (value := value_of(setting, text)) != setting.default:
                yield Mistake(name, value, f"nothing in layout {layout}: it is a key of {' and '.join(those)}")
        else:
            close = get_close_matches(name, known, n=1)
            hint = f"the keys of Pulumi.yaml; did you mean {close[0]}?" if close else "the keys of Pulumi.yaml"
            yield Mistake(name, "an unknown key", hint)
