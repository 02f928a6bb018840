"""Every package that is pinned has a licence that this project can live with, and says so itself."""

from __future__ import annotations

import re
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest

from engine import environment

ROOT = Path(__file__).resolve().parents[2]

# What packages write, as an SPDX expression, a classifier or free text. All of them may be used beside Apache-2.0; what
# is under the Mozilla Public License is used as it is.
ALLOWED = {
    "0BSD OR CC0-1.0",
    "3-Clause BSD License",
    "Apache 2.0",
    "Apache License 2.0",
    "Apache Software License",
    "Apache-2.0",
    "Apache-2.0 AND CNRI-Python",
    "Apache-2.0 OR BSD-2-Clause",
    "Apache-2.0 OR BSD-3-Clause",
    "BSD",
    "BSD License",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "DFSG approved",
    "MIT",
    "MIT License",
    "MIT-0",
    "MPL-2.0",
    "Mozilla Public License 2.0 (MPL 2.0)",
    "PSF-2.0",
}
# For tests and the bench, which nobody installs.
DEVELOPERS_ONLY = {
    "scapy": {"GPL-2.0-only"},
    # Of which its editor mode for Emacs is what is under the GPL.
    "docutils": {"Public Domain", "GNU General Public License (GPL)"},
}


def pinned(name: str) -> set[str]:
    return set(re.findall(r"^([\w.-]+)(?:\[[^]]*\])?==", (ROOT / name).read_text(), re.MULTILINE))


def licences(package: str) -> set[str]:
    found: Any = metadata.metadata(package)
    if expression := found.get("License-Expression"):
        return {expression}
    classifiers = [
        text.split(" :: ")[-1] for text in found.get_all("Classifier") or [] if text.startswith("License ::")
    ]
    return set(classifiers) or {found.get("License") or "none"}


def here(name: str) -> set[str]:
    """The pinned packages that this system needs; others of the lock file are for other systems."""
    installed = {each.name.lower().replace("_", "-") for each in metadata.distributions()}
    return pinned(name) & installed


def test_all_that_is_installed_here_has_a_licence_that_is_allowed():
    found = {package: licences(package) for package in here(environment.ALL)}

    assert len(found) > 90
    strange = {name: texts for name, texts in found.items() if not texts <= ALLOWED | DEVELOPERS_ONLY.get(name, set())}
    assert strange == {}


@pytest.mark.parametrize("name", ["requirements.txt", environment.LOCAL])
def test_nothing_for_developers_only_is_in_what_others_install(name):
    assert not pinned(name) & set(DEVELOPERS_ONLY)
    assert {package for package in here(name) if not licences(package) <= ALLOWED} == set()
