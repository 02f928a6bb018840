"""Tags: keys that are AWS's own, which moto takes on some ways in, and ids of kinds that moto doesn't know."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from localaws.services.core import AwsError
from localaws.services.ec2.common import PREFIXES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

RESERVED: Final = "aws:"


def know_our_ids() -> None:
    """Have moto tell the kinds that are added here by their ids, which may have a hyphen before the last."""
    from moto.ec2 import models, utils
    from moto.ec2.models import tags

    known = utils.get_prefix

    def get_prefix(resource_id: str) -> str:
        prefix = resource_id.rpartition("-")[0]
        return prefix if prefix in PREFIXES.values() else known(resource_id)

    for module in (models, utils, tags):
        setattr(module, "get_prefix", get_prefix)  # noqa: B010 — mypy sees modules as fixed


def refuse_reserved(action: str, params: Mapping[str, Any]) -> AwsError | None:
    """Return AWS's error for a tag key of AWS's own in a request; None if all is well.

    Services that tag for a caller, such as Auto Scaling, do not come this way.
    """
    for key in _keys(action, params):
        if key.lower().startswith(RESERVED):
            return AwsError(
                "InvalidParameterValue", f"Tag keys starting with 'aws:' are reserved for internal use: {key}"
            )
    return None


def _keys(action: str, params: Mapping[str, Any]) -> Iterator[str]:
    given = list(params.get("Tags") or []) if action == "CreateTags" else []
    for name in ("TagSpecification", "TagSpecifications"):
        for specification in params.get(name) or []:
            given += specification.get("Tags") or []
    yield from (str(tag.get("Key", "")) for tag in given if isinstance(tag, dict))
