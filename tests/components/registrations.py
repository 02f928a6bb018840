"""What a whole program asks the engine for: every resource's URN, inputs and options, and the stack's outputs.

The program is run as it stands, from its own `__main__.py` and its own config, against Pulumi's mocks.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import runpy
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pulumi
from google.protobuf import json_format
from pulumi.runtime import mocks, rpc

from tests.components.recorder import Recorder

if TYPE_CHECKING:
    from collections.abc import Mapping

HUB_OUTPUTS = {
    "transit_gateway_id": "tgw-0",
    "spoke_table_id": "tgw-rtb-1",
    "inspection_table_id": "tgw-rtb-2",
    "dns_rule_group_id": "rslvr-frg-3",
    "query_log_config_id": "rqlc-4",
    "dns_profile_id": "rp-6",
    "share_arn": "arn:aws:ram:eu-west-1:111122223333:resource-share/5",
}


class _Answers(Recorder):
    def new_resource(self, args: pulumi.runtime.MockResourceArgs) -> tuple[str, dict[str, Any]]:
        if args.typ == "pulumi:pulumi:StackReference":
            return args.name, {**args.inputs, "outputs": {"hub": HUB_OUTPUTS}, "secretOutputNames": []}
        return super().new_resource(args)


def _without_content(value: Any) -> Any:
    """Leave out what is in a file that a resource uploads: the code of a function is no promise of its URN's."""
    if isinstance(value, list):
        return [_without_content(each) for each in value]
    if not isinstance(value, dict):
        return value
    if value.get(rpc._special_sig_key) in (rpc._special_asset_sig, rpc._special_archive_sig):
        return "(a file)"
    return {name: _without_content(each) for name, each in value.items()}


class _Monitor(mocks.MockMonitor):
    def __init__(self, answers: Recorder) -> None:
        super().__init__(answers)
        self.asked: dict[str, dict[str, Any]] = {}
        self.outputs: dict[str, Any] = {}

    def RegisterResource(self, request: Any) -> Any:  # noqa: N802 - the engine's name for it
        response = super().RegisterResource(request)
        if request.type == "pulumi:pulumi:Stack":
            return response
        told = json_format.MessageToDict(request.object).items()
        asked = {name: _without_content(value) for name, value in told if value is not None}
        assert response.urn not in self.asked, f"{response.urn} is registered twice"
        options = {
            "(depends on)": sorted(set(request.dependencies)),
            "(protect)": request.protect,
            "(retain)": request.retainOnDelete,
            "(delete before replace)": request.deleteBeforeReplace,
            "(ignore changes)": sorted(request.ignoreChanges),
        }
        given = {name: value for name, value in options.items() if value}
        self.asked[response.urn] = {**asked, "(parent)": request.parent, **given}
        return response

    def RegisterResourceOutputs(self, request: Any) -> Any:  # noqa: N802
        if request.urn.split("::")[2] == "pulumi:pulumi:Stack":
            self.outputs = rpc.deserialize_properties(request.outputs)
        return super().RegisterResourceOutputs(request)


def registered(
    folder: Path, stack: str, config: Mapping[str, Any], project: str
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Run the program in ``folder`` and return what it registered, by URN, and its outputs."""
    monitor = _Monitor(_Answers())
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    pulumi.runtime.set_mocks(monitor.mocks, project=project, stack=stack, preview=False, monitor=monitor)
    pulumi.runtime.settings.ROOT.set(None)  # the mocks make a stack, and so does the run of a program
    texts = {
        key if ":" in key else f"{project}:{key}": value if isinstance(value, str) else json.dumps(value)
        for key, value in config.items()
    }
    pulumi.runtime.set_all_config(texts)
    path = list(sys.path)
    try:
        loop.run_until_complete(pulumi.runtime.run_in_stack(lambda: _play(folder / "__main__.py")))
    finally:
        loop.close()
        sys.path[:] = path
        pulumi.runtime.set_all_config({})
        pulumi.runtime.settings.ROOT.set(None)
    return monitor.asked, monitor.outputs


def _play(program: Path) -> None:
    runpy.run_path(str(program), run_name="__main__")


def digest(value: Any) -> str:
    """Return a short name for a value, the same for equal ones."""
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:6]
