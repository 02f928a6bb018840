"""The Athena backend: moto's, with UpdateWorkGroup."""

from __future__ import annotations

from typing import Any, Final

from moto.athena.models import AthenaBackend, athena_backends
from moto.athena.responses import AthenaResponse

from localaws.services.core import AwsError
from localaws.services.operations import Shape, operation, responder

INVALID: Final = "InvalidRequestException"
_PLAIN: Final = (
    "EnforceWorkGroupConfiguration",
    "PublishCloudWatchMetricsEnabled",
    "BytesScannedCutoffPerQuery",
    "RequesterPaysEnabled",
)
_RESULT: Final = ("OutputLocation", "EncryptionConfiguration")


class LocalAthenaBackend(AthenaBackend):  # type: ignore[misc]
    """Athena in one account and Region."""

    @operation
    def update_work_group(self, request: Shape) -> Shape:
        """UpdateWorkGroup: description, state, and those settings that the updates name."""
        name = request["WorkGroup"]
        group = self.work_groups.get(name)
        if group is None:
            raise AwsError(INVALID, f"WorkGroup {name} is not found.")
        group.description = request.get("Description", group.description)
        group.state = request.get("State", group.state)
        updates: dict[str, Any] = request.get("ConfigurationUpdates") or {}
        group.configuration |= {key: updates[key] for key in _PLAIN if key in updates}
        if updates.get("RemoveBytesScannedCutoffPerQuery"):
            group.configuration.pop("BytesScannedCutoffPerQuery", None)
        results: dict[str, Any] = updates.get("ResultConfigurationUpdates") or {}
        kept = dict(group.configuration.get("ResultConfiguration") or {})
        for key in _RESULT:
            if results.get(f"Remove{key}"):
                kept.pop(key, None)
            elif key in results:
                kept[key] = results[key]
        group.configuration["ResultConfiguration"] = kept
        return {}


LocalAthenaResponse = responder("athena", athena_backends, LocalAthenaBackend, INVALID, base=AthenaResponse)
