"""Which provider plugins a program needs, told from the SDKs installed beside it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Plugin:
    """A resource plugin as its SDK's `pulumi-plugin.json` names it; `version` carries a leading v."""

    name: str
    version: str
    server: str = ""


def required(site_packages: Iterable[Path]) -> Iterator[Plugin]:
    """Yield the plugins of every SDK under `site_packages`, by name."""
    manifests = sorted(path for folder in site_packages for path in folder.glob("*/pulumi-plugin.json"))
    for manifest in manifests:
        described = json.loads(manifest.read_text())
        # The SDK itself and pulumi-policy carry a manifest too, and say that nothing is to be installed for them.
        if not described.get("resource") or "version" not in described:
            continue
        name = described.get("name") or manifest.parent.name.removeprefix("pulumi_")
        yield Plugin(name, "v" + described["version"].removeprefix("v"), described.get("server", ""))
