from __future__ import annotations

import json

import pytest
from tests.components.recorder import ACCOUNT, REGION, run

from components.environment import Environment
from components.hub_and_spoke import HubAndSpoke
from components.hub_outputs import hub_outputs
from components.settings.hub import HubSettings
from components.settings.schema import read
from hunts.stack import StackOutputs


def settings_of(**config):
    texts = {name: value if isinstance(value, str) else json.dumps(value) for name, value in config.items()}
    settings, mistakes = read(HubSettings, texts.get, project="inspected-egress", stack="hub", region=REGION)
    assert mistakes == ()
    return settings


def build(outputs=None, **config):
    settings = settings_of(**config)

    def program():
        built = HubAndSpoke("hub", settings, Environment.lookup(), {})
        found = hub_outputs(built, settings)
        if outputs is not None:
            outputs.update(found)

    return run(program)


def owned(recorded):
    """Resources by the spoke whose name they carry."""
    return {resource.name: (resource.type, resource.inputs) for resource in recorded.resources}


def test_default():
    recorded = build()
    assert len(recorded.resources) > 100
