"""What AWS checks in rules that ask its databases: `geoip`, and categories of URLs and domains.

Sources: Network Firewall Developer Guide, "Geographic IP filtering" and "URL and Domain Category Filtering". Which
codes and categories there are is AWS's to know: here only their form is held to.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

GEOIP: Final = re.compile(r"(?:src|dst|both|any)\s*,\s*!?[A-Z]{2}(?:\s*,\s*!?[A-Z]{2})*")
CATEGORY: Final = re.compile(r"[A-Z][A-Za-z]*(?: [A-Za-z]+)*(?:\s*,\s*[A-Z][A-Za-z]*(?: [A-Za-z]+)*)*")
PROTOCOLS: Final = {"aws_url_category": ("http",), "aws_domain_category": ("http", "tls")}


def complaint(protocol: str, options: Iterable[str]) -> str:
    """Return why AWS refuses a rule of this protocol with these options (`keyword:value`); empty if it doesn't."""
    found = {keyword.strip(): value.strip() for keyword, _, value in (option.partition(":") for option in options)}
    if "geoip" in found and GEOIP.fullmatch(found["geoip"]) is None:
        return f"geoip takes src, dst, both or any and country codes of two letters, not {found['geoip']}"
    for keyword, protocols in PROTOCOLS.items():
        if keyword not in found:
            continue
        if protocol not in protocols:
            return f"{keyword} is for {' and '.join(protocols)}, not {protocol}"
        if "geoip" in found:
            return f"{keyword} and geoip can't be in one rule"
        if CATEGORY.fullmatch(found[keyword]) is None:
            return f"{keyword} takes categories with commas between them, not {found[keyword]}"
    return ""
