"""The letters that EC2 takes in descriptions of security groups and their rules; moto takes them all.

Source: EC2 API Reference, CreateSecurityGroup and IpRange.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from localaws.services.core import AwsError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

LETTERS: Final = "a-zA-Z0-9. _-:/()#,@[]+=&;{}!$*"
_VALID: Final = re.compile(r"[a-zA-Z0-9. _\-:/()#,@\[\]+=&;{}!$*]{0,255}")
_KINDS: Final = {
    "CreateSecurityGroup": "security group",
    "AuthorizeSecurityGroupEgress": "rule",
    "AuthorizeSecurityGroupIngress": "rule",
    "ModifySecurityGroupRules": "rule",
    "UpdateSecurityGroupRuleDescriptionsEgress": "rule",
    "UpdateSecurityGroupRuleDescriptionsIngress": "rule",
}
_TAGS: Final = ("TagSpecification", "TagSpecifications")


def refuse_description(action: str, params: Mapping[str, Any]) -> AwsError | None:
    """Return AWS's error for a description with other letters, or a longer one; None if all is well."""
    kind = _KINDS.get(action)
    if kind and any(_VALID.fullmatch(text) is None for text in _descriptions(params)):
        return AwsError(
            "InvalidParameterValue",
            f"Invalid {kind} description. Valid descriptions are strings less than 256 characters from the following "
            f"set:  {LETTERS}",
        )
    return None


def _descriptions(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for name, inner in value.items():
            if name in ("Description", "GroupDescription") and isinstance(inner, str):
                yield inner
            elif name not in _TAGS:
                yield from _descriptions(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _descriptions(inner)
