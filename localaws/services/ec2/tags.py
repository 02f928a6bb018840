"""Tag keys that are AWS's own, which nobody else may give; moto takes them on some ways in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from localaws.services.core import AwsError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

RESERVED: Final = "aws:"


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
