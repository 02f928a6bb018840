"""Builds the single-VPC lab from config against Pulumi's mocks, as the program does."""

from __future__ import annotations

import json
from functools import cache

import pulumi

from components.layouts.from_settings import build
from components.settings.load import parse
from tests.components.recorder import Recorder, run

ZONES = ("eu-west-1a", "eu-west-1b", "eu-west-1c")


def settings(stack="dev", region="eu-west-1", **config):
    texts = {key: value if isinstance(value, str) else json.dumps(value) for key, value in config.items()}
    return parse(texts.get, project="inspected-egress", stack=stack, region=region)


def lab(stack="dev", **config) -> tuple[Recorder, dict]:
    """What the stack registers, and its outputs; tests that ask for the same lab share it and only look at it."""
    return _built(stack, json.dumps(config, sort_keys=True))


@cache
def _built(stack: str, config: str) -> tuple[Recorder, dict]:
    outputs = {}
    wanted = settings(stack, **json.loads(config))

    def program():
        for name, value in build(wanted).items():
            pulumi.Output.from_input(value).apply(lambda found, name=name: outputs.update({name: found}))

    return run(program), outputs
